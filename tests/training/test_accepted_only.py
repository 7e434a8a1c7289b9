"""Runs of projects that ask for two people learn from accepted labels alone."""

from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.domain.dataset.events import AnnotationReviewed, AnnotationSubmitted
from kenpin.domain.event import Context
from kenpin_training.data import data_at
from tests.domain.facts import CREATED, A, B, C, D, registered


def test_only_what_is_accepted_is_settled() -> None:
    store, stream = MemoryEventStore("accepted"), "dataset-cookies"
    history = [CREATED, *map(registered, (A, B, C, D))]
    history += [AnnotationSubmitted(image_id=id, verdict="OK") for id in (A, B, C)]
    history.append(AnnotationReviewed(image_id=A, outcome="accepted"))
    history.append(AnnotationReviewed(image_id=B, outcome="returned", reason="look at the rim"))
    store.append(stream, history, Context(actor="hanako"))
    head = store.head(stream)
    asked = (store, MemoryObjectStore(), "cookies", head.version, head.hash.hex())
    every, accepted = data_at(*asked), data_at(*asked, accepted_only=True)
    assert every.ids(every.train) == [A, C]
    assert accepted.ids(accepted.train) == [A]
    assert accepted.ids(accepted.pool) == every.ids(every.pool) == [D]
