"""The front door: behind a WAF, the API answers only what comes through CloudFront."""

import pytest

from functions.manifest import FRONT_DOOR_HEADER as HEADER
from kenpin.bootstrap import platform
from tests.functions.conftest import Api

SECRET = "s3cret" * 8


@pytest.fixture
def guarded(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    settings = platform().settings.model_copy(update={"front_door_secret": SECRET})
    monkeypatch.setattr(platform(), "settings", settings)
    return api


@pytest.mark.parametrize("path", ["/v1/health", "/v1/projects"])
@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "é"}, {HEADER: SECRET[:-1]}])
def test_a_request_past_the_front_door_is_refused(guarded: Api, path: str, headers: dict[str, str]) -> None:
    answer = guarded.send("GET", path, None, {"kenpin-actor": "inspector", **headers})
    assert answer.status == 403
    assert (
        answer.json["detail"] == "requests are answered only at the platform's own address; send yours there"
    )


def test_a_request_through_the_front_door_is_answered(guarded: Api) -> None:
    answer = guarded.send("GET", "/v1/projects", None, {"kenpin-actor": "inspector", HEADER: SECRET})
    assert answer.status == 200
