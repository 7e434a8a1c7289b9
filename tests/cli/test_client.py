"""The client's requests, and its reading of answers."""

import httpx
import pytest

from functions.api.history.answers import Stream
from host.cli.failures import Refused, Unreachable
from tests.blobs import blob_of
from tests.cli.conftest import ACCEPTED, Platform, kenpin


def test_every_request_says_who_asks_and_every_write_has_its_own_key(platform: Platform) -> None:
    platform.answer("POST /v1/projects", ACCEPTED, 201)
    for _ in range(2):
        platform.client().post("/projects", {"name": "x"})
    assert {request.headers["Authorization"] for request in platform.asked} == {"Bearer tester"}
    assert len({request.headers["Idempotency-Key"] for request in platform.asked}) == 2


def test_pages_are_followed_to_their_end(platform: Platform) -> None:
    pages = {
        None: {"items": [{"stream": "a", "version": 1, "hash": ""}], "next_cursor": "x"},
        "x": {"items": [{"stream": "b", "version": 1, "hash": ""}]},
    }
    platform.answers["GET /v1/streams"] = lambda r: httpx.Response(
        200, json=pages[r.url.params.get("cursor")]
    )
    assert [each.stream for each in platform.client().items("/streams", Stream, limit=1)] == ["a", "b"]


def test_a_refusal_is_one_line(platform: Platform) -> None:
    platform.answer("POST /v1/projects", {"detail": "no,\n choose another id"}, 409)
    with pytest.raises(Refused, match=r"^no, choose another id$"):
        platform.client().post("/projects", {})


@pytest.mark.parametrize(
    "typed",
    [
        ("model", "threshold", "m1", "nan", "--reason", "x"),
        ("project", "policy", "p", "--escape-cost", "inf"),
        ("run", "curve", "r1", "--escape-cost", "-inf"),
    ],
)
def test_a_number_that_json_cannot_carry_is_refused_in_one_line(
    platform: Platform, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...]
) -> None:
    assert kenpin(*typed) == 2
    assert capsys.readouterr().err == "kenpin: nan and infinity are not taken; give a finite number\n"
    assert platform.asked == []


def test_a_broken_platform_is_unreachable_and_names_the_correlation_id(platform: Platform) -> None:
    platform.answer("GET /v1/streams", {"detail": "something broke", "correlation_id": "c-1"}, 500)
    with pytest.raises(
        Unreachable, match=r"something broke \(look for c-1 in the log of http://kenpin\.test\)"
    ):
        list(platform.client().items("/streams", Stream))


def test_an_answer_that_is_no_problem_is_told_by_its_status(platform: Platform) -> None:
    platform.answers["GET /v1/streams"] = httpx.Response(502, text="<html>")
    with pytest.raises(Unreachable, match=r"GET http://kenpin\.test/v1/streams answered 502 Bad Gateway"):
        list(platform.client().items("/streams", Stream))


def test_nobody_there_is_unreachable(platform: Platform) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    platform.answers["GET /v1/streams"] = refuse
    with pytest.raises(Unreachable, match=r"no answer from http://kenpin\.test \(refused\); start it with"):
        list(platform.client().items("/streams", Stream))


def test_bytes_go_to_relative_and_to_absolute_addresses(platform: Platform) -> None:
    platform.answers["PUT /files/a"] = platform.answers["PUT /bucket/a"] = httpx.Response(204)
    platform.client().upload("/files/a?s=1", blob_of(b"x", "image/png"))
    platform.client().upload("https://s3.test/bucket/a", blob_of(b"x", "image/png"))
    assert [request.url.host for request in platform.asked] == ["kenpin.test", "s3.test"]
    for request in platform.asked:
        assert request.headers["Content-Type"] == "image/png"
        assert request.headers["x-amz-checksum-sha256"] == "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
        assert "Authorization" not in request.headers
