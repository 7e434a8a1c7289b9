"""Orders, a reactor's answer to an event: a job for the queue, or a command to an aggregate."""

from msgspec import Struct

from kenpin.domain.decider import Decider
from kenpin.domain.model.commands import ModelCommand
from kenpin.domain.model.events import ModelEvent
from kenpin.domain.model.state import ModelState
from kenpin.ports import Job


class SendCommand(Struct, frozen=True):
    """Execute this command on this aggregate."""

    decider: Decider[ModelState, ModelCommand, ModelEvent]
    id: str
    command: ModelCommand


class ReadjudicateProject(Struct, frozen=True):
    """Queue a readjudication of every dataset of this project: its standard moved."""

    project_id: str


Order = Job | SendCommand | ReadjudicateProject
