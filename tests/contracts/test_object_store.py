"""The contract of every object store, and of signed URLs."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import pytest
import requests
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from kenpin.adapters.aws.object_store import S3ObjectStore
from kenpin.adapters.aws.signed_urls import UrlSigner
from kenpin.adapters.filesystem.object_store import FilesystemObjectStore
from kenpin.adapters.memory.object_store import MemoryObjectStore
from kenpin.application.signed_urls import SignedUrls
from kenpin.ports import NotFound, ObjectStore
from tests.contracts.s3 import BUCKET

BYTES = b"an image"
DIGEST = hashlib.sha256(BYTES).hexdigest()
IMAGE = f"images/{DIGEST}"
UPLOAD = f"uploads/cookies.{DIGEST}"


@pytest.fixture
def filesystem_object_store(tmp_path: Path) -> FilesystemObjectStore:
    return FilesystemObjectStore(tmp_path, "http://127.0.0.1:8000", b"k" * 32)


@pytest.fixture(params=["memory", "filesystem", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    if request.param == "memory":
        return MemoryObjectStore()
    fixture: ObjectStore = request.getfixturevalue(f"{request.param}_object_store")
    return fixture


def read(store: ObjectStore, name: str) -> bytes:
    with store.open(name) as body:
        return body.read()


def test_bytes_come_back_as_they_were(store: ObjectStore) -> None:
    store.put(IMAGE, BytesIO(BYTES))
    store.put("models/m.safetensors", BytesIO(b""))
    assert read(store, IMAGE) == BYTES
    assert read(store, "models/m.safetensors") == b""


def test_names_come_in_order_by_prefix(store: ObjectStore) -> None:
    names = [f"snapshots/dataset-{name}" for name in ("b.1", "a.2", "a.1", "a-b.1")]
    for name in [*names, "models/m.safetensors", IMAGE]:
        store.put(name, BytesIO(BYTES))
    assert list(store.names("snapshots/")) == sorted(names)
    assert list(store.names("snapshots/dataset-a.")) == ["snapshots/dataset-a.1", "snapshots/dataset-a.2"]
    assert list(store.names("images/")) == [IMAGE]
    assert list(store.names("predictions/")) == []


def test_an_opened_object_is_seekable(store: ObjectStore) -> None:
    store.put(IMAGE, BytesIO(BYTES))
    with store.open(IMAGE) as body:
        body.read(4)
        body.seek(3)
        assert body.read() == BYTES[3:]


def test_a_second_put_of_a_name_does_nothing(store: ObjectStore) -> None:
    store.put(IMAGE, BytesIO(BYTES))
    store.put(IMAGE, BytesIO(b"other bytes"))
    assert read(store, IMAGE) == BYTES


def test_a_name_never_stored_is_not_found(store: ObjectStore) -> None:
    with pytest.raises(NotFound):
        store.open(IMAGE)


def test_has_names_those_that_are_stored(store: ObjectStore) -> None:
    store.put(IMAGE, BytesIO(BYTES))
    assert store.has([IMAGE, f"images/{'0' * 64}", f"thumbnails/{DIGEST}.webp"]) == {IMAGE}
    assert store.has([]) == set()


def test_an_object_stored_without_notes_has_none(store: ObjectStore) -> None:
    with pytest.raises(NotFound):
        store.notes(IMAGE)
    store.put(IMAGE, BytesIO(BYTES))
    assert store.notes(IMAGE) == {}


def test_an_address_is_stable_and_names_its_object(store: ObjectStore) -> None:
    assert store.download_url(IMAGE) == store.download_url(IMAGE)
    assert store.download_url(IMAGE) != store.download_url(f"thumbnails/{DIGEST}.webp")
    mine, yours = (store.upload_url(project, DIGEST, len(BYTES), "image/png") for project in ("a", "b"))
    assert f"uploads/a.{DIGEST}" in mine and f"uploads/b.{DIGEST}" in yours


def test_an_upload_is_kept_under_another_name(store: ObjectStore) -> None:
    store.put(UPLOAD, BytesIO(BYTES))
    for _ in range(2):
        store.keep(UPLOAD, IMAGE)
        assert read(store, IMAGE) == BYTES
    assert store.has([UPLOAD, IMAGE]) == {UPLOAD, IMAGE}


def test_a_project_without_an_upload_keeps_nothing_though_another_sent_the_same(store: ObjectStore) -> None:
    store.put(IMAGE, BytesIO(BYTES))
    with pytest.raises(NotFound):
        store.keep(UPLOAD, IMAGE)
    assert store.has([UPLOAD, IMAGE]) == {IMAGE}


def test_only_expired_objects_may_be_deleted(store: ObjectStore, request: pytest.FixtureRequest) -> None:
    names = [f"checkpoints/{name}" for name in ("run1.ab.001", "run1.ab.002", "run10.ab.001")]
    for name in (*names, IMAGE):
        store.put(name, BytesIO(BYTES))
    store.expire("checkpoints/run1.")
    store.expire("checkpoints/run2.")
    store.expire("checkpoints/run10.ab.00")  # no name: it has no dot at its end
    assert store.has([*names[2:], IMAGE]) == {*names[2:], IMAGE}
    if "s3" in request.node.callspec.id:
        pytest.skip("the bucket's lifecycle rule takes them, days later")
    assert store.has(names[:2]) == set()
    store.put(names[0], BytesIO(b"other bytes"))
    assert read(store, names[0]) == b"other bytes"


def test_what_waits_to_be_expired_is_named_unless_the_store_has_its_own_rule(
    store: ObjectStore, request: pytest.FixtureRequest
) -> None:
    names = ["checkpoints/run1.001", "checkpoints/run2.001"]
    for name in (*names, IMAGE):
        store.put(name, BytesIO(BYTES))
    waiting = [] if "s3" in request.node.callspec.id else names
    assert list(store.expirable("checkpoints/")) == waiting
    for name in waiting:
        store.expire(name)
    assert list(store.expirable("checkpoints/")) == []
    assert store.has([IMAGE]) == {IMAGE}


def test_nobody_sees_a_file_before_it_is_whole(filesystem_object_store: FilesystemObjectStore) -> None:
    store, half_way, go_on = filesystem_object_store, threading.Event(), threading.Event()

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 0:
                half_way.set()
                go_on.wait()
            return super().read(4)

    putting = threading.Thread(target=store.put, args=(IMAGE, Slow(BYTES)))
    putting.start()
    half_way.wait()
    assert store.has([IMAGE]) == set()
    go_on.set()
    putting.join()
    assert read(store, IMAGE) == BYTES


def test_a_put_that_breaks_leaves_nothing(
    filesystem_object_store: FilesystemObjectStore, tmp_path: Path
) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        filesystem_object_store.put(IMAGE, Broken())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name", ["../secret", "images/../../secret", "images//x", "/etc/passwd", "images/.x", ""]
)
def test_no_name_leads_out_of_the_folder(filesystem_object_store: FilesystemObjectStore, name: str) -> None:
    with pytest.raises(NotFound):
        filesystem_object_store.open(name)
    with pytest.raises(NotFound):
        filesystem_object_store.put(name, BytesIO(BYTES))


@pytest.mark.parametrize(
    ("body", "size", "kept"),
    [(BYTES, len(BYTES), True), (BYTES, 7, False), (BYTES, 9, False), (b"an imagE", len(BYTES), False)],
)
def test_an_upload_is_kept_only_if_it_is_the_bytes_announced(
    filesystem_object_store: FilesystemObjectStore, body: bytes, size: int, kept: bool
) -> None:
    assert filesystem_object_store.accept(UPLOAD, size, BytesIO(body)) is kept
    assert filesystem_object_store.has([UPLOAD]) == ({UPLOAD} if kept else set())


def addresses(at: float = 1_800_000_000.0) -> SignedUrls:
    return SignedUrls("http://127.0.0.1:8000", b"k" * 32, lambda: at)


def test_a_signed_file_address_holds_until_it_expires() -> None:
    made = urlsplit(addresses().download(IMAGE))
    assert made.path == f"/files/{IMAGE}"
    assert addresses().verify("GET", IMAGE, made.query)
    assert addresses(1_800_000_000 + 1_799).verify("GET", IMAGE, made.query)
    assert not addresses(1_800_000_000 + 3_600).verify("GET", IMAGE, made.query)


def test_a_signed_file_address_is_the_same_for_half_an_hour() -> None:
    start = 1_800_000_000 // 1_800 * 1_800
    assert addresses(start).download(IMAGE) == addresses(start + 1_799).download(IMAGE)
    assert addresses(start).download(IMAGE) != addresses(start + 1_800).download(IMAGE)
    last = urlsplit(addresses(start + 1_799).download(IMAGE)).query
    assert addresses(start + 3_599).verify("GET", IMAGE, last)
    assert not addresses(start + 3_600).verify("GET", IMAGE, last)


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query.replace("size=8", "size=9"),
        lambda query: query.replace("image%2Fpng", "text%2Fhtml"),
        lambda query: query.replace("expires=1", "expires=2"),
        lambda query: query + "&more=1",
        lambda query: query + "&size=9",
        lambda query: "size=9&" + query,
        lambda query: query.rpartition("&")[0],
        lambda query: query[:-1] + ("0" if query[-1] != "0" else "1"),
        lambda query: query[:-1] + "é",
        lambda query: "",
    ],
)
def test_a_changed_file_address_is_refused(change: Callable[[str], str]) -> None:
    query = urlsplit(addresses().upload(IMAGE, 8, "image/png")).query
    assert addresses().verify("PUT", IMAGE, query)
    assert not addresses().verify("PUT", IMAGE, change(query))


def test_a_file_address_is_for_one_method_and_one_name() -> None:
    query = urlsplit(addresses().download(IMAGE)).query
    assert not addresses().verify("PUT", IMAGE, query)
    assert not addresses().verify("GET", f"thumbnails/{DIGEST}.webp", query)
    assert not SignedUrls("", b"another key", lambda: 1_800_000_000).verify("GET", IMAGE, query)


def test_an_s3_upload_by_address(s3_object_store: S3ObjectStore) -> None:
    upload = s3_object_store.upload_url("cookies", DIGEST, len(BYTES), "image/png")
    signed = parse_qs(urlsplit(upload).query)["X-Amz-SignedHeaders"]
    assert signed == ["content-length;content-type;host;x-amz-checksum-sha256"]
    assert requests.put(upload, BYTES, headers={"content-type": "image/png"}, timeout=5).ok
    with s3_object_store.open(UPLOAD) as stored:
        assert stored.read() == BYTES


@pytest.mark.parametrize("token", [None, "a/session+token="])
def test_our_s3_signature_is_the_one_the_sdk_makes(
    token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: at)
    url, headers = "https://b.s3.eu-central-1.amazonaws.com/images/x", {"x-amz-checksum-sha256": "abc+/="}
    request = AWSRequest("PUT", url, headers)
    botocore.auth.S3SigV4QueryAuth(Credentials("AK", "SK", token), "s3", "eu-central-1", 60).add_auth(request)
    ours = UrlSigner("AK", "SK", token, "eu-central-1").presign("PUT", url, at, 60, headers)
    assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(str(request.url)).query)


def test_only_erased_objects_are_deleted(store: ObjectStore) -> None:
    for name in (IMAGE, f"thumbnails/{DIGEST}.webp", "models/m.safetensors"):
        store.put(name, BytesIO(BYTES))
    store.erase([IMAGE, f"thumbnails/{DIGEST}.webp", f"images/{'0' * 64}"])
    assert store.has([IMAGE, f"thumbnails/{DIGEST}.webp", "models/m.safetensors"]) == {"models/m.safetensors"}
    store.erase([IMAGE])


def test_no_version_of_an_erased_object_is_left_in_a_bucket_that_keeps_versions(
    s3_object_store: S3ObjectStore,
) -> None:
    client = s3_object_store._client
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        client.put_object(Bucket=BUCKET, Key=IMAGE, Body=BYTES)
    client.delete_object(Bucket=BUCKET, Key=IMAGE)
    client.put_object(Bucket=BUCKET, Key=f"{IMAGE}0", Body=BYTES)
    s3_object_store.erase([IMAGE])
    left = client.list_object_versions(Bucket=BUCKET)
    assert [found["Key"] for found in left["Versions"]] == [f"{IMAGE}0"] and "DeleteMarkers" not in left
