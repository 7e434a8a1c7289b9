"""Intake in one step: an event and its picture in one form."""

import json
from hashlib import sha256
from typing import cast

import httpx
import pytest

from functions.runtime.event import Json
from host.gateway import Request, respond
from kenpin.bootstrap import platform
from kenpin.domain.ids import upload_name
from tests.functions.conftest import Api, ApiReply, picture

PATH = "/v1/intake/images"


@pytest.fixture
def line(everywhere: Api) -> Api:
    everywhere.post("/v1/projects", {"project_id": "cookies", "name": "Cookies"})
    everywhere.post("/v1/datasets", {"dataset_id": "cookies", "project_id": "cookies", "name": "Cookies"})
    return everywhere


def event(id: str = "e1", dataset_id: str = "cookies", **data: object) -> Json:
    head = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/1", "id": id}
    return {**head, "data": {"dataset_id": dataset_id, "name": "1.png", **data}}


def sent(api: Api, told: object, body: bytes, actor: str = "inspector") -> ApiReply:
    """As httpx writes a form, and curl with `-F event='<event.json' -F picture=@1.png`."""
    data, files = {"event": json.dumps(told)}, {"picture": ("1.png", body, "image/png")}
    form = httpx.Request("POST", f"http://kenpin{PATH}", data=data, files=files)
    return as_form(api, form.read(), form.headers["content-type"], actor)


def as_form(api: Api, body: bytes, content_type: str, actor: str = "inspector") -> ApiReply:
    request = Request("POST", PATH, "", {"content-type": content_type}, body, {"sub": actor})
    answer = respond("intake", request)
    api.catch_up()
    return ApiReply(answer.status, answer.headers, json.loads(answer.body))


def test_one_request_stores_the_picture_and_registers_it(line: Api) -> None:
    body = picture(1)
    reply = sent(line, event(capture={"line": "L1"}), body)
    assert (reply.status, reply.json) == (202, {"id": "e1", "outcome": "registered", "detail": ""})
    (image,) = line.get("/v1/datasets/cookies/images").json["items"]
    assert (image["image_id"], image["name"]) == (sha256(body).hexdigest(), "1.png")
    assert (image["size"], image["capture"]["line"]) == (len(body), "L1")
    assert sent(line, event(capture={"line": "L1"}), body).json["outcome"] == "known"
    two_steps = line.post("/v1/intake", [event(capture={"line": "L1"}, digest=sha256(body).hexdigest())])
    assert cast("list[Json]", two_steps.json)[0]["outcome"] == "known", "both ways name the same event"
    assert "differs in digest" in sent(line, event(capture={"line": "L1"}), picture(2)).json["detail"]


def test_what_is_no_picture_is_rejected_and_kept(line: Api) -> None:
    reply = sent(line, event(), b"no picture\r\n")
    assert (reply.status, reply.json["outcome"]) == (202, "rejected")
    assert "cannot be read as an image" in reply.json["detail"]
    assert len(line.get("/v1/intake/rejected").json["items"]) == 1
    assert "no such dataset" in sent(line, event("e2", "nowhere"), picture(1)).json["detail"]


def test_a_picture_of_another_line_is_not_stored(line: Api) -> None:
    line.grant("camera", "machine", "cookies", ("L1",))
    told, body = event(capture={"line": "L2"}), picture(1)
    reason = sent(line, told, body, "camera").json["detail"]
    assert "images of L1" in reason
    assert [each["reason"] for each in line.get("/v1/intake/rejected").json["items"]] == [reason]
    assert [each["rejected"] for each in line.get("/v1/intake").json["sources"]] == [1]
    assert not platform().objects.has([upload_name("cookies", sha256(body).hexdigest())])
    assert sent(line, event(capture={"line": "L1"}), body, "camera").json["outcome"] == "registered"


def test_another_picture_than_the_events_is_refused(line: Api) -> None:
    reply = sent(line, event(digest="a" * 64), picture(1))
    assert (reply.status, reply.json["code"]) == (422, "OtherDigest")


def test_a_picture_above_the_limit_is_told_the_other_way(line: Api) -> None:
    reply = sent(line, event(), bytes(4 * 1024 * 1024 + 1))
    assert reply.status == 413
    assert "4,194,304 bytes" in reply.json["detail"] and "/uploads" in reply.json["detail"]


def test_a_test_event_stores_nothing(line: Api) -> None:
    assert sent(line, event() | {"kenpintest": True}, picture(1)).json["outcome"] == "tested"
    digest = sha256(picture(1)).hexdigest()
    (answer,) = cast("list[Json]", line.post("/v1/intake", [event(digest=digest)]).json)
    assert "have not arrived" in answer["detail"]


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"--a--", 415),
        ("multipart/form-data; boundary=a", b"--a--", 422),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="picture"\r\n\r\n\xff\r\n--a--',
            400,
        ),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="event"\r\n\r\n{oh\r\n'
            b'--a\r\nContent-Disposition: form-data; name="picture"; filename="p"\r\n\r\n\xff\r\n--a--',
            400,
        ),
    ],
)
def test_a_form_that_cannot_be_read_is_told_why(
    line: Api, content_type: str, body: bytes, status: int
) -> None:
    reply = as_form(line, body, content_type)
    assert (reply.status, bool(reply.json["detail"])) == (status, True)
