"""Progress bars on stderr; on a stderr that is no terminal, nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class RateColumn(ProgressColumn):
    """The items a second of a bar."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s", style="progress.data.speed")


class Bars:
    """One bar per stage."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def stage(self, name: str, total: int) -> None:
        self._task = self._progress.add_task(name, total=total)

    def step(self, count: int = 1) -> None:
        if self._task is not None:
            self._progress.advance(self._task, count)

    def reach(self, name: str, done: int, total: int) -> None:
        """Set the bar of the stage with this name; those before it are over."""
        for task in self._progress.tasks:
            if task.description != name:
                self._progress.update(task.id, completed=task.total or 0)
        task_id = next((task.id for task in self._progress.tasks if task.description == name), None)
        target = self._progress.add_task(name, total=total) if task_id is None else task_id
        self._progress.update(target, completed=done, total=total)

    def print_line(self, sentence: str) -> None:
        self._progress.console.print(sentence, highlight=False, markup=False)


@contextmanager
def bars() -> Iterator[Bars]:
    columns = (
        TextColumn("{task.description:>10}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield Bars(progress)
