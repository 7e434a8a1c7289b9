"""Asks a time-stamp authority over HTTP (RFC 3161, section 3.4). People verify the answers: see `kenpin verify`.

The request has one shape, so it is written here byte by byte: functions need no library of cryptography for it.
"""

import secrets
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from kenpin.ports.errors import Unavailable

TIMEOUT_S: Final = 10
LARGEST: Final = 64 * 1024
SHA_256: Final = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier in DER"""
GRANTED: Final = bytes.fromhex("020100")


class HttpTimeStampAuthority:
    def __init__(self, url: str) -> None:
        self._url = url

    def stamp(self, digest: bytes) -> bytes:
        nonce = bytes([1 + secrets.randbelow(127)]) + secrets.token_bytes(7)
        asked = Request(self._url, _request(digest, nonce), {"Content-Type": "application/timestamp-query"})
        try:
            with urlopen(asked, timeout=TIMEOUT_S) as response:
                answer: bytes = response.read(LARGEST)
        except (OSError, HTTPException) as error:
            if isinstance(error, HTTPError):
                error.close()
            raise Unavailable(f"the time-stamp authority {self._url} did not answer: {error}") from error
        status = _content(_content(answer))
        if not (status.startswith(GRANTED) and digest in answer and nonce in answer):
            raise Unavailable(f"the time-stamp authority {self._url} gave no stamp of this anchor")
        return answer


def _request(digest: bytes, nonce: bytes) -> bytes:
    """Return a TimeStampReq of version 1 that asks for the certificate, too."""
    imprint = _tagged(0x30, SHA_256 + _tagged(0x04, digest))
    return _tagged(0x30, b"\x02\x01\x01" + imprint + _tagged(0x02, nonce) + b"\x01\x01\xff")


def _tagged(tag: int, content: bytes) -> bytes:
    """Return a value in DER of less than 128 bytes."""
    return bytes([tag, len(content)]) + content


def _content(der: bytes) -> bytes:
    """Return what follows the tag and the length of the first value; nothing for bytes that are none."""
    if len(der) < 2:
        return b""
    return der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]
