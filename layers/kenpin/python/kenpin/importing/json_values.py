"""Values of JSON documents that other tools wrote, and errors that say what is wrong with them."""

import math
from collections.abc import Sequence

from kenpin.importing.faults import Fault, InvalidItem

Json = dict[str, object]
Point = tuple[float, float]


def object_of(value: object, name: str = "") -> Json:
    """Return an object; its name is empty where its place is known, such as a whole file or line."""
    if not isinstance(value, dict):
        raise InvalidItem(Fault.NO_OBJECT, name=name) if name else InvalidItem(Fault.IS_NO_OBJECT)
    return value


def object_at(value: object, place: Fault, number: int) -> Json:
    """Return an object of a list, whose place has this number."""
    try:
        return object_of(value)
    except InvalidItem as bad:
        raise bad.within(place, number=number) from None


def list_of(value: object, name: str = "") -> list[object]:
    if not isinstance(value, list):
        raise InvalidItem(Fault.NO_LIST, name=name) if name else InvalidItem(Fault.IS_NO_LIST)
    return value


def text_of(owner: Json, key: str) -> str:
    value = owner.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidItem(Fault.NO_TEXT, name=key)
    return value


def number_of(value: object, name: str) -> float:
    """Return a finite number; NaN and infinity are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidItem(Fault.NO_NUMBER, name=name)
    if not math.isfinite(value) or abs(value) > 1e9:
        raise InvalidItem(Fault.UNUSABLE_NUMBER, name=name)
    return float(value)


def number_in(owner: Json, key: str) -> float:
    return number_of(owner.get(key), key)


def numbers_of(value: object, name: str) -> list[float]:
    return [number_of(each, name) for each in list_of(value, name)]


def count_of(value: object, name: str) -> int:
    """Return a whole number that is not negative."""
    number = number_of(value, name)
    if number < 0 or number != int(number):
        raise InvalidItem(Fault.NO_COUNT, name=name)
    return int(number)


def number_from(text: str, name: str) -> float:
    """Return the finite number that a text says."""
    try:
        return number_of(float(text), name)
    except ValueError:
        raise InvalidItem(Fault.NOT_A_NUMBER, name=name, text=text[:40]) from None


def points_of(values: Sequence[float], name: str) -> tuple[Point, ...]:
    """Return pairs of x, y, x, y, …: at least three of them."""
    if len(values) % 2 or len(values) < 6:
        raise InvalidItem(Fault.ODD_POLYGON, name=name, count=len(values))
    return tuple(zip(values[::2], values[1::2], strict=True))
