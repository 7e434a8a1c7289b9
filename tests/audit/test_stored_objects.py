"""Every stored picture and mask is compared with its digest; what is wrong is named with what it touches."""

from io import BytesIO
from pathlib import Path

import pytest

from functions.api.datasets.answers import Dataset
from host.audit.checked_objects import CheckedObjects
from host.audit.stored_objects import ObjectFinding, check_dataset, findings_of
from host.cli.client import Client
from host.cli.failures import Refused
from kenpin.bootstrap import platform
from tests.functions.conftest import Api

URL = "http://kenpin.test"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


def damage(digest: str) -> None:
    platform().objects.erase([f"images/{digest}"])
    platform().objects.put(f"images/{digest}", BytesIO(b"other bytes"))


def lose(digest: str) -> None:
    platform().objects.erase([f"images/{digest}"])


def check(client: Client, checked: CheckedObjects) -> list[int]:
    steps: list[int] = []
    for dataset in client.items("/datasets", Dataset):
        check_dataset(client, dataset, checked, steps.append)
    return steps


def findings(client: Client, state: Path) -> dict[str, ObjectFinding]:
    with CheckedObjects(state, URL) as checked:
        check(client, checked)
        return {each.digest: each for each in findings_of(client, checked)}


def test_intact_objects_are_counted_and_leave_no_state(
    factory: list[str], client: Client, state: Path
) -> None:
    with CheckedObjects(state, URL) as checked:
        assert sum(check(client, checked)) == len(factory)
        assert len(checked) == len(factory)
    assert not state.exists()


def test_damaged_and_missing_pictures_are_named_with_their_images(
    factory: list[str], client: Client, api: Api, state: Path
) -> None:
    api.post("/v1/datasets/cookies/exclusions", {"image_ids": [factory[2]], "reason": "blurred"})
    damage(factory[0])
    lose(factory[2])
    found = findings(client, state)
    assert set(found) == {factory[0], factory[2]}
    assert found[factory[0]].what.startswith("damaged")
    assert found[factory[2]].what == "missing"
    assert [(each.dataset_id, each.image_id) for each in found[factory[0]].images] == [
        ("cookies", factory[0])
    ]
    assert "写真0.png" in str(found[factory[0]])


def test_the_runs_that_used_a_damaged_picture_are_named(
    factory: list[str], client: Client, api: Api, state: Path
) -> None:
    (run,) = api.get("/v1/runs").json["items"]
    damage(factory[1])
    assert findings(client, state)[factory[1]].runs == [f"{run['run_id']} (train)"]


def test_masks_are_checked_those_that_no_longer_stand_too(
    factory: list[str], client: Client, api: Api, state: Path
) -> None:
    api.post("/v1/projects/p/defect-classes", {"class_id": "crack", "name": "crack"})
    masks = [api.image(n, project_id="p") for n in (40, 41)]
    for mask in masks:
        judged = {"image_id": factory[1], "verdict": "NG", "defects": [{"class_id": "crack", "mask": mask}]}
        assert api.post("/v1/datasets/cookies/annotations", {"annotations": [judged]}).status == 201
    for mask in masks:
        lose(mask)
    found = findings(client, state)
    assert set(found) == set(masks)
    assert {each.image_id for finding in found.values() for each in finding.images} == {factory[1]}


def test_an_erased_picture_is_not_missed(factory: list[str], client: Client, api: Api, state: Path) -> None:
    api.post("/v1/datasets/cookies/erasures", {"image_ids": [factory[0]], "reason": "a face"})
    lose(factory[0])
    assert findings(client, state) == {}


def test_a_check_that_was_stopped_reads_nothing_twice(
    factory: list[str], client: Client, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(factory[0])
    with pytest.raises(KeyboardInterrupt), CheckedObjects(state, URL) as checked:
        check(client, checked)
        raise KeyboardInterrupt
    monkeypatch.setattr(Client, "digest_at", lambda *_: pytest.fail("it was read before"))
    assert set(findings(client, state)) == {factory[0]}
    assert not state.exists()


def test_the_state_of_another_platforms_check_is_refused(state: Path) -> None:
    with pytest.raises(KeyboardInterrupt), CheckedObjects(state, URL):
        raise KeyboardInterrupt
    with pytest.raises(Refused, match=r"keeps the state of a check of http://kenpin\.test"):
        CheckedObjects(state, "http://elsewhere")


def test_a_file_that_is_no_state_is_refused_and_stays(state: Path) -> None:
    state.write_bytes(b"a letter" * 200)
    with pytest.raises(Refused, match="name another --state"):
        CheckedObjects(state, URL)
    assert state.read_bytes().startswith(b"a letter")
