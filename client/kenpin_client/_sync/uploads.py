"""Uploads without async in the two-step way: ask for addresses, send the bytes, register the images."""
# Written by `make generate` from `_async`.

import secrets
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from kenpin_client._sync.connection import Connection
from kenpin_client._sync.io import in_thread, side_by_side
from kenpin_client.errors import Problem
from kenpin_client.files import Blob, LocalFile, read_file
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
        files = {file.blob.digest: file for file in read}
        blobs = [file.blob for file in files.values()]
        refused = send_blobs(self._connection, self._path, blobs, self._at_once)
        refused |= self._register([file for digest, file in files.items() if digest not in refused])
        for file in read:
            if file.blob.digest in refused:
                self._report.rejected[file.path] = refused[file.blob.digest]
            else:
                self._report.image_ids[file.path] = file.blob.digest

    def _read(self, path: Path) -> LocalFile | None:
        try:
            file = in_thread(read_file, path)
        except OSError as error:
            self._report.rejected[path] = f"cannot be read: {error.strerror}"
            return None
        if file is None:
            self._report.rejected[path] = "is no picture that the platform reads"
        return file

    def _register(self, files: Sequence[LocalFile]) -> dict[str, str]:
        """Register uploaded files. Return digest → reason of those that are rejected."""
        if not files:
            return {}
        images = [
            {"digest": file.blob.digest, "name": file.path.name, **self._about(file.path)} for file in files
        ]
        path, body = f"{self._path}/images", {"images": images}
        answer = self._connection.write(path, body, Registered, batch=self._report.batch)
        self._report.registered += sum(each.outcome == "registered" for each in answer.items)
        self._report.known += sum(each.outcome == "known" for each in answer.items)
        return {each.digest: each.detail for each in answer.items if each.outcome == "rejected"}


def send_blobs(connection: Connection, path: str, blobs: Iterable[Blob], at_once: int) -> dict[str, str]:
    """Upload what is not stored yet. `path`: of the dataset. Return digest → reason of those that cannot be sent."""
    by_digest = {blob.digest: blob for blob in blobs}
    if not by_digest:
        return {}

    def put(each: tuple[Blob, str]) -> tuple[str, str]:
        blob, url = each
        try:
            connection.upload(url, blob)
        except Problem as problem:
            if problem.status >= 500:
                raise
            return blob.digest, str(problem)
        except OSError as error:
            return blob.digest, f"cannot be read: {error.strerror}"
        return blob.digest, ""

    files = [{"digest": b.digest, "size": b.size, "media_type": b.media_type} for b in by_digest.values()]
    planned = (connection.write(f"{path}/uploads", {"files": files}, Uploads)).uploads
    missing = [(by_digest[each.digest], each.url) for each in planned if each.url is not None]
    refused = {each.digest: each.detail for each in planned if each.detail}
    return refused | {digest: why for digest, why in side_by_side(put, missing, at_once) if why}
