"""Signed URLs of files: the holder may do the one thing that the URL was made for, until it expires.

One machine checks them itself (host/files.py); in AWS CloudFront does (cdk/constructs/signed_file.js).
"""

import hmac
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlencode

HOUR_S: Final = 3_600
STABLE_S: Final = 1_800
"""Seconds for which every process gives the same download URL."""


class SignedUrls:
    """URLs `<base>/files/<name>?expires=…&signature=…`, signed over the method, the name and the whole query."""

    def __init__(self, base: str, key: bytes, now: Callable[[], float] = time.time) -> None:
        self._base, self._key, self._now = base, key, now

    def download(self, name: str) -> str:
        """Return a download URL. It is the same for half an hour, for caches, and valid for an hour at most."""
        start = int(self._now()) // STABLE_S * STABLE_S
        return self._address("GET", name, f"expires={start + HOUR_S}")

    def upload(self, name: str, size: int, media_type: str) -> str:
        terms = {"expires": int(self._now()) + HOUR_S, "media_type": media_type, "size": size}
        return self._address("PUT", name, urlencode(terms))

    def verify(self, method: str, name: str, query: str) -> bool:
        """Return True when the URL was signed here for this method and has not expired, in constant time."""
        terms = parse_qsl(query, keep_blank_values=True)
        given = "".join(value for name, value in terms if name == "signature")
        signed = [term for term in terms if term[0] != "signature"]
        signature = self._signature(method, name, urlencode(signed))
        genuine = hmac.compare_digest(given.encode(), signature.encode())
        return genuine and int(dict(signed)["expires"]) > self._now()

    def _address(self, method: str, name: str, query: str) -> str:
        return f"{self._base}/files/{name}?{query}&signature={self._signature(method, name, query)}"

    def _signature(self, method: str, name: str, query: str) -> str:
        """Sign without objects of `hmac`: a page of the gallery has two hundred signatures."""
        return hmac.digest(self._key, f"{method}\n{name}\n{query}".encode(), "sha256").hex()
