"""Output of commands: JSON alone, or plain tables and lines for people; warnings go to stderr."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Protocol, TypeVar

from kenpin.domain.reasons import reason_text

T = TypeVar("T")
Cell = str | int | float | datetime | None


class ApiAnswer(Protocol):
    """A pydantic model, as the API answers."""

    def model_dump_json(self, *, indent: int | None = None) -> str: ...


def show(answer: ApiAnswer, as_json: bool, for_people: Callable[[], None]) -> None:
    if as_json:
        print(answer.model_dump_json(indent=2))
    else:
        for_people()


def show_all(answers: Iterable[ApiAnswer], as_json: bool, for_people: Callable[[], None]) -> None:
    """Show many answers; as JSON, one array."""
    if as_json:
        print("[" + ",\n ".join(each.model_dump_json() for each in answers) + "]")
    else:
        for_people()


def first_of(answers: Iterator[T], limit: int) -> list[T]:
    """Return the first answers; warn when there are more."""
    some = list(islice(answers, limit + 1))
    if len(some) > limit:
        warn(f"there are more than {limit:,}; --limit shows more")
    return some[:limit]


def show_json(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))


def table(*columns: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Print rows under their column names, never cut, numbers to the right."""
    given = [list(row) for row in rows]
    if not given:
        return print("none")
    cells = [list(columns), *([text(cell) for cell in row] for row in given)]
    widths = [max(width(row[index]) for row in cells) for index in range(len(columns))]
    right = [any(isinstance(row[index], int | float) for row in given) for index in range(len(columns))]
    for row in cells:
        padded = (pad(*cell) for cell in zip(row, widths, right, strict=True))
        print("  ".join(padded).rstrip())


def fields(**values: Cell) -> None:
    """Print one field per line."""
    longest = max(map(len, values))
    for name, value in values.items():
        print(f"{name.replace('_', ' '):<{longest}}  {text(value)}")


def line(sentence: str) -> None:
    print(sentence)


def warn(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def text(value: Cell) -> str:
    match value:
        case None:
            return "–"
        case datetime():
            return value.astimezone().strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{value:.4g}"
        case str():
            return reason_text(value)
        case _:
            return str(value)


def width(content: str) -> int:
    """Return the columns that a text takes in a terminal: a Japanese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in content)


def pad(content: str, width_wanted: int, right: bool) -> str:
    blanks = " " * (width_wanted - width(content))
    return blanks + content if right else content + blanks


def images(count: int) -> str:
    return "1 image" if count == 1 else f"{count:,} images"


def share(part: int, whole: int, rate: float | None, bound: float | None) -> str:
    """`0 of 50 (0.0 %, true rate ≤ 5.8 %)`."""
    if rate is None or bound is None:
        return f"{part} of {whole} (no rate)"
    return f"{part} of {whole} ({rate:.1%}, true rate ≤ {bound:.1%})"
