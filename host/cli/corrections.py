"""Corrections of capture conditions: fields of the command line, a table or an import, against what is stored."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from functions.api.images.answers import Image
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.settings import settings_of_shell
from kenpin.importing.captures import FIELDS, matched, read_captures_file
from kenpin.importing.entry import Problem, Unreadable
from kenpin.importing.faults import InvalidItem
from kenpin.importing.times import time_from
from kenpin.read_models.gallery.queries import ID_DIGITS, MOST_AMONG


class Corrections(Struct, frozen=True):
    """Images with the fields that change, and the rows of a table that fit no image or several."""

    changes: list[tuple[Image, Mapping[str, str | None]]]
    unmatched: list[Problem]


def named_fields(assignments: Sequence[str]) -> dict[str, str | None]:
    """Return the fields of `line=L1`; `line=` empties one. Raises Refused."""
    found: dict[str, str | None] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or name not in FIELDS:
            raise Refused(f"{assignment} is not FIELD=VALUE; the fields are {', '.join(FIELDS)}")
        found[name] = value or None
    if time := found.get("captured_at"):
        found["captured_at"] = _time(time)
    return found


def _time(text: str) -> str:
    try:
        return time_from(text, ZoneInfo(settings_of_shell().time_zone))
    except InvalidItem as reason:
        raise Refused(f"captured_at: {reason}") from None


def corrections_of_table(client: Client, dataset_id: str, table: Path) -> Corrections:
    """Compare the rows with the images of the dataset, by file name. Raises Refused."""
    try:
        rows = read_captures_file(table, ZoneInfo(settings_of_shell().time_zone))
    except Unreadable as reason:
        raise Refused(str(reason)) from None
    images = list(client.images(dataset_id))
    found = matched(rows, (image.name for image in images))
    by_name = {image.name: image for image in images}
    pairs = ((by_name[name], capture) for name, capture in found.by_path.items())
    return Corrections([pair for pair in pairs if _differs(*pair)], found.unmatched)


def corrections_of_captures(
    client: Client, dataset_id: str, captures: Mapping[str, Mapping[str, str | None]]
) -> Corrections:
    """Compare conditions, by digest, with those of the images. Of the dataset only these images are read."""
    images = _images_of(client, dataset_id, list(captures))
    pairs = ((image, captures.get(image.image_id, {})) for image in images)
    return Corrections([pair for pair in pairs if _differs(*pair)], [])


def _images_of(client: Client, dataset_id: str, ids: Sequence[str]) -> Iterator[Image]:
    for start in range(0, len(ids), MOST_AMONG):
        some = ids[start : start + MOST_AMONG]
        yield from client.images(dataset_id, among=",".join(id[:ID_DIGITS] for id in some))


def send(client: Client, dataset_id: str, changes: Corrections, reason: str) -> Iterator[int]:
    """Correct one image after the other; yield the version of the dataset after each."""
    for image, fields in changes.changes:
        capture = {**msgspec.to_builtins(image.capture), **fields}
        body = {"image_id": image.image_id, "capture": capture, "reason": reason}
        yield client.post(f"/datasets/{dataset_id}/captures", body).version


def _differs(image: Image, fields: Mapping[str, str | None]) -> bool:
    return any(getattr(image.capture, name) != value for name, value in fields.items())
