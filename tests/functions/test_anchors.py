"""Scheduled anchors: the key comes first, and unchanged history is not signed again."""

from host.gateway import call
from tests.functions.conftest import Api


def test_the_key_can_be_noted_before_anything_happens(api: Api) -> None:
    assert call("anchors", {}) == {"taken": 0}
    (key,) = api.get("/v1/proof/keys").json["items"]
    assert len(bytes.fromhex(key["public"])) == 32
    assert api.get("/v1/proof/anchors").json["items"] == []


def test_an_anchor_is_taken_when_something_happened_and_then_no_more(api: Api, cookies: list[str]) -> None:
    assert [call("anchors", {}) for _ in range(2)] == [{"taken": 1}, {"taken": 0}]
    (anchor,) = api.get("/v1/proof/anchors").json["items"]
    (key,) = api.get("/v1/proof/keys").json["items"]
    assert anchor["key_id"] == key["key_id"]
    heads = api.get("/v1/streams").json["items"]
    assert (anchor["streams"], anchor["events"]) == (len(heads), sum(head["version"] for head in heads))
