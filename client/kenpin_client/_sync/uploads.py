"""Uploads without async in the two-step way: ask for addresses, send the bytes, register the images."""
# Written by `make generate` from `_async`.

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from kenpin_client._sync.connection import Connection
from kenpin_client._sync.io import in_thread, side_by_side
from kenpin_client.errors import Problem
from kenpin_client.files import LocalFile, read_file
from kenpin_client.reports import UploadReport
from kenpin_client.requests import path_part
from kenpin_client.schemas import Registered, Uploads

TOGETHER: Final = 90
"""Files of one registration."""


class Upload:
    """Sends files to one dataset. `about`: what is known of the image of a file, such as its capture condition."""

    def __init__(
        self,
        connection: Connection,
        dataset_id: str,
        about: Callable[[Path], dict[str, object]],
        at_once: int,
    ) -> None:
        self._connection, self._at_once = connection, at_once
        self._path = f"/datasets/{path_part(dataset_id)}"
        self._about = about
        self._report = UploadReport(f"client-{secrets.token_hex(4)}")

    def send(self, paths: Sequence[Path], progress: Callable[[int, int], None] | None) -> UploadReport:
        """Bring the files in, some at a time."""
        for start in range(0, len(paths), TOGETHER):
            some = paths[start : start + TOGETHER]
            self._send([f for f in side_by_side(self._read, some, self._at_once) if f])
            if progress:
                progress(start + len(some), len(paths))
        return self._report

    def _send(self, read: Sequence[LocalFile]) -> None:
        """Upload and register files. Two with the same bytes are one image."""
        files = {file.digest: file for file in read}
        refused = self._send_bytes(files)
        refused |= self._register([file for file in files.values() if file.digest not in refused])
        for file in read:
            if file.digest in refused:
                self._report.rejected[file.path] = refused[file.digest]
            else:
                self._report.image_ids[file.path] = file.digest

    def _read(self, path: Path) -> LocalFile | None:
        try:
            file = in_thread(read_file, path)
        except OSError as error:
            self._report.rejected[path] = f"cannot be read: {error.strerror}"
            return None
        if file.media_type is None:
            self._report.rejected[path] = "is no picture that the platform reads"
            return None
        return file

    def _send_bytes(self, files: dict[str, LocalFile]) -> dict[str, str]:
        """Upload what is not stored yet. Return digest → reason of those that cannot be sent."""
        if not files:
            return {}
        body = [{"digest": f.digest, "size": f.size, "media_type": f.media_type} for f in files.values()]
        planned = (self._connection.write(f"{self._path}/uploads", {"files": body}, Uploads)).uploads
        missing = [(files[each.digest], each.url) for each in planned if each.url is not None]
        sent = dict(side_by_side(self._put, missing, self._at_once))
        refused = {each.digest: each.detail for each in planned if each.detail}
        return refused | {digest: reason for digest, reason in sent.items() if reason}

    def _put(self, each: tuple[LocalFile, str]) -> tuple[str, str]:
        """Upload one file. Return its digest, and the reason where it cannot be sent."""
        file, url = each
        try:
            self._connection.upload(url, in_thread(Path.read_bytes, file.path), file.headers())
        except Problem as problem:
            if problem.status >= 500:
                raise
            return file.digest, str(problem)
        except OSError as error:
            return file.digest, f"cannot be read: {error.strerror}"
        return file.digest, ""

    def _register(self, files: Sequence[LocalFile]) -> dict[str, str]:
        """Register uploaded files. Return digest → reason of those that are rejected."""
        if not files:
            return {}
        images = [{"digest": f.digest, "name": f.path.name, **self._about(f.path)} for f in files]
        path, body = f"{self._path}/images", {"images": images}
        answer = self._connection.write(path, body, Registered, batch=self._report.batch)
        self._report.registered += sum(each.outcome == "registered" for each in answer.items)
        self._report.known += sum(each.outcome == "known" for each in answer.items)
        return {each.digest: each.detail for each in answer.items if each.outcome == "rejected"}
