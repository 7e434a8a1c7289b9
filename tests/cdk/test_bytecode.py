"""Layers carry bytecode where the machine that packs them has Lambda's Python."""

import importlib.util
import sys
from pathlib import Path

from cdk.constructs.bytecode import LAMBDA_PYTHON, add_bytecode
from cdk.constructs.code import RUNTIME
from cdk.constructs.layer_files import PYTHON


def bytecode(source: Path) -> Path:
    return Path(importlib.util.cache_from_source(str(source)))


def test_it_is_made_for_the_runtime_of_the_functions() -> None:
    assert RUNTIME.name == LAMBDA_PYTHON == f"python{PYTHON}"


def test_every_source_gets_bytecode_that_no_clock_can_make_stale(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    good, bad = tmp_path / "package" / "good.py", tmp_path / "bad.py"
    good.write_text("ANSWER = 42\n")
    bad.write_text("print 'of another Python'\n")
    assert add_bytecode(tmp_path, sys.executable)
    flags = int.from_bytes(bytecode(good).read_bytes()[4:8], "little")
    assert flags == 0b01, "unchecked, by hash (PEP 552)"
    assert not bytecode(bad).exists()


def test_the_same_sources_make_the_same_bytecode(tmp_path: Path) -> None:
    made = []
    for name in ("here", "there"):
        source = tmp_path / name / "module.py"
        source.parent.mkdir()
        source.write_text("def where() -> str:\n    return __file__\n")
        add_bytecode(source.parent, sys.executable)
        made.append(bytecode(source).read_bytes())
    assert made[0] == made[1]


def test_without_that_python_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("")
    assert not add_bytecode(tmp_path, "python0.0")
    assert list(tmp_path.rglob("*.pyc")) == []
