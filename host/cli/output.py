"""What a command prints: JSON alone, or tables and lines for people; progress and warnings go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console

Cell = str | int | float | datetime | None


class Model(Protocol):
    """A pydantic model, as the API answers."""

    def model_dump_json(self, *, indent: int | None = None) -> str: ...


def show(answer: Model, as_json: bool, for_people: Callable[[], None]) -> None:
    if as_json:
        print(answer.model_dump_json(indent=2))
    else:
        for_people()


def show_all(answers: Iterable[Model], as_json: bool, for_people: Callable[[], None]) -> None:
    """Many answers: in JSON, one array."""
    if as_json:
        print("[" + ",\n ".join(each.model_dump_json() for each in answers) + "]")
    else:
        for_people()


def show_json(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))


def table(*columns: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Rows under their column names; a line for none. Numbers stand to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    cells = [list(row) for row in rows]
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, name in enumerate(columns):
        numeric = any(isinstance(row[index], int | float) for row in cells)
        grid.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        grid.add_row(*map(text, row))
    people().print(grid) if cells else people().print("none")


def fields(**values: Cell) -> None:
    """One thing, a field a line."""
    width = max(map(len, values))
    for name, value in values.items():
        people().print(
            f"[bold]{name.replace('_', ' '):<{width}}[/bold]  {escaped(text(value))}", soft_wrap=True
        )


def line(sentence: str) -> None:
    people().print(escaped(sentence), soft_wrap=True)


def warn(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def text(value: Cell) -> str:
    match value:
        case None:
            return "–"
        case datetime():
            return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        case float():
            return f"{value:.4g}"
        case _:
            return str(value)


def escaped(plain: str) -> str:
    from rich.markup import escape

    return escape(plain)


def people() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def share(part: int, whole: int, rate: float | None, bound: float | None) -> str:
    """`0 of 50 (0.0 %, true rate ≤ 5.8 %)`."""
    if rate is None or bound is None:
        return f"{part} of {whole} (no rate)"
    return f"{part} of {whole} ({rate:.1%}, true rate ≤ {bound:.1%})"
