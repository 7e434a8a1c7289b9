"""Audit packs for browsers: a process writes one with the caller's token, and it is downloaded by a secret address."""

import asyncio
import re
import secrets
import shutil
import sys
import time
from http import HTTPStatus
from pathlib import Path
from typing import Final

import msgspec

from host.asgi import Receive, Send, problem, read_body, send_answer, send_head
from host.audit.browser_pack import PackOrder, PackScope
from host.data_folder import ADDRESS
from host.gateway import Request
from kenpin.settings import Settings

PATH: Final = "/audit-packs"
DOWNLOAD: Final = re.compile(rf"{PATH}/([A-Za-z0-9_-]{{43}})/kenpin-pack\.zip")
MAX_ORDER_BYTES: Final = 256 * 1024
CHUNK_BYTES: Final = 256 * 1024
KEPT_S: Final = 24 * 3600
"""Time that a pack can be downloaded; it is deleted when the next one is written after that."""


async def write(request: Request, receive: Receive, send: Send, settings: Settings) -> None:
    """Write a pack and answer with JSON lines: its address, how far it is, and its summary or why there is none.

    The process reads the API with the token of the request, so a pack never holds more than its reader may see.
    It ends when the browser goes away.
    """
    try:
        scope = msgspec.json.decode(await read_body(receive, MAX_ORDER_BYTES) or b"", type=PackScope)
    except msgspec.DecodeError as error:
        return await send_answer(
            send, problem(HTTPStatus.BAD_REQUEST, request, f"the order is wrong: {error}")
        )
    folder, secret = settings.data_dir.absolute() / "audit-packs", secrets.token_urlsafe(32)
    await asyncio.to_thread(_make_room, folder)
    url = (settings.data_dir / ADDRESS).read_text("utf-8").strip()
    token = request.headers["authorization"].partition(" ")[2].strip()
    order = PackOrder(url, token, settings.tenant, str(folder / f"{secret}.zip"), scope)
    await send_head(send, HTTPStatus.OK, {"content-type": "application/jsonl"})
    await _send(send, msgspec.json.encode({"address": f"{PATH}/{secret}/kenpin-pack.zip"}) + b"\n")
    await _write_in_process(order, receive, send)
    await send({"type": "http.response.body", "body": b""})


async def _write_in_process(order: PackOrder, receive: Receive, send: Send) -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "host.audit.browser_pack", stdin=pipe, stdout=pipe
    )
    assert process.stdin and process.stdout
    process.stdin.write(msgspec.json.encode(order))
    process.stdin.close()
    gone = asyncio.ensure_future(_end_when_gone(receive, process))
    try:
        async for line in process.stdout:
            await _send(send, line)
        await process.wait()
    finally:
        gone.cancel()
        if process.returncode is None:
            process.terminate()


async def _end_when_gone(receive: Receive, process: asyncio.subprocess.Process) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    process.terminate()


async def download(request: Request, send: Send, settings: Settings) -> None:
    """Answer with the pack of a secret address, in pieces."""
    found = DOWNLOAD.fullmatch(request.path)
    path = settings.data_dir / "audit-packs" / f"{found[1]}.zip" if found else None
    if request.method != "GET" or path is None or not path.is_file():
        detail = "there is no such pack, or it was deleted after a day; write another one"
        return await send_answer(send, problem(HTTPStatus.NOT_FOUND, request, detail))
    head = {
        "content-type": "application/zip",
        "content-length": str(path.stat().st_size),
        "content-disposition": 'attachment; filename="kenpin-pack.zip"',
    }
    with path.open("rb") as file:
        await send_head(send, HTTPStatus.OK, head)
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            await _send(send, chunk)
    await send({"type": "http.response.body", "body": b""})


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


def _make_room(folder: Path) -> None:
    """Delete the packs of before; a process that was ended has left a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.stat().st_mtime < time.time() - KEPT_S:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
