"""Bad requests: the answer names the fault, its place and a remedy, and is never a 5xx."""

import json

import pytest

from host.gateway import Request, function_for, respond
from tests.functions.conftest import Api, ApiReply

DROPPED = {
    **{"specversion": "1.0", "id": "e", "source": "s", "type": "kenpin.edge.dropped.v1"},
    "data": {"dataset_id": "cookies", "dropped": 1},
}
PROJECT = b'{"project_id": "cookies", "name": "Cookies"}'


def sent(body: bytes, path: str = "/v1/projects", **headers: str) -> ApiReply:
    named = {"kenpin-actor": "inspector", "content-type": "application/json"}
    asked = named | {name.replace("_", "-"): value for name, value in headers.items()}
    function = function_for("POST", path)
    assert function is not None
    answer = respond(function, Request("POST", path, "", asked, body, {"sub": "inspector"}))
    return ApiReply(answer.status, answer.headers, json.loads(answer.body))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "the body is not JSON: Expecting property name enclosed in double quotes, at character 1"),
        (b"\xff", "the body is not JSON: Expecting value, at character 0"),
        (b"[" * 100_000, "the body is nested too deeply to be read; send it flat"),
        (b"9" * 5_000, "the body has a number that is too long to be read; send fewer digits"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_as_such(api: Api, body: bytes, said: str) -> None:
    reply = sent(body)
    assert (reply.status, reply.json["detail"]) == (400, said)
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_request_without_a_body_is_told_that_it_has_none(api: Api) -> None:
    reply = sent(b"")
    assert (reply.status, reply.json["detail"]) == (422, "body: Field required")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[{}]", "0: it is no object with a field 'type'"),
        (b"[7]", "0: it is no object"),
        (
            b'[{"type": "x"}]',
            "0: its 'type' is 'x', which is none of 'kenpin.image.captured.v1', 'kenpin.edge.dropped.v1'",
        ),
        (b"[]", "body: it has too few items; send at least 1"),
        (json.dumps([DROPPED] * 201).encode(), "body: it has more than 200 items; send at most 200"),
    ],
)
def test_items_that_are_no_events_are_told_in_words_of_ours(api: Api, body: bytes, said: str) -> None:
    reply = sent(body, "/v1/intake")
    assert (reply.status, reply.json["detail"]) == (422, said)


def test_json_is_read_under_each_of_its_names_and_nothing_else_is(api: Api) -> None:
    reply = sent(PROJECT, content_type="text/xml")
    assert (reply.status, reply.json["title"]) == (415, "Unsupported Media Type")
    assert reply.json["detail"] == "only JSON is read here; send Content-Type: application/json"
    assert sent(PROJECT, content_type="Application/Merge-Patch+JSON; charset=utf-8").status == 201


@pytest.mark.parametrize("version", ["abc", 'W/"1"', "", "-1", "9" * 30, "١"])
def test_an_if_match_that_is_no_version_stores_nothing(api: Api, version: str) -> None:
    reply = sent(PROJECT, if_match=version)
    assert (reply.status, "If-Match:" in reply.json["detail"]) == (400, True)
    assert api.get("/v1/projects/cookies").status == 404


def test_an_if_match_is_a_version_or_any(api: Api) -> None:
    assert sent(PROJECT, if_match='"7"').status == 412
    assert sent(PROJECT, if_match="*").status == 201


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_one_to_255_characters(api: Api, key: str) -> None:
    assert "Idempotency-Key" in sent(PROJECT, idempotency_key=key).json["detail"]


@pytest.mark.parametrize("query", ["/v1/datasets?project_id=%00", "/v1/streams?prefix=dataset-%00"])
def test_nobody_can_look_for_a_nul(api: Api, query: str) -> None:
    reply = api.get(query)
    assert (reply.status, reply.json["title"]) == (400, "Bad Request")


@pytest.mark.parametrize(
    "query",
    [
        "datasets/cookies/images?min_version=",
        "streams/dataset-cookies/commits?after=",
        "streams/dataset-cookies/events?after=",
        "proof/rows/dataset-cookies?version=",
        "datasets/cookies/undos/preview?from_version=",
    ],
)
def test_a_number_is_one_that_the_database_can_hold(api: Api, cookies: list[str], query: str) -> None:
    reply = api.get(f"/v1/{query}{'9' * 20}")
    assert (reply.status, reply.json["title"]) == (422, "Unprocessable Entity")
