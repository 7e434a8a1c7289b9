"""The connection of a client without async: requests with retries, pages, and reads that show one's own writes."""
# Written by `make generate` from `_async`.

import time
from collections.abc import Iterator, Mapping
from typing import Literal, TypeVar
from urllib.parse import urljoin

import httpx
import msgspec

from kenpin_client._sync.io import Http, HttpTransport, close_with, sleep
from kenpin_client._sync.items import Items
from kenpin_client.errors import TimedOut, Unreachable, problem_of
from kenpin_client.requests import (
    BearerToken,
    Freshness,
    Written,
    page_of,
    pause_s,
    query_of,
    read,
    write_headers,
)

T = TypeVar("T")
FRESH_WITHIN_S = 60.0


class Connection:
    """Sends requests to one platform and reads its answers."""

    def __init__(
        self, url: str, token: BearerToken, timeout: float, retries: int, transport: HttpTransport | None
    ) -> None:
        self.url = url
        self._token, self._retries = token, retries
        self._http = Http(timeout=timeout, transport=transport, verify=url.startswith("https"))
        close_with(self, self._http)
        self._written: dict[str, int] = {}
        """Stream → version of the newest write of this client."""

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, kind: type[T], query: Mapping[str, object], fresh: str = "") -> T:
        """Return the answer. `fresh`: a stream; the answer shows what this client wrote to it."""
        return read(self._fresh(path, query, fresh), kind)

    def items(self, path: str, kind: type[T], query: Mapping[str, object], fresh: str = "") -> Items[T]:
        """Return the items of all pages. Nothing is asked before somebody goes through them."""
        return Items(lambda: self._pages(path, kind, query, fresh))

    def write(
        self,
        path: str,
        body: object,
        kind: type[T],
        *,
        batch: str | None = None,
        method: Literal["POST", "PUT"] = "POST",
    ) -> T:
        """Send a write and return its answer. It counts once, also where it is sent again."""
        headers = write_headers(batch)
        content = msgspec.json.encode(body)
        answer = self._send(
            method, f"{self.url}/v1{path}", content=content, headers=headers, auth=self._token
        )
        written = read(answer, Written)
        if written.version > self._written.get(written.stream, 0):
            self._written[written.stream] = written.version
        return read(answer, kind)

    def upload(self, url: str, content: bytes, headers: dict[str, str]) -> None:
        """PUT bytes to a signed address, without the token."""
        self._send("PUT", urljoin(f"{self.url}/", url), content=content, headers=headers)

    def download(self, url: str) -> bytes:
        """Return the bytes at a signed address, such as `image_url`. The token is not sent."""
        return (self._send("GET", urljoin(f"{self.url}/", url))).content

    def _pages(self, path: str, kind: type[T], query: Mapping[str, object], fresh: str) -> Iterator[T]:
        cursor: str | None = None
        while True:
            page = read(self._fresh(path, {**query, "cursor": cursor}, fresh), page_of(kind))
            for item in page.items:
                yield item
            if (cursor := page.next_cursor) is None:
                return

    def _fresh(self, path: str, query: Mapping[str, object], stream: str) -> httpx.Response:
        """Ask until the rows show what this client wrote. Raises TimedOut."""
        version = self._written.get(stream)
        params = query_of({**query, "min_version": version})
        deadline = time.monotonic() + FRESH_WITHIN_S
        while True:
            answer = self._send("GET", f"{self.url}/v1{path}", params=params, auth=self._token)
            if version is None or not read(answer, Freshness).stale:
                return answer
            if time.monotonic() > deadline:
                raise TimedOut(f"the rows of {stream} do not reach version {version}")

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        auth: httpx.Auth | None = None,
    ) -> httpx.Response:
        """Return the answer of a success; try again what may pass. Raises Problem and Unreachable."""
        attempt = 0
        while True:
            answer, error = None, ""
            try:
                answer = self._http.request(
                    method, url, params=params, content=content, headers=headers, auth=auth
                )
            except httpx.TransportError as broken:
                error = str(broken) or type(broken).__name__
            if answer is not None and answer.is_success:
                return answer
            pause = pause_s(attempt, answer)
            if pause is None or attempt == self._retries:
                raise (
                    problem_of(answer)
                    if answer is not None
                    else Unreachable(f"no answer from {self.url} ({error})")
                )
            sleep(pause)
            attempt += 1
