"""Values of JSON documents that other tools wrote, and errors that say what is wrong with them."""

import math
from collections.abc import Sequence

Json = dict[str, object]
Point = tuple[float, float]


class InvalidItem(Exception):
    """A problem with one file, line or object of a source; the others can be used."""


def object_of(value: object, name: str) -> Json:
    if not isinstance(value, dict):
        raise InvalidItem(f"{name} is missing or no JSON object")
    return value


def list_of(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise InvalidItem(f"{name} is missing or no list")
    return value


def text_of(owner: Json, key: str) -> str:
    value = owner.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidItem(f"{key} is missing or no text")
    return value


def number_of(value: object, name: str) -> float:
    """Return a finite number; NaN and infinity are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidItem(f"{name} is missing or no number")
    if not math.isfinite(value) or abs(value) > 1e9:
        raise InvalidItem(f"{name} is no usable number")
    return float(value)


def number_in(owner: Json, key: str) -> float:
    return number_of(owner.get(key), key)


def numbers_of(value: object, name: str) -> list[float]:
    return [number_of(each, name) for each in list_of(value, name)]


def count_of(value: object, name: str) -> int:
    """Return a whole number that is not negative."""
    number = number_of(value, name)
    if number < 0 or number != int(number):
        raise InvalidItem(f"{name} is no count")
    return int(number)


def number_from(text: str, name: str) -> float:
    """Return the finite number that a text says."""
    try:
        return number_of(float(text), name)
    except ValueError:
        raise InvalidItem(f"{name} {text[:40]!r} is no number") from None


def points_of(values: Sequence[float], name: str) -> tuple[Point, ...]:
    """Return pairs of x, y, x, y, …: at least three of them."""
    if len(values) % 2 or len(values) < 6:
        raise InvalidItem(f"{name} has {len(values)} numbers; a polygon has an even count, 6 or more")
    return tuple(zip(values[::2], values[1::2], strict=True))
