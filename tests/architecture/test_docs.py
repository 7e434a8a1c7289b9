"""Everything that the docs tell people to type or open exists."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup

from host.cli.app import load
from host.cli.catalogue import ENTRIES
from kenpin.exporting.catalogue import FORMATS
from tests.architecture.checkout import ROOT, files, name_of

PAGES = [path for path in files(".md") if not path.is_relative_to(ROOT / "frontend")]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def code_of(page: Path) -> str:
    """Return the text in code fences and between backticks."""
    text = page.read_text("utf-8")
    fences = re.findall(r"^```.*?\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join((*fences, *re.findall(r"`([^`\n]+)`", text)))


def links_of(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_verbs_of_make_exist(page: Path) -> None:
    typed = set(re.findall(r"(?:^|[\s;&])make ([a-z]+)", code_of(page)))
    assert typed - TARGETS == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_commands_of_kenpin_exist(page: Path) -> None:
    typed = set(re.findall(r"(?:^|[\s;&/])kenpin ([a-z][a-z-]*)", code_of(page), flags=re.MULTILINE))
    assert typed - {entry.name for entry in ENTRIES} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_stacks_and_stages_of_cdk_exist(page: Path) -> None:
    stages = json.loads((ROOT / "cdk.json").read_text())["context"]["stages"].keys()
    stacks = {path.stem for path in (ROOT / "cdk/stacks").glob("[a-z]*.py")}
    named = re.findall(r"Kenpin-([a-z]+)-([a-z]+)", code_of(page))
    asked = {*re.findall(r"-c stage=([a-z]+)", code_of(page)), *(stage for stage, _ in named)}
    assert asked - stages == set()
    assert {stack for _, stack in named} - stacks == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_a_page_reads_of_a_stack_the_stack_tells(page: Path) -> None:
    """As docs/deploy.md does: `out web Address`."""
    for stack, output in re.findall(r"\$\(out ([a-z]+) ([A-Za-z]+)\)", code_of(page)):
        assert f'"{output}"' in (ROOT / f"cdk/stacks/{stack}.py").read_text(), f"{stack} tells no {output}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    assert [target for target in links_of(page) if not (page.parent / target).exists()] == []


def test_every_verb_of_make_has_its_help() -> None:
    text = (ROOT / "Makefile").read_text()
    helped = set(re.findall(r"^([a-z]+):.*## ", text, flags=re.MULTILINE))
    assert TARGETS - helped == set()


def described_commands() -> set[str]:
    """From table rows such as "| `kenpin run list` · `show` | …"."""
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    found: set[str] = set()
    for row in re.findall(r"^\| (`kenpin [^|]*) \|", page, flags=re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        found |= {first, *(f"{first.rpartition(' ')[0]} {other}" for other in others)}
    return found


def test_the_reference_has_every_command_and_no_other() -> None:
    loaded = {entry.name: load(entry) for entry in ENTRIES}
    expected = {
        f"kenpin {name} {below}" if below else f"kenpin {name}"
        for name, command in loaded.items()
        for below in (command.commands if isinstance(command, TyperGroup) else [""])
    }
    assert described_commands() == expected


def test_the_reference_has_every_export_format_and_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "export-formats.md").read_text("utf-8")
    described = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", page, re.MULTILINE))
    rows = {name: title for name, title in described.items() if name in FORMATS}
    assert rows == {name: format.title for name, format in FORMATS.items()}
