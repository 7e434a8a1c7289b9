"""Every file says what it is for, handlers are short, and nothing is left for later."""

import ast
import re
from pathlib import Path

from tests.architecture.checkout import files, name_of

HANDLER_LINES = 60
NO_ROOMS = {"utils", "helpers", "manager", "managers", "common", "misc"}


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_every_python_file_opens_with_a_sentence() -> None:
    docs = {name_of(path): ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in files(".py")}
    assert docs
    assert [name for name, doc in docs.items() if not doc or doc.splitlines()[0][-1] not in ".:"] == []


def test_handlers_are_short() -> None:
    handlers = {name_of(path): lines_of(path) for path in files("handler.py")}
    assert handlers
    assert {name: size for name, size in handlers.items() if size > HANDLER_LINES} == {}


def test_every_room_has_a_name_of_its_own() -> None:
    assert [name_of(path) for path in files(".py", ".ts") if path.stem.lower() in NO_ROOMS] == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    code = (path for path in files(".py", ".ts", ".vue", ".sql", ".md") if path != Path(__file__))
    assert [name_of(path) for path in code if later.search(path.read_text("utf-8"))] == []
