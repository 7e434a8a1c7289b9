"""Tokens of members for machines and scripts: `kenpin_<token id>_<secret>`, looked up at each request."""

import hashlib
import hmac
from collections.abc import Mapping

from functions.http.access import TOKEN_CLAIM
from kenpin.bootstrap import platform
from kenpin.read_models.members import access

NOBODY: str = "0" * 64


def claims_of(token: str) -> Mapping[str, str] | None:
    """Return the claims of a member's token; None when it is not valid. Raises Unavailable.

    Digests are compared in constant time, for an unknown token too.
    """
    _, _, rest = token.partition("_")
    token_id, _, secret = rest.partition("_")
    with platform().database.reading() as sql:
        found = access.secret_of(sql, token_id)
        given = hashlib.sha256(secret.encode()).hexdigest()
        genuine = hmac.compare_digest(given, found["secret_sha256"] if found else NOBODY)
        if found is None or not genuine:
            return None
        if found["rested"]:
            access.used(sql, token_id)
    return {"sub": found["actor"], TOKEN_CLAIM: token_id}
