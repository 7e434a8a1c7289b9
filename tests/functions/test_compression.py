"""Long answers are compressed for clients that take it; a page of the gallery stays small on the way."""

import gzip
import json

import pytest

from functions.http.compression import compressed, takes
from host.gateway import Answer, Request, function_for, respond
from tests.functions.conftest import Api
from tests.functions.test_page_sizes import more_images

GALLERY_PAGE_BYTES = 100 * 1024
FIRST_PAGE = 200
"""Images that the browser's gallery asks for first"""


@pytest.mark.parametrize(
    ("accepted", "encoding", "expected"),
    [
        ("gzip, deflate, br", "gzip", True),
        ("gzip;q=0.5", "gzip", True),
        ("br;q=1.0, *;q=0.1", "gzip", True),
        ("GZIP", "gzip", True),
        ("gzip;q=0", "gzip", False),
        ("deflate", "gzip", False),
        ("", "gzip", False),
        ("gzip, br", "br", True),
    ],
)
def test_an_encoding_is_taken_as_the_header_says(accepted: str, encoding: str, expected: bool) -> None:
    assert takes(accepted, encoding) is expected


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": 200, "body": "short"},
        {"statusCode": 204, "body": None},
        {"statusCode": 200, "body": "A" * 9_000, "isBase64Encoded": True},
    ],
)
def test_short_and_encoded_answers_stay_as_they_are(answer: dict[str, object]) -> None:
    assert compressed(answer, "gzip") == answer


def get(path: str, accepted: str) -> Answer:
    path, _, query = path.partition("?")
    function = function_for("GET", path)
    assert function is not None
    headers = {"accept-encoding": accepted}
    return respond(function, Request("GET", path, query, headers, b"", {"sub": "inspector"}))


def test_a_page_of_the_gallery_is_small_on_the_way(api: Api, cookies: list[str]) -> None:
    more_images(api, FIRST_PAGE)
    path = f"/v1/datasets/cookies/images?limit={FIRST_PAGE}"
    plain, packed = get(path, ""), get(path, "gzip, br")
    assert (packed.status, packed.headers["content-encoding"]) == (200, "gzip")
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    page, same = (json.loads(body) for body in (gzip.decompress(packed.body), plain.body))
    assert [image["image_id"] for image in page["items"]] == [image["image_id"] for image in same["items"]]
    assert len(page["items"]) == FIRST_PAGE
    assert len(packed.body) < GALLERY_PAGE_BYTES < len(plain.body)
