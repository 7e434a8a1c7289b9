"""Uploads with async in the two-step way: ask for addresses, send the bytes, register the images."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from kenpin_client._async.connection import AsyncConnection
from kenpin_client._async.io import in_thread, side_by_side
from kenpin_client.errors import Problem
from kenpin_client.files import LocalFile, read_file
from kenpin_client.reports import UploadReport
from kenpin_client.schemas import Registered, Uploads

TOGETHER: Final = 90
"""Files of one registration."""


class AsyncUpload:
    """Sends files to one dataset."""

    def __init__(self, connection: AsyncConnection, dataset_id: str, at_once: int) -> None:
        self._connection, self._path, self._at_once = connection, f"/datasets/{dataset_id}", at_once
        self._report = UploadReport(f"client-{secrets.token_hex(4)}")

    async def send(
        self,
        paths: Sequence[Path],
        about: Mapping[str, object],
        progress: Callable[[int, int], None] | None,
    ) -> UploadReport:
        """Bring the files in. `about`: capture, split and group of all."""
        for start in range(0, len(paths), TOGETHER):
            some = paths[start : start + TOGETHER]
            files = {
                file.digest: file for file in await side_by_side(self._read, some, self._at_once) if file
            }
            if files:
                await self._send_bytes(files)
            if files:
                await self._register(files, about)
            if progress:
                progress(start + len(some), len(paths))
        return self._report

    async def _read(self, path: Path) -> LocalFile | None:
        try:
            file = await in_thread(read_file, path)
        except OSError as error:
            self._report.rejected[path] = f"cannot be read: {error.strerror}"
            return None
        if file.media_type is None:
            self._report.rejected[path] = "is no picture that the platform reads"
            return None
        return file

    async def _send_bytes(self, files: dict[str, LocalFile]) -> None:
        """Upload what is not stored yet; files that cannot be sent leave `files`."""
        body = [{"digest": f.digest, "size": f.size, "media_type": f.media_type} for f in files.values()]
        planned = (await self._connection.post(f"{self._path}/uploads", {"files": body}, Uploads)).uploads
        missing = [(files[each.digest], each.url) for each in planned if each.url is not None]
        reasons = {each.digest: each.detail for each in planned if each.detail}
        for digest, reason in await side_by_side(self._put, missing, self._at_once):
            if reason:
                reasons[digest] = reason
        self._reject(files, reasons)

    async def _put(self, each: tuple[LocalFile, str]) -> tuple[str, str]:
        """Upload one file; return its digest, and the reason where it cannot be sent."""
        file, url = each
        try:
            await self._connection.upload(url, await in_thread(Path.read_bytes, file.path), file.headers())
        except Problem as problem:
            if problem.status >= 500:
                raise
            return file.digest, str(problem)
        except OSError as error:
            return file.digest, f"cannot be read: {error.strerror}"
        return file.digest, ""

    async def _register(self, files: dict[str, LocalFile], about: Mapping[str, object]) -> None:
        given = {name: value for name, value in about.items() if value is not None}
        images = [{"digest": file.digest, "name": file.path.name, **given} for file in files.values()]
        answer = await self._connection.post(
            f"{self._path}/images", {"images": images}, Registered, batch=self._report.batch
        )
        self._reject(files, {each.digest: each.detail for each in answer.items if each.outcome == "rejected"})
        self._report.registered += sum(each.outcome == "registered" for each in answer.items)
        self._report.known += sum(each.outcome == "known" for each in answer.items)
        self._report.image_ids |= {file.path: file.digest for file in files.values()}

    def _reject(self, files: dict[str, LocalFile], reasons: Mapping[str, str]) -> None:
        for digest, reason in reasons.items():
            self._report.rejected[files.pop(digest).path] = reason
