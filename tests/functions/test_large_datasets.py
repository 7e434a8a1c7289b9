"""The cost of a request, counted in commits read, does not grow with the dataset."""

import hashlib
from collections.abc import Iterator, Sequence

import pytest

from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.bootstrap import platform
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.events import ImageRegistered
from kenpin.domain.dataset.values import Capture, ImageFile
from kenpin.domain.event import Context
from tests.functions.conftest import Api

MANY = 3_000
FILE = ImageFile(1000, 640, 480, "image/jpeg", "x.jpg")


@pytest.fixture
def large(api: Api, cookies: list[str]) -> Sequence[str]:
    """The dataset with some thousand images more, in commits of 500."""
    ids = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(MANY)]
    events = [ImageRegistered(image_id=id, file=FILE, capture=Capture()) for id in ids]
    for start in range(0, MANY, 500):
        platform().events.append("dataset-cookies", events[start : start + 500], Context(actor="line"))
    api.catch_up()
    return ids


@pytest.fixture
def commits_read(monkeypatch: pytest.MonkeyPatch) -> list[Commit]:
    """Every commit that is read from the store from now on."""
    seen: list[Commit] = []
    read = PostgresEventStore.read

    def counted(
        self: PostgresEventStore, stream: str, after: int = 0, upto: int | None = None
    ) -> Iterator[Commit]:
        for commit in read(self, stream, after, upto):
            seen.append(commit)
            yield commit

    monkeypatch.setattr(PostgresEventStore, "read", counted)
    return seen


def test_opening_a_large_dataset_reads_no_history(
    api: Api, large: list[str], commits_read: list[Commit]
) -> None:
    assert api.get("/v1/datasets/cookies").json["images"] == MANY + 8
    assert len(api.get("/v1/datasets/cookies/images").json["items"]) == 100
    assert commits_read == []


def test_judging_an_image_reads_what_the_rows_do_not_have_yet(
    api: Api, large: list[str], commits_read: list[Commit]
) -> None:
    for n in range(3):
        body = {"annotations": [{"image_id": large[n], "verdict": "OK"}]}
        assert api.send("POST", "/v1/datasets/cookies/annotations", body, HEADERS).status == 201
    assert sum(commit.count for commit in commits_read) == 0 + 1 + 2


def test_cutting_a_version_reads_no_history(api: Api, large: list[str], commits_read: list[Commit]) -> None:
    assert api.send("POST", "/v1/datasets/cookies/tags", {"name": "v1"}, HEADERS).status == 201
    assert commits_read == []


def test_projecting_a_change_reads_the_change(api: Api, large: list[str], commits_read: list[Commit]) -> None:
    body = {"annotations": [{"image_id": large[0], "verdict": "OK"}]}
    api.post("/v1/datasets/cookies/annotations", body)
    assert {commit.count for commit in commits_read} == {1}


HEADERS = {"kenpin-actor": "inspector", "content-type": "application/json"}
