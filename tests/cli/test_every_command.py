"""Rules for all commands: JSON for scripts, and --as-of wherever the platform keeps a past."""

from collections.abc import Iterator

from typer.core import TyperCommand, TyperGroup

from host.cli.app import load
from host.cli.catalogue import ENTRIES

WITHOUT_JSON = {"login", "logout", "edge run", "mcp"}
"""They tell of nothing but themselves, write a log, or speak a protocol of their own."""
LISTS = {"list", "show", "history", "chain", "returned", "summary", "log", "predictions"}
ONLY_NOW = {
    *("queue list", "intake list", "parked list"),
    *("token list", "anchor list", "backbone list", "webhook list", "webhook log"),
    "label-book history",
    "field-return show",
}
"""Commands that show the present only, or all of the past at once."""


def commands() -> Iterator[tuple[str, set[str]]]:
    """Each command with the names of its options."""

    def below(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
        if isinstance(command, TyperGroup):
            for name, each in command.commands.items():
                yield from below(each, (*path, name))
        elif isinstance(command, TyperCommand):
            yield " ".join(path), {name for each in command.params for name in each.opts}

    for entry in ENTRIES:
        yield from below(load(entry), (entry.name,))


def test_every_command_speaks_json() -> None:
    found = dict(commands())
    assert len(found) > 60
    assert {name for name, options in found.items() if "--json" not in options} == WITHOUT_JSON


def test_every_reading_command_looks_back() -> None:
    reading = {name: options for name, options in commands() if name.rpartition(" ")[2] in LISTS}
    assert {name for name, options in reading.items() if "--as-of" not in options} == ONLY_NOW
