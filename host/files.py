"""Files behind signed addresses on one machine: downloads, uploads, and thumbnails made at first request."""

import asyncio
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, Protocol, cast
from urllib.parse import parse_qs

from host.asgi import Receive, Send, problem, send_answer, send_head
from host.gateway import Answer, Request, call
from kenpin.bootstrap import platform
from kenpin.ports import NotFound, ObjectStore

CHUNK: Final = 256 * 1024
IN_MEMORY: Final = 8 * 1024 * 1024
"""bytes of an upload that are kept in memory before a file is used"""
LASTING: Final = {"cache-control": "private, max-age=31536000, immutable"}
MEDIA_TYPES: Final = {"webp": "image/webp", "parquet": "application/vnd.apache.parquet"}


class SignedFiles(ObjectStore, Protocol):
    """The object store of one machine, which checks its own addresses."""

    def verify(self, method: str, name: str, query: str) -> bool: ...

    def accept(self, name: str, size: int, body: BinaryIO) -> bool: ...


async def serve(request: Request, receive: Receive, send: Send) -> None:
    """GET and HEAD give the object, PUT takes it; without a valid signature nothing is told."""
    name = request.path.removeprefix("/files/")
    if not _store().verify(request.method.replace("HEAD", "GET"), name, request.query):
        detail = "the address is not signed for this, or has expired; ask the API for a new one"
        return await send_answer(send, problem(HTTPStatus.FORBIDDEN, request, detail))
    if request.method == "PUT":
        return await send_answer(send, await _take(request, name, receive))
    await _give(request, name, send)


def _store() -> SignedFiles:
    return cast(SignedFiles, platform().objects)


async def _give(request: Request, name: str, send: Send) -> None:
    try:
        body = await asyncio.to_thread(_open, name)
    except NotFound:
        return await send_answer(send, problem(HTTPStatus.NOT_FOUND, request, f"{name} is not stored"))
    with body:
        size = body.seek(0, 2)
        body.seek(0)
        media_type = MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        await send_head(
            send, HTTPStatus.OK, {**LASTING, "content-type": media_type, "content-length": str(size)}
        )
        while request.method == "GET" and (chunk := body.read(CHUNK)):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _open(name: str) -> BinaryIO:
    """The object; a small picture that is not there yet is made, as storing the image would have it made on AWS."""
    try:
        return _store().open(name)
    except NotFound:
        if not name.startswith("thumbnails/"):
            raise
    image_id = name.removeprefix("thumbnails/").removesuffix(".webp")
    call("thumbnails", {"Records": [{"s3": {"object": {"key": f"images/{image_id}"}}}]})
    return _store().open(name)


async def _take(request: Request, name: str, receive: Receive) -> Answer:
    size = int(parse_qs(request.query)["size"][0])
    with SpooledTemporaryFile(IN_MEMORY) as body:
        more, received = True, 0
        while more and received <= size:
            message = await receive()
            received += body.write(message.get("body", b""))
            more = message.get("more_body", False)
        body.seek(0)
        stored = await asyncio.to_thread(_store().accept, name, size, cast(BinaryIO, body))
    if not stored:
        digest = name.rpartition(".")[2]
        detail = (
            f"these are not the {size:,} bytes with SHA-256 {digest}; send the file the address was made for"
        )
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, request, detail)
    return Answer(HTTPStatus.CREATED, {}, b"")
