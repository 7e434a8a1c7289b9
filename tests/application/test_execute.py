"""The one command handler: a request that comes twice at once is answered once, whenever its twin gets through."""

from collections.abc import Callable
from typing import cast

import pytest

from kenpin.adapters.memory.doorbell import MemoryDoorbell
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.application.execute import Commands
from kenpin.domain.dataset.commands import CreateDataset, TagVersion
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.event import Context
from kenpin.ports import Appended, EventStore, IdempotencyKey

ME = Context(actor="inspector")
KEY = IdempotencyKey("sent twice")


class Interrupted:
    """A store; right before the n-th call to it something else gets its turn."""

    def __init__(self) -> None:
        self.store = MemoryEventStore()
        self.calls_left, self.meanwhile = 0, list[Callable[[], object]]()

    def __getattr__(self, name: str) -> object:
        self.calls_left -= 1
        if self.calls_left == 0:
            self.meanwhile.pop()()
        return getattr(self.store, name)


@pytest.mark.parametrize("call", range(1, 4))
def test_a_request_whose_twin_gets_through_first_is_answered_as_the_twin(call: int) -> None:
    interrupted = Interrupted()
    commands = Commands(cast(EventStore, interrupted), MemoryDoorbell())
    created = CreateDataset(dataset_id="d", project_id="p", name="d")
    commands.execute(dataset, "d", created, by=ME)

    def tag() -> Appended:
        return commands.execute(dataset, "d", TagVersion(name="v1"), by=ME, key=KEY)

    answers: list[Appended] = []
    interrupted.calls_left, interrupted.meanwhile = call, [lambda: answers.append(tag())]
    answers.append(tag())
    assert len(answers) == 2, "the twin never came"
    assert answers[0] == answers[1]
    assert interrupted.store.head("dataset-d").version == 2
