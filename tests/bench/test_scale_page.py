"""docs/scale.md shows what the bench works out."""

import pytest

from bench.scale_tables import PAGE, TABLES, rows, tables_in

PAGE_SHOWS = tables_in(PAGE.read_text("utf-8"))
STALE = "run `.venv/bin/python -m bench.scale_tables`"


def test_every_table_has_its_place() -> None:
    assert PAGE_SHOWS.keys() == TABLES.keys()


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"contention"}))
def test_a_table_is_what_its_command_gives(name: str) -> None:
    assert PAGE_SHOWS[name] == list(TABLES[name]()), STALE


@pytest.mark.parametrize("case", ["10 judgements/s", "25 judgements/s", "50 judgements/s", "2 lots/s"])
def test_contention_is_what_the_simulation_gives(case: str) -> None:
    """The cases that are over in a second."""
    [row] = rows(case)
    assert row in PAGE_SHOWS["contention"], STALE
