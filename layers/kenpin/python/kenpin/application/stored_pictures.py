"""Stored pictures and masks: opened with their bytes compared with the digest that names them."""

from typing import BinaryIO, Protocol

from kenpin.application.digest import sha256_of
from kenpin.domain.ids import Sha256
from kenpin.ports import Error, NotFound


class PictureOpener(Protocol):
    """Opens stored objects by name, as an object store does."""

    def open(self, name: str) -> BinaryIO: ...


class PictureNotIntact(Error):
    """The stored bytes of a picture are missing, or are not those that came in."""

    def __init__(self, digest: Sha256, wrong: str) -> None:
        super().__init__(
            f"image {digest}: {wrong}; bring its file back from a backup, or exclude the image. "
            "`kenpin verify --objects` names all such images"
        )
        self.digest, self.wrong = digest, wrong


def open_picture(objects: PictureOpener, digest: Sha256) -> BinaryIO:
    """Open the picture or mask at its first byte; the bytes were compared with the digest. Raises PictureNotIntact."""
    try:
        body = objects.open(f"images/{digest}")
    except NotFound:
        raise PictureNotIntact(digest, "its stored bytes are missing") from None
    try:
        if (actual := sha256_of(body)) != digest:
            raise PictureNotIntact(digest, f"its stored bytes are damaged, their SHA-256 is {actual[:12]}…")
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return body
