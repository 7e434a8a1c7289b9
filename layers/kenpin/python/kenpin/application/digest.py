"""The digest of a stored file, read in chunks."""

import hashlib
from typing import BinaryIO, Final

from kenpin.domain.ids import Sha256

CHUNK: Final = 1024 * 1024


def sha256_of(body: BinaryIO) -> Sha256:
    """Return the SHA-256 of the bytes from the current position to the end, in hex."""
    digest = hashlib.sha256()
    while chunk := body.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
