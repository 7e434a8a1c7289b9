"""Every refusal and error of the API has a text in both languages of the browser, and shows no other value."""

import inspect
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from string import Formatter

import pytest

import functions.http
import kenpin.domain
from functions.http import problems
from host import intake_limit
from kenpin.domain.decider import Missing, Refusal
from kenpin.importing.faults import Fault
from tests.architecture.checkout import ROOT

BY_STATUS = {
    "BadRequestError",
    "Forbidden",
    "NotFound",
    "NotAForm",
    "NotJson",
    "NotThroughFrontDoor",
    "Unexpected",
    "Unavailable",
}
"""Errors that the browser tells by their status alone."""


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


def all_refusals() -> dict[str, type[Refusal]]:
    for package in (kenpin.domain, functions.http):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return {each.__name__: each for each in refusals() if hasattr(each, "text")}


def texts(language: str) -> dict[str, str]:
    words = json.loads((ROOT / f"frontend/src/i18n/{language}.json").read_text("utf-8"))
    found: dict[str, str] = words["refusal"]
    return found


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def codes_of_errors() -> set[str]:
    named = re.findall(r'problem\(\s*HTTPStatus\.\w+,\s*"(\w+)"', inspect.getsource(problems))
    of_host = re.findall(r'code="(\w+)"', inspect.getsource(intake_limit))
    return {*named, *of_host, *(error.__name__ for error in problems.ERRORS)}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_browser_has_a_text_for_each_code_and_none_besides(language: str) -> None:
    codes = (set(all_refusals()) | codes_of_errors()) - BY_STATUS
    assert set(texts(language)) == codes


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_text_shows_only_what_the_refusal_gives(language: str) -> None:
    own = all_refusals()
    given = {
        code: slots(kind.text) | set(re.findall(r"(\w+)=", inspect.getsource(kind.__init__)))
        for code, kind in own.items()
    }
    beyond = {code for code, text in texts(language).items() if slots(text) - given.get(code, set())}
    assert beyond == set()


def test_a_refusal_fills_its_message_with_its_parameters() -> None:
    class NoSuchThing(Missing):
        text = "there are {things:,} things, but not {name}"

    refusal = NoSuchThing(things=1200, name="ours")
    assert str(refusal) == "there are 1,200 things, but not ours"
    assert refusal.parameters == {"things": 1200, "name": "ours"}


def test_the_browser_says_the_faults_of_an_import_in_both_languages() -> None:
    faults = {fault.name.lower(): fault.value for fault in Fault}
    english, japanese = (
        json.loads((ROOT / f"frontend/src/i18n/{language}.json").read_text("utf-8"))["import"]["fault"]
        for language in ("en", "ja")
    )
    assert english == faults
    assert {code: slots(text) for code, text in japanese.items()} == {
        code: slots(text) for code, text in faults.items()
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_browser_has_a_text_for_each_field_that_a_rule_of_ours_refuses(language: str) -> None:
    rooms = [ROOT / "layers/kenpin/python/kenpin/domain", ROOT / "functions"]
    sources = "".join(path.read_text("utf-8") for room in rooms for path in room.rglob("*.py"))
    codes = set(re.findall(r'PydanticCustomError\(\s*"(\w+)"', sources))
    words = json.loads((ROOT / f"frontend/src/i18n/{language}.json").read_text("utf-8"))
    assert len(codes) > 10
    assert codes - set(words["invalid"]) == set()
