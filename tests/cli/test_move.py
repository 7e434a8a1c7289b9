"""A factory moves from place to place and stays what it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from kenpin.adapters.aws.event_store import DynamoEventStore
from kenpin.adapters.aws.object_store import S3ObjectStore
from kenpin.adapters.filesystem.anchor_records import FilesystemAnchorRecords
from kenpin.adapters.filesystem.segments import SegmentFolder
from kenpin.adapters.filesystem.signing_key import FileSigner
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.application.anchors import Anchors
from kenpin.application.move import ChangedAnchor, Place, move
from kenpin.bootstrap.places import folder_place
from kenpin.domain.anchor import key_id
from kenpin.domain.commit import Commit
from tests.chains import chained, start, tags
from tests.cli.conftest import kenpin
from tests.cli.factory import BY, TENANT, make, make_on_one_machine, names, objects_in, sound
from tests.contracts.dynamodb import TABLE, dynamodb
from tests.contracts.s3 import BUCKET
from tests.read_models.rows import databases, straight
from tests.silent_progress import SilentProgress

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["dynamodb"]
AWS = f"aws:{TABLE}/{BUCKET}"


def moves(source: str, target: str, *more: str) -> int:
    return kenpin("move", "--from", source, "--to", target, "--tenant", TENANT, *more)


@pytest.fixture
def urls(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Two databases of one's own, with every table made."""
    tag = f"{abs(hash(request.node.name)):x}"[:10]
    with databases(postgres_url, f"move_a_{tag}", f"move_b_{tag}") as made:
        yield made


@pytest.fixture
def aws(dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    placed = {"LocationConstraint": "eu-central-1"}
    boto3.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=placed)  # type: ignore[arg-type]


def test_from_one_machine_to_aws_and_back_to_another(
    aws: None, dynamodb: DynamoDBClient, urls: list[str], tmp_path: Path
) -> None:
    here, there = f"local:{tmp_path}/here@{urls[0]}", f"local:{tmp_path}/there@{urls[1]}"
    out, back = f"folder:{tmp_path}/out", f"folder:{tmp_path}/back"
    heads = make_on_one_machine(urls[0], tmp_path / "here")
    assert [moves(*pair) for pair in ((here, out), (out, AWS), (AWS, back), (back, there))] == [0] * 4

    first, second = PostgresDatabase(urls[0]), PostgresDatabase(urls[1])
    origin, arrived = PostgresEventStore(first, TENANT), PostgresEventStore(second, TENANT)
    between = DynamoEventStore(TABLE, TENANT, dynamodb)
    for history in (origin, between, arrived):
        assert list(history.heads()) == heads
        assert sound(history)
        for head in heads:
            assert list(history.read(head.stream)) == list(origin.read(head.stream))
    images = [name.removeprefix("images/") for name in objects_in(tmp_path / "here").names("images/")]
    assert origin.revisions("dataset-parts", images) == arrived.revisions("dataset-parts", images)
    assert origin.revisions("dataset-parts", images) == between.revisions("dataset-parts", images)
    kept = names(objects_in(tmp_path / "here"))
    assert len(kept) == 62
    assert kept == names(objects_in(tmp_path / "there")) == names(S3ObjectStore(BUCKET))
    rows = [straight(store, url) for store, url in ((origin, urls[0]), (arrived, urls[1]))]
    assert rows[0] == rows[1]
    assert (len(rows[0]["image"]), len(rows[0]["image_past"]) > 60) == (60, True)
    first.close()
    second.close()


def test_a_machine_with_its_own_database_moves_into_a_folder_and_out(tmp_path: Path) -> None:
    make_folder(tmp_path / "carried")
    assert moves(f"folder:{tmp_path}/carried", f"local:{tmp_path}/machine") == 0
    assert moves(f"local:{tmp_path}/machine", f"folder:{tmp_path}/again") == 0
    one, two = (SegmentFolder(tmp_path / name / "history", TENANT) for name in ("carried", "again"))
    assert list(one.heads()) == list(two.heads()) and sound(two)
    assert names(objects_in(tmp_path / "machine")) == names(objects_in(tmp_path / "again"))


def test_signed_anchors_move_along_and_stay_apart_from_those_of_the_target(tmp_path: Path) -> None:
    """The target signs with another key."""
    store = make_folder(tmp_path / "carried")
    records = FilesystemAnchorRecords(tmp_path / "carried/anchors")
    anchors = Anchors(store, FileSigner(tmp_path / "anchor.pem", records), records)
    assert anchors.take()
    records.add("anchor-00000001.tsr", b"a time stamp")
    key = key_id(anchors.signer.public())
    assert moves(f"folder:{tmp_path}/carried", f"local:{tmp_path}/machine") == 0
    moved = FilesystemAnchorRecords(tmp_path / "machine/anchors" / f"moved-{key}")
    assert {name: moved.read(name) for name in (*moved.names(), *moved.names(".tsr"))} == {
        name: records.read(name)
        for name in ("anchor-00000001.json", "key-00000001.json", "anchor-00000001.tsr")
    }
    assert list(FilesystemAnchorRecords(tmp_path / "machine/anchors").names()) == []


def test_an_anchor_that_was_changed_is_found_by_the_move(tmp_path: Path) -> None:
    store = make_folder(tmp_path / "carried")
    records = FilesystemAnchorRecords(tmp_path / "carried/anchors")
    Anchors(store, FileSigner(tmp_path / "anchor.pem", records), records).take()
    source, target = folder_place(tmp_path / "carried", TENANT), folder_place(tmp_path / "again", TENANT)
    assert move(source, target, SilentProgress()).anchors_copied == 2
    assert move(source, target, SilentProgress()).anchors_copied == 0
    changed = tmp_path / "again/anchors/anchor-00000001.json"
    changed.chmod(0o600)
    changed.write_bytes(changed.read_bytes().replace(b"1", b"2", 1))
    with pytest.raises(ChangedAnchor):
        move(source, target, SilentProgress())


def make_folder(path: Path) -> MemoryEventStore:
    """A finished move into a folder, of a factory that was in memory."""
    store, objects = MemoryEventStore(TENANT), MemoryObjectStore()
    make(store, objects)
    move(Place("memory", store, objects), folder(path), SilentProgress())
    return store


def folder(path: Path) -> Place:
    history = SegmentFolder(path / "history", TENANT)
    return Place(str(path), history, objects_in(path), history.check, history.complete)


def test_twice_is_once_and_what_came_meanwhile_comes_the_next_time(
    urls: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, out = f"local:{tmp_path}/here@{urls[0]}", f"folder:{tmp_path}/out"
    make_on_one_machine(urls[0], tmp_path / "here")
    assert (moves(here, out, "--json"), moves(here, out, "--json")) == (0, 0)
    first, second = _documents(capsys.readouterr().out)
    assert first["events_copied"] == first["events"] == second["events"] > 100
    assert (second["events_copied"], second["objects_copied"]) == (0, 0)
    database = PostgresDatabase(urls[0])
    PostgresEventStore(database, TENANT).append("dataset-parts", tags("v2", "v3"), BY)
    database.close()
    assert moves(here, out, "--json") == 0
    [third] = _documents(capsys.readouterr().out)
    assert third["events_copied"] == 2


def _documents(text: str) -> list[dict[str, int]]:
    decoder, found = json.JSONDecoder(), []
    while text := text.strip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def test_a_move_that_was_broken_off_goes_on(tmp_path: Path) -> None:
    source, objects = MemoryEventStore(TENANT), MemoryObjectStore()
    make(source, objects)
    target = MemoryEventStore(TENANT)
    for _ in range(7):
        broken = Breaking(TENANT, commits=5)
        broken._commits = source._commits
        with pytest.raises(KeyboardInterrupt):
            move(
                Place("here", broken, objects), Place("there", target, MemoryObjectStore()), SilentProgress()
            )
        assert sound(target)
    move(Place("here", source, objects), Place("there", target, MemoryObjectStore()), SilentProgress())
    assert list(target.heads()) == list(source.heads())


class Breaking(MemoryEventStore):
    """Dies after it gave so many commits that are to be copied."""

    def __init__(self, tenant: str, commits: int) -> None:
        super().__init__(tenant)
        self._left = commits

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        for commit in super().read(stream, after, upto):
            if upto is not None and self._left == 0:
                raise KeyboardInterrupt
            self._left -= upto is not None
            yield commit


def _other_tenant(path: Path) -> str:
    objects, store = MemoryObjectStore(), MemoryEventStore("other")
    make(store, objects)
    history = SegmentFolder(path / "other/history", "other")
    move(
        Place("m", store, objects),
        Place("f", history, objects_in(path), complete=history.complete),
        SilentProgress(),
    )
    return f"folder:{path}/other"


def _diverged(path: Path) -> str:
    folder(path / "diverged").history.restore(
        "dataset-parts", chained(start(TENANT, "dataset-parts"), [tags("x")])
    )
    return f"folder:{path}/diverged"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (
            _other_tenant,
            "holds the history of tenant other, not of acme; a tenant is bound into every first hash",
        ),
        (_diverged, "dataset-parts at version 1: the target has another history than"),
        (lambda path: "folder:", "'folder:' is no place; say local:DATA_DIR"),
        (lambda path: "elsewhere", "'elsewhere' is no place"),
        (lambda path: "aws:table", "aws:table names no table and bucket"),
        (lambda path: f"folder:{path}/carried", "--from and --to name the same place"),
    ],
)
def test_a_target_that_does_not_fit_is_refused_in_one_line(
    target: Callable[[Path], str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(tmp_path / "carried")
    place = target(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert moves(f"folder:{tmp_path}/carried", place) == 2
    said = capsys.readouterr().err.strip()
    assert says in said and "\n" not in said
    assert sorted(path for path in tmp_path.rglob("*") if path.name != "incoming") == [
        path for path in before if path.name != "incoming"
    ]


def test_a_target_that_is_ahead_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_folder(tmp_path / "ahead")
    commits = list(folder(tmp_path / "ahead").history.read("dataset-parts"))
    behind = SegmentFolder(tmp_path / "behind" / "history", TENANT)
    behind.restore("dataset-parts", commits[:-1])
    behind.complete(list(behind.heads()))
    assert moves(f"folder:{tmp_path}/behind", f"folder:{tmp_path}/ahead") == 2
    assert "the target is ahead of" in capsys.readouterr().err


def test_a_source_of_another_tenant_says_what_to_do(
    tmp_path: Path, urls: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    make_on_one_machine(urls[0], tmp_path / "here")
    here = f"local:{tmp_path}/here@{urls[0]}"
    assert kenpin("move", "--from", here, "--to", f"folder:{tmp_path}/out", "--tenant", "local") == 2
    assert "of tenant acme, not of local" in (said := capsys.readouterr().err)
    assert "--tenant" in said and "KENPIN_TENANT at the target" in said


def test_an_empty_source_has_nothing_to_move(
    tmp_path: Path, urls: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "here").mkdir()
    assert moves(f"local:{tmp_path}/here@{urls[0]}", f"folder:{tmp_path}/out") == 2
    assert "holds no history of tenant acme" in capsys.readouterr().err


def test_a_machine_that_runs_is_not_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from host.node import lock_data_dir

    with lock_data_dir(tmp_path / "busy"):
        assert moves(f"local:{tmp_path}/busy@postgresql://x", f"folder:{tmp_path}/out") == 2
    assert "stop it first" in capsys.readouterr().err


def test_aws_that_does_not_answer_is_named(
    aws: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert moves("aws:no-table/no-bucket", f"folder:{tmp_path}/out") == 3
    assert "no-table" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", ["cut", "altered", "left out", "swapped", "unfinished"])
def test_a_folder_that_suffered_on_the_way_is_found(
    wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(tmp_path / "carried")
    history = tmp_path / "carried" / "history"
    [file] = (history / "dataset-parts").glob("*.segment")
    body = file.read_bytes()
    file.chmod(0o644)
    match wrong:
        case "cut":
            file.write_bytes(body[:-7])
        case "altered":
            file.write_bytes(body[:300] + bytes([body[300] ^ 1]) + body[301:])
        case "left out":
            file.unlink()
        case "swapped":
            [other] = (history / "run-r1").glob("*.segment")
            file.write_bytes(other.read_bytes())
        case "unfinished":
            (history / "contents.json").unlink()
    assert moves(f"folder:{tmp_path}/carried", f"folder:{tmp_path}/out") in (1, 2)
    assert "dataset-parts" in (said := capsys.readouterr().err) or "contents.json" in said
    assert SegmentFolder(tmp_path / "out/history", TENANT).head("dataset-parts").version == 0


def test_a_damaged_object_is_left_behind_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(tmp_path / "carried")
    objects = objects_in(tmp_path / "carried")
    name = next(objects.names("images/"))
    path = objects._path(name)
    path.chmod(0o644)
    path.write_bytes(b"rotten")
    assert moves(f"folder:{tmp_path}/carried", f"folder:{tmp_path}/out") == 1
    assert name in capsys.readouterr().err
    assert names(objects_in(tmp_path / "out")) == names(objects)[1:]
