"""What a reactor may answer a fact with: a job for the queue, or a command to an aggregate."""

from msgspec import Struct

from kenpin.domain.decider import Decider
from kenpin.domain.model.commands import ModelCommand
from kenpin.domain.model.events import ModelEvent
from kenpin.domain.model.state import Model
from kenpin.ports import Job


class Tell(Struct, frozen=True):
    """Execute this command on this aggregate."""

    decider: Decider[Model, ModelCommand, ModelEvent]
    id: str
    command: ModelCommand


class LookAgain(Struct, frozen=True):
    """The standard moved: rank the old decisions of every dataset of this project."""

    project_id: str


Order = Job | Tell | LookAgain
