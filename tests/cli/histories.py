"""A short history of one dataset, as the API answers it."""

from datetime import UTC, datetime

from kenpin.domain.catalogue import seal
from kenpin.domain.commit import chain, genesis
from kenpin.domain.dataset.events import DatasetCreated, ImageExcluded, ImageRegistered
from kenpin.domain.dataset.values import Capture, ImageFile
from kenpin.domain.event import Context, Event
from tests.cli.conftest import Platform

STREAM, IMAGE = "dataset-d", "a" * 64
CREATED = DatasetCreated(dataset_id="d", project_id="p", name="D")
REGISTERED = ImageRegistered(
    image_id=IMAGE, file=ImageFile(9, 4, 3, "image/png", "a.png"), capture=Capture(line="L1")
)
EXCLUDED = ImageExcluded(image_id=IMAGE, reason="blurred")


def stored(*commits: list[Event]) -> list[dict[str, object]]:
    """Commits as the API answers them."""
    answers: list[dict[str, object]] = []
    previous, first = genesis("local", STREAM), 1
    for events in commits:
        meta, body = seal(events, Context(actor="aya"), datetime(2026, 1, 1, tzinfo=UTC))
        previous = chain(previous, first, len(events), meta, body)
        text = {"meta": meta.decode(), "body": body.decode()}
        answers.append({"first": first, "count": len(events), "hash": previous.hex(), **text})
        first += len(events)
    return answers


def serve(platform: Platform, commits: list[dict[str, object]], version: int) -> None:
    head = {"stream": STREAM, "version": version, "hash": commits[-1]["hash"]}
    platform.answer("GET /v1/streams", {"items": [head]})
    platform.answer("GET /v1/proof/records", {"items": []})
    platform.answer("GET /v1/proof/checkpoints", {"items": []})
    platform.answer(f"GET /v1/streams/{STREAM}/commits", {"items": commits, "as_of": version})
