"""Bytes in memory as a file to send."""

import hashlib
from functools import partial
from io import BytesIO

from kenpin_client import Blob


def blob_of(content: bytes, media_type: str) -> Blob:
    return Blob(hashlib.sha256(content).hexdigest(), len(content), media_type, partial(BytesIO, content))
