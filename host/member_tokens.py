"""Tokens of members for machines and scripts: `kenpin_<token id>_<secret>`, looked up at each request."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from functions.http.access import TOKEN_CLAIM
from kenpin.bootstrap import platform
from kenpin.read_models.members import access

UNKNOWN_TOKEN_DIGEST: Final = "0" * 64


def claims_of(token: str) -> Mapping[str, str] | None:
    """Return the claims of a member's token; None when it is not valid. Raises Unavailable.

    Digests are compared in constant time, for an unknown token too.
    """
    _, _, rest = token.partition("_")
    token_id, _, secret = rest.partition("_")
    with platform().database.reading() as sql:
        stored = access.secret_of(sql, token_id)
        given = hashlib.sha256(secret.encode()).hexdigest()
        is_genuine = hmac.compare_digest(given, stored["secret_sha256"] if stored else UNKNOWN_TOKEN_DIGEST)
        if stored is None or not is_genuine:
            return None
        if stored["rested"]:
            access.used(sql, token_id)
    return {"sub": stored["actor"], TOKEN_CLAIM: token_id}
