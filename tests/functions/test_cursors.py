"""Cursors: a list reads those that this API gave, and answers 400 to any other."""

import base64
import json
import re
from typing import Final
from urllib.parse import quote

import pytest
from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.http.paging import NUMBER, TEXT, decoded, decoded_number, decoded_text, encoded
from tests.functions.bodies import QUERIES
from tests.functions.operations import DOCUMENT
from tests.functions.world import World


def lists() -> list[str]:
    paths = json.loads(DOCUMENT.read_text("utf-8"))["paths"]
    return [
        f"GET {path.replace('{', '<').replace('}', '>')}"
        for path, methods in paths.items()
        if any(told["name"] == "cursor" for told in methods.get("get", {}).get("parameters", ()))
    ]


LISTS: Final = lists()
CRAFTED: Final = ("AA", "", encoded("9" * 20), encoded("9" * 15), encoded("-1"), encoded("nan 1"), "é", "%00")
FORMS: Final = (f"({TEXT})", f"({NUMBER})", rf"({NUMBER})\.({NUMBER})", f"({TEXT}) ({TEXT})")


def base64_of(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


cursors = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=60).map(base64_of),
    st.text(max_size=40).map(encoded),
    st.integers().map(encoded),
    st.tuples(st.floats(), st.integers()).map(lambda place: encoded(f"{place[0]!r} {place[1]}")),
)


@given(cursors, st.sampled_from(FORMS))
def test_a_cursor_is_of_the_form_or_refused(cursor: str, form: str) -> None:
    try:
        parts = decoded(cursor, form)
    except BadRequestError:
        return
    assert all(re.fullmatch(r"[!-~]{1,150}", part) for part in parts)


@given(st.integers(0, 10**15 - 1))
def test_a_number_comes_back(number: int) -> None:
    assert decoded_number(encoded(number)) == number


@given(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True))
def test_a_name_comes_back(name: str) -> None:
    assert decoded_text(encoded(name)) == name


def test_there_are_lists_to_ask() -> None:
    assert len(LISTS) >= 20


@pytest.mark.parametrize("cursor", CRAFTED)
def test_no_list_breaks_over_a_crafted_cursor(world: World, cursor: str) -> None:
    for operation in LISTS:
        assert answered(world, operation, cursor) in (200, 400, 404), operation


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursors)
def test_no_list_breaks_over_any_cursor(world: World, cursor: str) -> None:
    for operation in LISTS:
        assert answered(world, operation, cursor) in (200, 400, 404, 422), operation


def answered(world: World, operation: str, cursor: str) -> int:
    path = world.ours.fill(f"{operation.removeprefix('GET ')}?{QUERIES.get(operation, '')}")
    return world.api.get(f"{path}&cursor={quote(cursor)}").status
