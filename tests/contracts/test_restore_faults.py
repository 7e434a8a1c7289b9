"""A restore into DynamoDB that meets faults, dies, or meets somebody who appends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.domain.commit import Head, genesis
from kenpin.domain.dataset.events import AnnotationSubmitted
from kenpin.ports import ConcurrencyConflict
from tests.chains import chained, end
from tests.contracts.faulty import (
    DENIED,
    ME,
    SERVER_FAULT,
    STREAM,
    THROTTLED,
    Fault,
    Faulty,
    faulty,
    losing_the_answer,
    other,
    pauses,
    store,
    tag,
    whole,
)

__all__ = ["faulty", "other", "pauses", "store"]


@pytest.mark.parametrize("fault", [losing_the_answer, THROTTLED, SERVER_FAULT])
def test_a_passing_fault_does_not_stop_a_restore(
    fault: Fault, store: DynamoEventStore, faulty: Faulty
) -> None:
    commits = chained(Head(STREAM, 0, genesis("contract", STREAM)), [tag(str(n)) for n in range(150)])
    faulty.faults["transact_write_items"] = [fault, fault]
    assert store.restore(STREAM, commits) == end(commits)
    assert whole(store)


def test_a_restore_that_dies_anywhere_goes_on(store: DynamoEventStore, faulty: Faulty) -> None:
    images = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(250)]
    judged = [AnnotationSubmitted(image_id=image, verdict="OK") for image in images]
    commits = chained(Head(STREAM, 0, genesis("contract", STREAM)), [tag("a"), judged, tag("b")])
    for deaths in range(6):
        faulty.faults["transact_write_items"] = [lambda request: request()] * deaths + [DENIED]
        with suppress(ClientError):
            store.restore(STREAM, commits)
        assert whole(store)
    faulty.faults.clear()
    assert store.restore(STREAM, commits) == end(commits)
    assert set(store.revisions(STREAM, images).values()) == {251}
    assert list(store.read(STREAM)) == commits


def test_a_restore_gives_way_to_who_appends_meanwhile(
    store: DynamoEventStore, other: DynamoEventStore, faulty: Faulty
) -> None:
    def meanwhile(request: Callable[[], object]) -> object:
        other.append(STREAM, tag("b"), ME)
        return request()

    faulty.faults["transact_write_items"] = [meanwhile]
    with pytest.raises(ConcurrencyConflict):
        store.restore(STREAM, chained(Head(STREAM, 0, genesis("contract", STREAM)), [tag("a")]))
    assert store.head(STREAM).version == 1
    assert whole(store)
