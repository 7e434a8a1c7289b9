"""Capture conditions of a file: from its name, from a file beside it, and from EXIF."""

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image

from kenpin_edge.config import FIELDS, VERDICT, Station

MOST: Final = 64
"""Characters of a field"""


class CaptureProblem(Exception):
    """The conditions of a file cannot be read. The message says why."""


class SidecarProblem(CaptureProblem):
    """The file beside it is missing or not whole; it may still come."""


def capture_of(station: Station, path: Path, picture: bytes) -> dict[str, str]:
    """Return the conditions of a file: a sidecar stands over the name, and the name over EXIF.

    Raises CaptureProblem.
    """
    found = _from_exif(picture) if station.exif else {}
    found |= _from_name(station, path)
    if station.sidecar:
        beside = path.with_suffix(f".{station.sidecar}")
        values = _from_sidecar(beside, station.sidecar)
        try:
            found |= known_fields(values)
        except CaptureProblem as problem:
            raise CaptureProblem(f"{beside.name}: {problem}") from None
    return found


def known_fields(values: Mapping[str, object]) -> dict[str, str]:
    """Return the capture conditions and the verdict among values. Raises CaptureProblem where one is wrong."""
    given = {name: values[name] for name in values if name in FIELDS or name == VERDICT}
    for name, value in given.items():
        if isinstance(value, dict | list | bool):
            raise CaptureProblem(f"{name} must be a text or a number: {str(value)[:MOST]}")
    found = {name: str(value).strip() for name, value in given.items() if value is not None and value != ""}
    for name, text in found.items():
        if len(text) > MOST:
            raise CaptureProblem(f"{name} has more than {MOST} characters: {text[:MOST]}…")
    if (time := found.get("captured_at")) and not _is_time(time):
        raise CaptureProblem(
            f"captured_at must be a time of ISO 8601, such as 2026-03-02T08:15:04+09:00: {time}"
        )
    return found


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _from_name(station: Station, path: Path) -> dict[str, str]:
    if station.pattern is None:
        return {}
    name = path.relative_to(station.folder).as_posix()
    if (match := station.pattern.search(name)) is None:
        raise CaptureProblem(f"its name does not match the pattern {station.pattern.pattern}")
    return known_fields(match.groupdict())


def _from_sidecar(path: Path, kind: str) -> dict[str, object]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise SidecarProblem(f"{path.name} {why}") from None
    if kind == "csv":
        try:
            rows = list(csv.DictReader(text.splitlines()))
        except csv.Error as error:
            raise SidecarProblem(f"{path.name} is no CSV: {error}") from None
        if len(rows) != 1:
            raise SidecarProblem(f"{path.name} must have a header and one row; it has {len(rows)} rows")
        return {key: value for key, value in rows[0].items() if isinstance(key, str)}
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SidecarProblem(f"{path.name} is no JSON: {error}") from None
    if not isinstance(values, dict):
        raise SidecarProblem(f"{path.name} must be a JSON object")
    return values


def _from_exif(picture: bytes) -> dict[str, str]:
    """Read time, camera and exposure; a picture without EXIF has none. Whether it is a picture, the platform says."""
    try:
        with Image.open(BytesIO(picture)) as image:
            exif = image.getexif()
            detail = exif.get_ifd(ExifTags.IFD.Exif)
            exposure = detail.get(ExifTags.Base.ExposureTime)
            found = {
                "captured_at": _time(
                    _text(detail.get(ExifTags.Base.DateTimeOriginal))
                    + _text(detail.get(ExifTags.Base.OffsetTimeOriginal))
                ),
                "camera": f"{_text(exif.get(ExifTags.Base.Make))} {_text(exif.get(ExifTags.Base.Model))}".strip(),
                "exposure": f"{float(exposure):g} s" if exposure else "",
            }
    except Exception:  # Pillow raises errors of many kinds on broken files
        return {}
    return {name: text[:MOST] for name, text in found.items() if text}


def _text(value: object) -> str:
    return "" if value is None else str(value).strip("\0 ")


def _time(text: str) -> str:
    """Return the time of EXIF (2026:03:02 08:15:04+09:00) as ISO 8601; empty where it is none."""
    try:
        return datetime.fromisoformat(text.replace(":", "-", 2)).isoformat()
    except ValueError:
        return ""
