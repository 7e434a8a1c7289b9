"""An upload carries what its signed address wants, and nothing that says who asks: on a node as on S3.

moto stores what comes and checks no signature, so the second test signs what was sent anew.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from host.cli.client import Client
from kenpin.adapters.aws.object_store import HOUR_S, S3ObjectStore
from kenpin.adapters.aws.signed_urls import UrlSigner
from kenpin_client import BearerToken
from tests.blobs import blob_of
from tests.cli.conftest import Platform

BUCKET = "kenpin-objects"
CONTENT = b"bytes of a picture"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


class Local(httpx.HTTPTransport):
    """Finds `<bucket>.localhost` where it is; remembers what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        request.url = request.url.copy_with(host="127.0.0.1")
        return super().handle_request(request)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3ObjectStore]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=f"http://localhost:{port}")
    client.create_bucket(Bucket=BUCKET)
    yield S3ObjectStore(BUCKET, client, lambda: NOW)
    server.stop()


def test_bytes_reach_s3_with_their_digest_and_without_a_token(s3: S3ObjectStore) -> None:
    transport = Local()
    url = s3.upload_url("cookies", DIGEST, len(CONTENT), "image/png")
    Client("http://kenpin.test", BearerToken("secret-token"), transport).upload(
        url, blob_of(CONTENT, "image/png")
    )
    with s3.open(f"uploads/cookies.{DIGEST}") as stored:
        assert stored.read() == CONTENT
    (request,) = transport.sent
    assert "authorization" not in request.headers and "kenpin-actor" not in request.headers


def test_the_address_is_signed_for_exactly_what_is_sent(s3: S3ObjectStore) -> None:
    transport = Local()
    url = s3.upload_url("cookies", DIGEST, len(CONTENT), "image/png")
    Client("http://kenpin.test", BearerToken("tester"), transport).upload(url, blob_of(CONTENT, "image/png"))
    (request,) = transport.sent
    address, _, query = url.partition("?")
    names = parse_qs(query)["X-Amz-SignedHeaders"][0].split(";")
    sent = {name: request.headers[name] for name in names if name != "host"}
    assert set(sent) == {"content-length", "content-type", "x-amz-checksum-sha256"}
    signer = UrlSigner("testing", "secret", None, "us-east-1")
    assert signer.presign("PUT", address, NOW, HOUR_S, headers=sent) == url


def test_a_file_that_is_refused_says_why_and_its_neighbour_is_sent(platform: Platform) -> None:
    large, small = blob_of(b"large", "image/png"), blob_of(b"small", "image/png")
    why = "it has 5 bytes; the limit is 4 (setting KENPIN_MAX_PICTURE_BYTES)"
    refused = {"digest": large.digest, "url": None, "detail": why}
    uploads = [refused, {"digest": small.digest, "url": "/files/small"}]
    platform.answer("POST /v1/datasets/d/uploads", {"uploads": uploads})
    platform.answer("PUT /files/small", {}, 201)
    assert platform.client().upload_blobs("d", [large, small]) == {large.digest: why}
    assert [request.url.path for request in platform.asked if request.method == "PUT"] == ["/files/small"]
