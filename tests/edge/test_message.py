"""Messages that bring a picture, and the topics that they come by."""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from kenpin_edge.capture import CaptureProblem
from kenpin_edge.config import NO_FOLDER, Station
from kenpin_edge.message import MOST_MESSAGE, MOST_PICTURE, message_in
from kenpin_edge.spool import Uploaded
from kenpin_edge.topics import fields_of, filled, problem_of, subscription

TOPIC: Final = "acme/nagoya/+/{line}/{station}/picture"
INLINE: Final[dict[str, object]] = {
    "datacontenttype": "image/png",
    "data_base64": base64.b64encode(b"picture").decode(),
}


def event(**attributes: object) -> dict[str, Any]:
    head = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/plc/7", "id": "42"}
    return head | attributes


def test_a_picture_is_inline_a_file_or_uploaded_before(station: Station) -> None:
    (station.folder / "deep").mkdir()
    (station.folder / "deep" / "a.png").write_bytes(b"file")
    digest = sha256(b"uploaded").hexdigest()
    inline = event(**INLINE, product="P1", verdict="NG", time="2026-11-01T08:00:00Z", line="mine", other=1)
    file = event(data={"path": "deep/a.png", "capture": {"lot": "L1", "other": 1}})
    uploaded = event(data={"digest": digest, "name": "b.png"})
    over = {"line": "L7"}
    read = [message_in(station, json.dumps(each).encode(), over) for each in (inline, file, uploaded)]
    assert {message.id for message in read} == {"/plc/7 42"}
    assert [(message.name, message.picture) for message in read] == [
        ("42.png", b"picture"),
        ("deep/a.png", b"file"),
        ("b.png", Uploaded(digest)),
    ]
    assert [message.capture for message in read] == [
        {"product": "P1", "verdict": "NG", "captured_at": "2026-11-01T08:00:00Z", "line": "L7"},
        {"lot": "L1", "line": "L7"},
        {"line": "L7"},
    ]


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"{", "it is no JSON"),
        (b"\xff", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (event(**INLINE, name="\ud800"), "it is no JSON"),
        ([], "it is no CloudEvent 1.0"),
        (event(**INLINE) | {"type": "other"}, "of type kenpin.image.captured.v1"),
        (event(**INLINE) | {"id": 42}, "id must be a text that is not empty"),
        (event(**INLINE) | {"source": ""}, "source must be a text that is not empty"),
        (event(**INLINE) | {"id": "4" * 200}, "more than 199 characters together"),
        (event(data_base64="no base64"), "data_base64 is no base64"),
        (event(data_base64=base64.b64encode(bytes(MOST_PICTURE + 1)).decode()), "more than 1,000,000 bytes"),
        (b" " * (MOST_MESSAGE + 1), "more than 1,500,000 bytes"),
        (event(**INLINE, lot="L" * 65), "lot has more than 64 characters"),
        (event(), "neither data_base64 nor data"),
        (event(data={"capture": []}), "neither data_base64 nor data"),
        (event(data={}), "digest must be a text"),
        (event(data={"digest": "ABC"}), "digest must be a SHA-256"),
        (event(data={"path": "none.png"}), "none.png cannot be read in .*: No such file"),
        (event(data={"path": "a\0.png"}), "cannot be read in"),
        (event(data={"path": "../secret.png"}), "is outside of"),
        (event(data={"path": "/etc/passwd"}), "is outside of"),
        (event(data={"path": "link.png"}), "is outside of"),
        (event(data={"path": "empty.png"}), "empty.png is empty"),
    ],
)
def test_a_malformed_message_says_why(station: Station, tmp_path: Path, payload: object, why: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    (station.folder / "link.png").symlink_to(tmp_path / "secret.png")
    (station.folder / "empty.png").touch()
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    with pytest.raises(CaptureProblem, match=why):
        message_in(station, body, {})


def test_a_station_without_a_folder_reads_no_file() -> None:
    body = json.dumps(event(data={"path": "/etc/passwd"})).encode()
    with pytest.raises(CaptureProblem, match="the station has no folder; set `folder`"):
        message_in(Station("s", "d", NO_FOLDER), body, {})


def test_the_levels_of_a_topic_are_conditions() -> None:
    assert subscription(TOPIC) == "acme/nagoya/+/+/+/picture"
    assert fields_of(TOPIC, "acme/nagoya/a1/L7/cam-2/picture") == {"line": "L7", "station": "cam-2"}
    for other in ("acme/nagoya/a1/L7/picture", "acme/osaka/a1/L7/cam-2/picture", "x"):
        assert fields_of(TOPIC, other) is None
    assert filled("acme/{line}/{station}/verdict", {"line": "L/7+#"}) == "acme/L_7__/_/verdict"
    assert problem_of(TOPIC) == ""
    for wrong in ("", "acme//x", "acme/#", "acme/{line}x", "a+/b", "/acme"):
        assert "a level is a name, + or a field in braces" in problem_of(wrong)
