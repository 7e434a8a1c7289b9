"""The pictures of a pack: bytes as stored, compared with their digests, and thumbnails made from them."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from functions.audit_pack.image_history import ImageHistory
from functions.audit_pack.source import PackSource, PictureUnreadable
from kenpin.application.thumbnails import thumbnail_of
from kenpin.pictures.limits import Limits, UnreadablePicture


def write_pictures(source: PackSource, folder: Path, histories: Iterable[ImageHistory]) -> list[str]:
    """Write the stored bytes of each image, and give its history a thumbnail made from them.

    Return what is wrong, one sentence an image: bytes that do not have the registered digest, or that are missing.
    A replaced picture is written as evidence, and not shown.
    """
    wrong: list[str] = []
    for history in histories:
        try:
            body = source.picture(history.dataset_id, history.image_id)
        except PictureUnreadable as failure:
            wrong.append(f"image {history.image_id}: its bytes cannot be read: {failure}")
            continue
        if body is None:
            continue
        folder.mkdir(exist_ok=True)
        (folder / history.image_id).write_bytes(body)
        if (digest := hashlib.sha256(body).hexdigest()) == history.image_id:
            history.picture = _thumbnail(body)
        else:
            wrong.append(f"image {history.image_id}: its bytes were replaced; they have the digest {digest}")
    return wrong


def _thumbnail(body: bytes) -> str:
    """Return a data: address; empty for bytes that are no picture."""
    try:
        small = thumbnail_of(BytesIO(body), Limits())
    except UnreadablePicture:
        return ""
    return f"data:image/webp;base64,{b64encode(small).decode()}"
