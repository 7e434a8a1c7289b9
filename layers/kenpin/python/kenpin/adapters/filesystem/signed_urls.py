"""Signed addresses of files: whoever holds one may do the one thing it was made for, until it expires."""

import hmac
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlencode

DAY_S: Final = 86_400
HOUR_S: Final = 3_600


class SignedUrls:
    """`<base>/files/<name>?expires=…&signature=…`, signed over the method, the name and all of the query."""

    def __init__(self, base: str, key: bytes, now: Callable[[], float] = time.time) -> None:
        self._base, self._key, self._now = base, key, now

    def download(self, name: str) -> str:
        """The same all day (UTC), so that browsers keep what they fetched; good for one to two days."""
        today = int(self._now()) // DAY_S * DAY_S
        return self._address("GET", name, f"expires={today + 2 * DAY_S}")

    def upload(self, name: str, size: int, media_type: str) -> str:
        terms = {"expires": int(self._now()) + HOUR_S, "media_type": media_type, "size": size}
        return self._address("PUT", name, urlencode(terms))

    def verify(self, method: str, name: str, query: str) -> bool:
        """Whether this address was made here for this method and has not expired, in constant time."""
        terms = parse_qsl(query, keep_blank_values=True)
        given = "".join(value for name, value in terms if name == "signature")
        signed = [term for term in terms if term[0] != "signature"]
        signature = self._signature(method, name, urlencode(signed))
        genuine = hmac.compare_digest(given.encode(), signature.encode())
        return genuine and int(dict(signed)["expires"]) > self._now()

    def _address(self, method: str, name: str, query: str) -> str:
        return f"{self._base}/files/{name}?{query}&signature={self._signature(method, name, query)}"

    def _signature(self, method: str, name: str, query: str) -> str:
        """Two hundred of these are in a page of the gallery."""
        return hmac.digest(self._key, f"{method}\n{name}\n{query}".encode(), "sha256").hex()
