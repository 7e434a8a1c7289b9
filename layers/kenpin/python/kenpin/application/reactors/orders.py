"""What a reactor may answer a fact with: a job for the queue, or a command to an aggregate."""

from msgspec import Struct

from kenpin.domain.command import Command
from kenpin.domain.decider import Decider
from kenpin.ports import Job


class Tell(Struct, frozen=True):
    """Execute this command on this aggregate."""

    decider: Decider
    id: str
    command: Command


Order = Job | Tell
