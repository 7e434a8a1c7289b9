"""Folds a dataset's history on this machine and compares it with the platform's rows, image by image."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from functions.api.history.answers import StoredCommit
from functions.api.images.answers import Image as Row
from functions.http.answers import Page
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.history import commits
from kenpin.domain.catalogue import recorded
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import DatasetEvent
from kenpin.domain.dataset.state import DatasetState, ImageState


def differences_of(client: Client, dataset_id: str, to: int | None = None) -> list[str]:
    """Return the differences between rows and history; empty when they are identical."""
    return differences_from(client, dataset_id, fold_dataset(client, dataset_id, to))


def differences_from(client: Client, dataset_id: str, state: DatasetState) -> list[str]:
    client.caught_up(dataset_id, state.version)
    rows = [row for e in (False, True) for row in client.images(dataset_id, excluded=e, as_of=state.version)]
    return list(compare(state, rows))


def fold_dataset(client: Client, dataset_id: str, to: int | None) -> DatasetState:
    """Return the dataset folded from its events up to version `to`."""

    stream = f"dataset-{dataset_id}"
    newest = client.get(f"/streams/{stream}/commits", Page[StoredCommit], limit=1).as_of or 0
    version = newest if to is None else to
    if not 1 <= version <= newest:
        raise Refused(f"{dataset_id} has no version {version}; its newest is {newest}")
    facts = (fact for commit in commits(client, stream, version) for fact in recorded(commit))
    return dataset.fold(cast(DatasetEvent, fact.event) for fact in facts if fact.version <= version)


def compare(state: DatasetState, rows: list[Row]) -> Iterator[str]:
    """Yield the differences between history and rows, image by image."""
    shown = {row.image_id: row for row in rows}
    for image_id in sorted({*state.images, *shown}):
        match state.images.get(image_id), shown.get(image_id):
            case None, _:
                yield f"{image_id[:12]}: in the rows, not in history"
            case _, None:
                yield f"{image_id[:12]}: in history, not in the rows"
            case image, row:
                yield from _differences(image_id, _of_image(image), _of_row(row))


def _differences(image_id: str, history: dict[str, object], rows: dict[str, object]) -> Iterator[str]:
    for name, value in history.items():
        if value != rows[name]:
            yield f"{image_id[:12]} {name}: history says {value}, the rows say {rows[name]}"


def _of_image(image: ImageState) -> dict[str, object]:
    annotation = image.annotation
    return {
        "ordinal": image.ordinal,
        "file": (
            image.file.name,
            image.file.size,
            image.file.width,
            image.file.height,
            image.file.media_type,
        ),
        "capture": image.capture,
        "split": image.split,
        "excluded": image.excluded,
        "verdict": annotation and annotation.verdict,
        "defects": tuple(annotation.defects) if annotation else (),
        "reason": annotation and annotation.reason,
        "label_book_revision": annotation and annotation.label_book_revision,
        "review": image.review,
    }


def _of_row(row: Row) -> dict[str, object]:
    annotation = row.annotation
    return {
        "ordinal": row.ordinal,
        "file": (row.name, row.size, row.width, row.height, row.media_type),
        "capture": row.capture,
        "split": row.split,
        "excluded": row.excluded,
        "verdict": row.verdict,
        "defects": tuple(row.defects),
        "reason": annotation and annotation.reason,
        "label_book_revision": annotation and annotation.label_book_revision,
        "review": annotation and annotation.review,
    }
