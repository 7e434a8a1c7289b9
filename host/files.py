"""Files behind signed addresses on one machine: downloads, uploads, and pictures that are made at first request."""

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, Protocol, cast
from urllib.parse import parse_qs

from host.asgi import Receive, Send, problem, send_answer, send_head, too_slow
from host.gateway import Answer, Request, call
from kenpin.application.picture_names import VALUES, picture_and_window
from kenpin.application.renditions import picture_shown_as_stored
from kenpin.bootstrap import platform
from kenpin.pictures.kinds import HEAD_BYTES, media_type_of
from kenpin.ports import NotFound, ObjectStore, Unavailable, full_disk_as_out_of_space

CHUNK_BYTES: Final = 256 * 1024
MAX_MEMORY_BYTES: Final = 8 * 1024 * 1024
"""An upload larger than this is kept in a temporary file."""
UPLOAD_TIMEOUT_S: Final = 30.0
MIN_BYTES_PER_S: Final = 50_000
"""An upload may take UPLOAD_TIMEOUT_S, and the time that its bytes need at this rate."""


NICENESS: Final = 5
"""Niceness of the thumbnail thread, added to that of the process: it gets a third of an equal share of a core."""
CACHE_FOREVER: Final = {"cache-control": "private, max-age=31536000, immutable"}
PICTURES: Final = ("images/", "renditions/")
"""A rendition may be the picture itself."""
MEDIA_TYPES: Final = {
    "gz": "application/gzip",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "webp": "image/webp",
}


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)


THUMBNAIL_THREAD: Final = ThreadPoolExecutor(1, "thumbnails", _give_way)
"""Thumbnails are made one at a time: a page asks for a hundred at once, and people who judge need the cores too."""


class SignedFiles(ObjectStore, Protocol):
    """The object store of one machine, which checks its own addresses."""

    def verify(self, method: str, name: str, query: str) -> bool: ...

    def accept(self, name: str, size: int, body: BinaryIO) -> bool: ...


async def serve(request: Request, receive: Receive, send: Send) -> None:
    """Answer GET and HEAD with the object, store the body of a PUT; without a valid signature answer 403."""
    name = request.path.removeprefix("/files/")
    if not _store().verify(request.method.replace("HEAD", "GET"), name, request.query):
        detail = "the address is not signed for this, or has expired; ask the API for a new one"
        return await send_answer(send, problem(HTTPStatus.FORBIDDEN, request, detail))
    try:
        if request.method == "PUT":
            return await send_answer(send, await _receive_object(request, name, receive))
        await _send_object(request, name, send)
    except Unavailable as error:
        later = {"retry-after": "30"}
        await send_answer(send, problem(HTTPStatus.SERVICE_UNAVAILABLE, request, str(error), later))


def _store() -> SignedFiles:
    return cast(SignedFiles, platform().objects)


async def _send_object(request: Request, name: str, send: Send) -> None:
    try:
        body = await _open_object(name)
    except NotFound:
        return await send_answer(send, problem(HTTPStatus.NOT_FOUND, request, f"{name} is not stored"))
    with body:
        size = body.seek(0, 2)
        body.seek(0)
        media_type = _media_type(name, body)
        await send_head(
            send, HTTPStatus.OK, {**CACHE_FOREVER, "content-type": media_type, "content-length": str(size)}
        )
        while request.method == "GET" and (chunk := body.read(CHUNK_BYTES)):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _media_type(name: str, body: BinaryIO) -> str:
    """Return the media type by the first bytes of a picture, and by the name of another object."""
    head = body.read(HEAD_BYTES) if name.startswith(PICTURES) else b""
    body.seek(0)
    return media_type_of(head) or MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


async def _open_object(name: str) -> BinaryIO:
    """Open an object. What is missing of a picture is made first; on AWS that is done when images are stored."""
    try:
        return await asyncio.to_thread(_store().open, name)
    except NotFound:
        kind = VALUES if name.endswith(VALUES) else name.partition("/")[0]
        if kind not in MADE_ON_REQUEST:
            raise
    make = MADE_ON_REQUEST[kind]
    if make is _made_rendition and (picture := await asyncio.to_thread(_shown_as_stored, name)):
        return picture
    return await asyncio.get_running_loop().run_in_executor(THUMBNAIL_THREAD, make, name)


def _made(name: str) -> BinaryIO:
    call("thumbnails", {"Records": [{"s3": {"object": {"key": name}}}]})
    return _store().open(name)


def _shown_as_stored(name: str) -> BinaryIO | None:
    return picture_shown_as_stored(_store(), name, platform().settings.picture_limits)


def _made_rendition(name: str) -> BinaryIO:
    """Open the rendition, or the bytes themselves where they are no picture."""
    try:
        return _made(name)
    except NotFound:
        return _store().open(f"images/{picture_and_window(name)[0]}")


MADE_ON_REQUEST: Final = {
    VALUES: _made,
    "thumbnails": _made,
    "renditions": _made_rendition,
}


async def _receive_object(request: Request, name: str, receive: Receive) -> Answer:
    size = int(parse_qs(request.query)["size"][0])
    timeout_s = UPLOAD_TIMEOUT_S + size / MIN_BYTES_PER_S
    with SpooledTemporaryFile(MAX_MEMORY_BYTES) as body:
        try:
            async with asyncio.timeout(timeout_s):
                with full_disk_as_out_of_space():
                    await _receive_body(receive, size, cast(BinaryIO, body))
        except TimeoutError:
            return too_slow(request, timeout_s)
        stored = await asyncio.to_thread(_store().accept, name, size, cast(BinaryIO, body))
    if not stored:
        digest = name.rpartition(".")[2]
        detail = (
            f"these are not the {size:,} bytes with SHA-256 {digest}; send the file the address was made for"
        )
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, request, detail)
    return Answer(HTTPStatus.CREATED, {}, b"")


async def _receive_body(receive: Receive, size: int, body: BinaryIO) -> None:
    """Write the body into a file, and at most a little more than `size` bytes of it."""
    is_unfinished, received = True, 0
    while is_unfinished and received <= size:
        message = await receive()
        received += body.write(message.get("body", b""))
        is_unfinished = message.get("more_body", False)
    body.seek(0)
