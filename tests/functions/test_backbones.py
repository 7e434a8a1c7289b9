"""Networks of a project's own over the API: sent, checked without running them, and named by runs."""

from hashlib import sha256

import pytest

from host.gateway import call
from kenpin.application import keras_file as checks
from kenpin.application.backbones import backbone_file
from kenpin.bootstrap import platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.ids import upload_name
from kenpin.domain.run.events import RunRequested
from tests.functions.conftest import Api, ApiReply, sent
from tests.functions.keras_file import keras_file, layer, zipped

NETWORK = keras_file("first", "fine", "coarse")
BACKBONES = "/v1/projects/cookies/backbones"


def register(api: Api, body: bytes = NETWORK, **changes: object) -> ApiReply:
    digest = sha256(body).hexdigest()
    planned = api.post(f"{BACKBONES}/uploads", {"digest": digest, "size": len(body)})
    assert planned.status == 200, planned.json
    sent(body)
    new = {"name": "ours", "digest": digest, "taps": ["fine", "coarse"], "mean": 127, "scale": 128}
    return api.post(BACKBONES, new | changes)


def test_a_network_is_sent_once_and_listed(api: Api, labelled: list[str]) -> None:
    assert register(api, licence="Apache-2.0").status == 201
    [found] = api.get(BACKBONES).json["backbones"]
    assert found == {
        "name": "ours",
        "digest": sha256(NETWORK).hexdigest(),
        "taps": ["fine", "coarse"],
        "mean": 127.0,
        "scale": 128.0,
        "licence": "Apache-2.0",
    }
    again = api.post(f"{BACKBONES}/uploads", {"digest": found["digest"], "size": len(NETWORK)})
    assert again.json["url"] is None


def test_the_upload_of_a_registered_network_is_deleted_once_it_is_kept(api: Api, labelled: list[str]) -> None:
    digest = sha256(NETWORK).hexdigest()
    register(api)
    call("erasures", {})
    assert platform().objects.has([upload_name("cookies", digest), backbone_file(digest)]) == {
        backbone_file(digest)
    }


def test_a_run_keeps_to_the_file_that_its_network_had(api: Api, labelled: list[str]) -> None:
    register(api)
    asked = {"dataset_id": "cookies", "recipe": {"architecture": "ours", "taps": "mine"}}
    id = api.post("/v1/runs", asked).json["id"]
    [requested] = [event for commit in platform().events.read(f"run-{id}") for event in events_in(commit)]
    assert isinstance(requested, RunRequested)
    names = ("architecture", "backbone", "taps", "pixel_mean", "pixel_scale")
    assert [requested.recipe[name] for name in names] == [
        "ours",
        sha256(NETWORK).hexdigest(),
        "fine,coarse",
        127.0,
        128.0,
    ]


def test_a_name_stays_with_its_file(api: Api, labelled: list[str]) -> None:
    first = register(api)
    assert register(api).json["version"] == first.json["version"]
    for taken in (register(api, taps=["first"]), register(api, name="efficientnet-lite0")):
        assert (taken.status, taken.json["code"]) == (409, "BackboneNameTaken")


@pytest.mark.parametrize(
    ("recipe", "status", "why"),
    [
        ({"architecture": "theirs"}, 404, "the project has no network theirs, but efficientnet-lite0"),
        ({"backbone": "a" * 64}, 422, "comes with Kenpin: leave backbone out"),
    ],
)
def test_a_recipe_that_names_no_network_it_can_use_is_refused(
    api: Api, labelled: list[str], recipe: dict[str, object], status: int, why: str
) -> None:
    register(api)
    answer = api.post("/v1/runs", {"dataset_id": "cookies", "recipe": recipe})
    assert answer.status == status and why in str(answer.json)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"no zip", "it is no .keras file"),
        (zipped({"config.json": "{}"}), "it has no model.weights.h5"),
        (zipped({"config.json": "{", "model.weights.h5": ""}), "config.json cannot be read"),
        (zipped({"config.json": "[" * 100_000, "model.weights.h5": ""}), "config.json cannot be read"),
        (zipped({"config.json": "[]", "model.weights.h5": ""}), "describes no model"),
        (keras_file("fine", root="MyModel"), "it holds a MyModel, not a Functional or Sequential model"),
        (keras_file("fine", layer("code", "Lambda")), "a Lambda layer runs code"),
        (keras_file("fine", layer("inner", config={"of": [layer("x", "TorchModuleWrapper")]})), "runs code"),
        (keras_file("fine", layer("own", "Swish", "my_package.layers")), "Swish is no layer of Keras"),
        (keras_file("fine", layer("own", registered_name="mine>Swish")), "is no layer of Keras"),
        (keras_file("fine", "course"), "it has no layer coarse; of its 2 layers, near are course"),
    ],
)
def test_a_file_that_is_no_plain_network_is_refused(
    api: Api, labelled: list[str], body: bytes, why: str
) -> None:
    answer = register(api, body)
    assert (answer.status, answer.json["code"]) == (409, "UnusableKerasFile")
    assert why in answer.json["detail"]
    assert api.get(BACKBONES).json["backbones"] == []


def test_bytes_that_did_not_arrive_or_are_too_many_are_refused(
    api: Api, labelled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = api.post(BACKBONES, {"name": "ours", "digest": "a" * 64, "taps": ["fine"]})
    assert missing.status == 409 and "it has not arrived" in missing.json["detail"]
    monkeypatch.setattr(checks, "MAX_BYTES", 2**20)
    large = api.post(f"{BACKBONES}/uploads", {"digest": "a" * 64, "size": 2**21})
    assert large.status == 409 and "it has 2 MB, and at most 1 are taken" in large.json["detail"]
