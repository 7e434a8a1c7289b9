"""The connection of a client with async: requests with retries, pages, and reads that show one's own writes."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Literal, TypeVar
from urllib.parse import urljoin

import httpx

from kenpin_client._async.io import AsyncHttp, AsyncHttpTransport, chunks, close_with, sleep
from kenpin_client._async.items import AsyncItems
from kenpin_client.errors import Interrupted, TimedOut, Unreachable, problem_of
from kenpin_client.files import Blob
from kenpin_client.requests import (
    Freshness,
    body_of,
    page_of,
    pause_s,
    query_of,
    read,
    write_headers,
    written_by,
)

T = TypeVar("T")
FRESH_WITHIN_S = 120.0


class AsyncConnection:
    """Sends requests to one platform and reads its answers."""

    def __init__(
        self,
        url: str,
        auth: httpx.Auth,
        timeout: float | httpx.Timeout,
        retries: int,
        transport: AsyncHttpTransport | None,
    ) -> None:
        self.url = url
        self._auth, self._retries = auth, retries
        self._http = AsyncHttp(timeout=timeout, transport=transport, verify=url.startswith("https"))
        close_with(self, self._http)
        self._written: dict[str, int] = {}
        """Stream → version of the newest write of this client."""

    async def aclose(self) -> None:
        await self._http.aclose()

    async def get(self, path: str, kind: type[T], query: Mapping[str, object], fresh: str = "") -> T:
        """Return the answer. `fresh`: a stream; the answer shows what this client wrote to it."""
        return read(await self._fresh(path, query, fresh), kind)

    def items(self, path: str, kind: type[T], query: Mapping[str, object], fresh: str = "") -> AsyncItems[T]:
        """Return the items of all pages. Nothing is asked before somebody goes through them."""
        return AsyncItems(lambda: self._pages(path, kind, query, fresh), kind)

    async def write(
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
        answer = await self._send(
            method, f"{self.url}/v1{path}", content=body_of(body), headers=headers, auth=self._auth
        )
        written = written_by(answer)
        if written and written.version > self._written.get(written.stream, 0):
            self._written[written.stream] = written.version
        return read(answer, kind)

    async def upload(self, url: str, blob: Blob) -> None:
        """PUT bytes to a signed address, without the token: S3 refuses both together. Raises OSError."""
        await self._send("PUT", urljoin(f"{self.url}/", url), content=blob, headers=blob.headers())

    async def download(self, url: str) -> bytes:
        """Return the bytes at a signed address, such as `image_url`. The token is not sent."""
        return (await self._send("GET", urljoin(f"{self.url}/", url))).content

    async def save(self, url: str, write: Callable[[bytes], object]) -> None:
        """Give the bytes at a signed address to `write`, part by part. Raises Interrupted, after which parts lack."""
        answer = await self._send("GET", urljoin(f"{self.url}/", url), stream=True)
        try:
            async for part in answer.aiter_bytes():
                write(part)
        except httpx.TransportError as broken:
            raise Interrupted(f"the answer of {self.url} broke off ({broken})") from None
        finally:
            await answer.aclose()

    async def _pages(
        self, path: str, kind: type[T], query: Mapping[str, object], fresh: str
    ) -> AsyncIterator[T]:
        cursor: str | None = None
        while True:
            page = read(await self._fresh(path, {**query, "cursor": cursor}, fresh), page_of(kind))
            for item in page.items:
                yield item
            if (cursor := page.next_cursor) is None:
                return

    async def _fresh(self, path: str, query: Mapping[str, object], stream: str) -> httpx.Response:
        """Ask until the rows show what this client wrote, or `min_version` of the query. Raises TimedOut."""
        asked = (self._written.get(stream), query.get("min_version"))
        version = max((each for each in asked if isinstance(each, int)), default=None)
        params = query_of({**query, "min_version": version})
        deadline = time.monotonic() + FRESH_WITHIN_S
        while True:
            answer = await self._send("GET", f"{self.url}/v1{path}", params=params, auth=self._auth)
            if version is None or not read(answer, Freshness).stale:
                return answer
            if time.monotonic() > deadline:
                raise TimedOut(f"the rows of {stream or path} do not reach version {version}")

    async def _send(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str] | None = None,
        content: bytes | Blob | None = None,
        headers: dict[str, str] | None = None,
        auth: httpx.Auth | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        """Return the answer of a success; try again what may pass. Raises Problem and Unreachable."""
        attempt = 0
        while True:
            answer, error = None, ""
            sent = chunks(content) if isinstance(content, Blob) else content
            request = self._http.build_request(method, url, params=params, content=sent, headers=headers)
            try:
                answer = await self._http.send(request, auth=auth, stream=stream)
                if answer.is_success:
                    return answer
                await answer.aread()
            except httpx.TransportError as broken:
                answer, error = None, str(broken) or type(broken).__name__
            pause = pause_s(attempt, answer)
            if pause is None or attempt == self._retries:
                raise (
                    problem_of(answer)
                    if answer is not None
                    else Unreachable(f"no answer from {self.url} ({error})")
                )
            await sleep(pause)
            attempt += 1
