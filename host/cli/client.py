"""The HTTP API for the command line: kenpin_client with the answers of `functions`, and failures as one line."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

import httpx
from msgspec import Raw
from pydantic import BaseModel

import kenpin_client
from functions.api.datasets.answers import Dataset
from functions.api.history.answers import Stream
from functions.api.images.answers import Image
from functions.api.projects.answers import Project
from functions.http.answers import Accepted
from host.cli.failures import Refused, Unreachable
from kenpin_client import Blob
from kenpin_client.schemas import Run

T = TypeVar("T", bound=BaseModel)
Query = str | int | float | bool | None
RETRIES: Final = 3
"""Attempts after the first: a person who waits learns within two seconds that nobody answers."""


class Client:
    """One person's connection to a platform. Threads may share it."""

    def __init__(self, url: str, who: httpx.Auth, transport: httpx.BaseTransport | None = None) -> None:
        """Connect as `who`: credentials of the command line or of the node itself."""
        self.url = url.rstrip("/")
        self.batch: str | None = None
        """The batch id of all writes from now on, so that they can be undone as one."""
        self._api = kenpin_client.Client(
            self.url,
            auth=who,
            timeout=httpx.Timeout(120, connect=5),
            retries=RETRIES,
            transport=transport or httpx.HTTPTransport(verify=self.url.startswith("https")),
        )

    def get(self, path: str, kind: type[T], /, **query: Query) -> T:
        """Read a route. With `min_version` it waits until the rows have that version."""
        with failures_at(self.url):
            return kind.model_validate_json(bytes(self._api.get(path, Raw, **query)))

    def items(self, path: str, kind: type[T], /, **query: Query) -> Iterator[T]:
        """Yield all items of all pages."""
        with failures_at(self.url):
            for item in self._api.items(path, Raw, **query):
                yield kind.model_validate_json(bytes(item))

    def post(self, path: str, body: Mapping[str, object]) -> Accepted:
        return self.ask(path, body, Accepted)

    def ask(self, path: str, body: Mapping[str, object], kind: type[T]) -> T:
        """Send a POST whose answer is more than a version."""
        with failures_at(self.url):
            return kind.model_validate_json(bytes(self._api.post(path, body, Raw, batch=self.batch)))

    def put(self, path: str, body: Mapping[str, object]) -> Accepted:
        with failures_at(self.url):
            return Accepted.model_validate_json(bytes(self._api.put(path, body, Raw, batch=self.batch)))

    def upload(self, url: str, blob: Blob) -> None:
        """PUT bytes to a signed address. Raises OSError when the file cannot be read."""
        with failures_at(self.url):
            self._api.upload(url, blob)

    def upload_blobs(self, dataset_id: str, blobs: Iterable[Blob]) -> dict[str, str]:
        """Upload the blobs that are not stored yet. Return digest → reason of those that cannot be sent."""
        with failures_at(self.url):
            return self._api.dataset(dataset_id).upload_blobs(blobs)

    def download(self, url: str) -> bytes:
        """Return the bytes at a signed address."""
        with failures_at(self.url):
            return self._api.download(url)

    def digest_at(self, url: str) -> str | None:
        """Return the SHA-256 of the bytes at a signed address, read in parts; None when they cannot be read."""
        digest = hashlib.sha256()
        try:
            with failures_at(self.url):
                self._api.save(url, digest.update)
        except (Refused, BrokenOff):
            return None
        return digest.hexdigest()

    def images(self, dataset_id: str, **query: Query) -> Iterator[Image]:
        return self.items(f"/datasets/{dataset_id}/images", Image, limit=1000, **query)

    def caught_up(self, dataset_id: str, version: int) -> Dataset:
        """Wait until the rows reach this version; return the dataset."""
        return self.get(f"/datasets/{dataset_id}", Dataset, min_version=version)

    def wait_for_run(self, run_id: str, progress: Callable[[Run], None]) -> None:
        """Wait until the run has ended, in whichever way. `progress` is called when something in it has changed."""
        with failures_at(self.url), suppress(kenpin_client.RunFailed):
            self._api.run(run_id).wait(progress=progress)

    def head(self, stream: str) -> int:
        """Return the version of a stream, which rows may not have reached; 0 where there is none."""
        found = self.items("/streams", Stream, prefix=stream, limit=1)
        return next((each.version for each in found if each.stream == stream), 0)

    def project_of(self, dataset_id: str) -> Project:
        dataset = self.get(f"/datasets/{dataset_id}", Dataset)
        return self.get(f"/projects/{dataset.project_id}", Project)


class BrokenOff(Unreachable):
    """The answer broke off before its end."""


@contextmanager
def failures_at(url: str) -> Iterator[None]:
    """Turn errors of kenpin_client into failures of a command."""
    try:
        yield
    except kenpin_client.Problem as problem:
        raise failure_of(problem, url) from None
    except kenpin_client.Interrupted as error:
        raise BrokenOff(str(error)) from None
    except kenpin_client.Unreachable as error:
        raise Unreachable(f"{error}; start it with `make run` or set KENPIN_URL") from None
    except kenpin_client.TimedOut as error:
        raise Unreachable(f"{error} at {url}; is the projector running?") from None
    except kenpin_client.UnknownAnswer as error:
        raise Unreachable(str(error)) from None
    except kenpin_client.KenpinError as error:
        raise Refused(str(error)) from None


def failure_of(problem: kenpin_client.Problem, url: str) -> Refused | Unreachable:
    """Return a problem of the platform as one line."""
    detail = " ".join(str(problem).split())
    if problem.status < 500:
        return Refused(detail)
    if problem.correlation_id:
        detail += f" (look for {problem.correlation_id} in the log of {url})"
    return Unreachable(detail)
