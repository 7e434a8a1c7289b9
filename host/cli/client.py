"""The HTTP API from a client's side: typed answers, pages followed to their end, problems as one line."""

import base64
import hashlib
import json
import time
import uuid
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urljoin

import httpx
from pydantic import BaseModel

from functions.api.datasets.answers import Dataset
from functions.api.history.answers import Stream
from functions.api.images.answers import Image
from functions.api.projects.answers import Project
from functions.http.answers import Accepted, Page
from host.cli.failures import Refused, Unreachable
from host.cli.files import Blob

T = TypeVar("T", bound=BaseModel)
Query = str | int | float | bool | None
CATCH_UP_SECONDS: Final = 120


class Client:
    """One person's connection to a platform. Threads may share it."""

    def __init__(self, url: str, who: httpx.Auth, transport: httpx.BaseTransport | None = None) -> None:
        """Connect as `who`: credentials of the command line or of the node itself."""
        self.url = url.rstrip("/")
        self.batch: str | None = None
        """The batch id of all writes from now on, so that they can be undone as one."""
        self._http = httpx.Client(
            auth=who,
            timeout=httpx.Timeout(120, connect=5),
            transport=transport or httpx.HTTPTransport(retries=1, verify=self.url.startswith("https")),
        )
        weakref.finalize(self, self._http.close)

    def get(self, path: str, kind: type[T], /, **query: Query) -> T:
        return kind.model_validate_json(self._send("GET", path, query=query).content)

    def items(self, path: str, kind: type[T], /, **query: Query) -> Iterator[T]:
        """Yield all items of all pages."""
        cursor: Query = None
        while True:
            page = self.get(path, Page[kind], **query, cursor=cursor)  # type: ignore[valid-type]
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def post(self, path: str, body: object) -> Accepted:
        """Send a decision with an idempotency key, so that a request arriving twice counts once."""
        return self.ask(path, body, Accepted)

    def ask(self, path: str, body: object, kind: type[T]) -> T:
        """Send a POST whose answer is more than a version."""
        return kind.model_validate_json(self._send("POST", path, body=body).content)

    def put(self, path: str, body: object) -> Accepted:
        return Accepted.model_validate_json(self._send("PUT", path, body=body).content)

    def upload(self, url: str, blob: Blob) -> None:
        """PUT bytes to a signed address, without a token: S3 refuses a signature and a token together.

        The digest header lets S3 check the bytes. Raises OSError when the file cannot be read.
        """
        digest = base64.b64encode(bytes.fromhex(blob.digest)).decode()
        headers = {"Content-Type": blob.media_type, "x-amz-checksum-sha256": digest}
        with blob.open() as content:
            self._request("PUT", urljoin(self.url + "/", url), content=content, headers=headers, auth=None)

    def download(self, url: str) -> bytes:
        """Return the bytes at a signed address. No token is sent."""
        return self._request("GET", urljoin(self.url + "/", url), auth=None).content

    def digest_at(self, url: str) -> str | None:
        """Return the SHA-256 of the bytes at a signed address, read in chunks; None when they cannot be read."""
        digest = hashlib.sha256()
        try:
            with self._http.stream("GET", urljoin(self.url + "/", url), auth=None) as answer:
                if answer.status_code >= 500:
                    raise Unreachable(f"{self.url} answered {answer.status_code} for a stored object")
                if not answer.is_success:
                    return None
                for chunk in answer.iter_bytes():
                    digest.update(chunk)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return None
        except httpx.TransportError as error:
            raise Unreachable(f"no answer from {self.url} ({error})") from None
        return digest.hexdigest()

    def images(self, dataset_id: str, **query: Query) -> Iterator[Image]:
        return self.items(f"/datasets/{dataset_id}/images", Image, limit=1000, **query)

    def caught_up(self, dataset_id: str, version: int) -> Dataset:
        """Wait until the rows reach this version; return the dataset. Raises Unreachable when they do not."""
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while (dataset := self.get(f"/datasets/{dataset_id}", Dataset, min_version=version)).stale:
            if time.monotonic() > deadline:
                raise Unreachable(
                    f"the rows of {dataset_id} at {self.url} do not reach version {version}; is the projector running?"
                )
        return dataset

    def head(self, stream: str) -> int:
        """Return the version of a stream, which rows may not have reached; 0 where there is none."""
        found = self.items("/streams", Stream, prefix=stream, limit=1)
        return next((each.version for each in found if each.stream == stream), 0)

    def project_of(self, dataset_id: str) -> Project:
        dataset = self.get(f"/datasets/{dataset_id}", Dataset)
        return self.get(f"/projects/{dataset.project_id}", Project)

    def _send(
        self, method: str, path: str, *, query: Mapping[str, Query] | None = None, body: object = None
    ) -> httpx.Response:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        _check_finite((given, body))
        headers = {} if method == "GET" else {"Idempotency-Key": uuid.uuid4().hex}
        if self.batch and headers:
            headers["Kenpin-Batch"] = self.batch
        return self._request(
            method,
            f"{self.url}/v1{path}",
            params=given,
            json=None if method == "GET" else body,
            headers=headers,
        )

    def _request(self, method: str, url: str, **request: object) -> httpx.Response:
        try:
            answer = self._http.request(method, url, **request)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            raise Unreachable(
                f"no answer from {self.url} ({error}); start it with `make run` or set KENPIN_URL"
            ) from None
        if answer.is_success:
            return answer
        raise (Refused if answer.status_code < 500 else Unreachable)(one_line(answer))


def _check_finite(sent: object) -> None:
    """Raise Refused for a number that JSON cannot carry."""
    try:
        json.dumps(sent, allow_nan=False)
    except ValueError:
        raise Refused("nan and infinity are not taken; give a finite number") from None


def one_line(answer: httpx.Response) -> str:
    """Return the detail of a problem+json as one line; of other answers the status."""
    try:
        problem = json.loads(answer.content)
        detail = str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        asked = f"{answer.request.method} {answer.request.url.copy_with(query=None)}"
        return f"{asked} answered {answer.status_code} {answer.reason_phrase}"
    if answer.status_code >= 500 and problem.get("correlation_id"):
        server = answer.request.url.copy_with(path="/", query=None)
        detail += f" (look for {problem['correlation_id']} in the log of {str(server).rstrip('/')})"
    return " ".join(detail.split())


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from None
