"""Annotators and a factory line that use a node at the same time, each at its own steady pace."""

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from hashlib import sha256
from io import BytesIO
from typing import Final

from msgspec import Struct
from PIL import Image as Picture

DATASET_ID: Final = "load"
DATASET: Final = f"/v1/datasets/{DATASET_ID}"
ANSWER_TIMEOUT_S: Final = 30.0
PICTURE_SIZE: Final = (640, 480)
LOTS_PER_S: Final = 4
UPLOAD_CONNECTIONS: Final = 4
PAGE_EVERY: Final = 10
"""An annotator opens a page of the gallery before every tenth image."""


class Measured(Struct, frozen=True):
    """One answered request."""

    kind: str
    at_s: float
    """Seconds from the start of the load to the answer"""
    latency_s: float


class Load:
    """The state that all clients share: the images that wait for a judgement, and the measurements."""

    def __init__(self, port: int, seconds: float) -> None:
        self.port, self.waiting, self.measured = port, deque[str](), list[Measured]()
        self.images = 0
        """Images registered so far."""
        self.start = time.perf_counter()
        self.end = self.start + seconds

    async def timed(self, kind: str, answer: Awaitable[bytes]) -> bytes:
        sent = time.perf_counter()
        body = await answer
        now = time.perf_counter()
        self.measured.append(Measured(kind, now - self.start, now - sent))
        return body

    async def repeat(self, every_s: float, first_s: float, step: Callable[[int], Awaitable[None]]) -> None:
        """Run the steps at their times until the end; a late one starts at once, and none starts after the end."""
        due, n = self.start + first_s, 0
        while max(due, time.perf_counter()) < self.end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await step(n)
            due, n = due + every_s, n + 1


class NotThere(Exception):
    """The node answered 404: the rows have not reached the image yet."""


class Connection:
    """A kept-alive HTTP connection to the node for one request after another."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self.token = port, token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> bytes:
        return await self._answer("GET", path, b"")

    async def post(self, path: str, body: object) -> bytes:
        return await self._answer("POST", path, json.dumps(body).encode())

    async def put(self, address: str, body: bytes) -> bytes:
        return await self._answer("PUT", _target(address), body)

    async def fetch(self, address: str) -> bytes:
        """Return the bytes at a signed address."""
        return await self._answer("GET", _target(address), b"")

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _answer(self, method: str, target: str, body: bytes) -> bytes:
        """Send again on a new connection when the node closed an idle one, as a browser does."""
        try:
            return await self._answer_once(method, target, body)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            self.close()
            return await self._answer_once(method, target, body)

    async def _answer_once(self, method: str, target: str, body: bytes) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        if target.startswith("/v1/"):
            lines += [f"Authorization: Bearer {self.token}", "Content-Type: application/json"]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            head = await reader.readuntil(b"\r\n\r\n")
            content = await reader.readexactly(_content_length(head))
        if head.startswith(b"HTTP/1.1 404"):
            raise NotThere(target)
        assert head.startswith(b"HTTP/1.1 2"), f"{method} {target}: {head[:40]!r} {content[:300]!r}"
        return content


class Annotator:
    """Opens an image, looks at its thumbnail and judges it, once every `every_s` seconds."""

    def __init__(self, load: Load, token: str, every_s: float, seed: int) -> None:
        self._load, self._every_s, self._random = load, every_s, random.Random(seed)
        self._connection = Connection(load.port, token)

    async def run(self) -> None:
        await self._load.repeat(self._every_s, self._random.uniform(0, self._every_s), self._judge_next)
        self._connection.close()

    async def _judge_next(self, n: int) -> None:
        timed, http = self._load.timed, self._connection
        if n % PAGE_EVERY == 0:
            await timed("page of 100", http.get(f"{DATASET}/images?limit=100"))
        if not self._load.waiting:
            return
        image_id = self._load.waiting.popleft()
        try:
            image = json.loads(await timed("image", http.get(f"{DATASET}/images/{image_id}")))
        except NotThere:
            self._load.waiting.append(image_id)
            return
        await timed("thumbnail", http.fetch(image["thumbnail_url"]))
        verdict = self._random.choice(("OK", "NG"))
        judged = {"image_id": image_id, "verdict": verdict, "revision": image["revision"]}
        await timed("judgement", http.post(f"{DATASET}/annotations", {"annotations": [judged]}))


class FactoryLine:
    """Uploads and announces lots of pictures, all together `per_s` images a second."""

    def __init__(self, load: Load, token: str, per_s: int, pictures: list[bytes]) -> None:
        self._load, self._per_lot, self._pictures = load, per_s // LOTS_PER_S, pictures
        self._connections = [Connection(load.port, token) for _ in range(UPLOAD_CONNECTIONS)]
        self._lots = set[asyncio.Task[None]]()

    async def run(self) -> None:
        await self._load.repeat(1 / LOTS_PER_S, 0.0, lambda n: self.send(f"lot-{n}", self._per_lot))
        for connection in self._connections:
            connection.close()

    async def send(self, lot: str, count: int) -> None:
        """Upload a lot and announce it; annotators get the images of the lot before."""
        files = {sha256(body).hexdigest(): body for body in self._distinct(lot, count)}
        sizes = [{"digest": id, "size": len(body), "media_type": "image/jpeg"} for id, body in files.items()]
        first, timed = self._connections[0], self._load.timed
        planned = await timed("plan uploads", first.post(f"{DATASET}/uploads", {"files": sizes}))
        uploads = deque(json.loads(planned)["uploads"])
        await asyncio.gather(*(self._upload(one, uploads, files) for one in self._connections))
        outcomes = json.loads(await timed("intake", first.post("/v1/intake", [_event(id) for id in files])))
        assert {one["outcome"] for one in outcomes} == {"registered"}, outcomes
        self._load.images += len(files)
        self._load.waiting += files

    async def _upload(
        self, connection: Connection, uploads: deque[dict[str, str]], files: dict[str, bytes]
    ) -> None:
        while uploads:
            upload = uploads.popleft()
            put = connection.put(upload["url"], files[upload["digest"]])
            await self._load.timed("upload", put)

    def _distinct(self, lot: str, count: int) -> list[bytes]:
        """Pictures whose bytes differ by a comment, as to draw each would take more time than the node has work."""
        return [commented(self._pictures[n % len(self._pictures)], f"{lot} {n}") for n in range(count)]


def photos(count: int, seed: int = 7) -> list[bytes]:
    """Pictures of about the size that a camera of a line sends."""
    drawn, source = list[bytes](), random.Random(seed)
    for _ in range(count):
        noise = Picture.frombytes("L", (80, 60), source.randbytes(80 * 60)).resize(PICTURE_SIZE)
        out = BytesIO()
        noise.convert("RGB").save(out, "JPEG", quality=85)
        drawn.append(out.getvalue())
    return drawn


def commented(jpeg: bytes, text: str) -> bytes:
    """Return the JPEG with a comment after its first marker."""
    comment = text.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + jpeg[2:]


def _event(digest: str) -> dict[str, object]:
    attributes = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/load"}
    return {**attributes, "id": digest[:16], "data": {"dataset_id": DATASET_ID, "digest": digest}}


def _target(address: str) -> str:
    return address[address.index("/files/") :]


def _content_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])
