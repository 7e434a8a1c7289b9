"""Writes about proofs: take an anchor, change the key. On AWS a function of its own signs: these refuse."""

from functions.api.proof.answers import SignedRecord, signed_record
from functions.http.errors import NothingToSign
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform

router = new_router()


@router.post("/proof/anchors", status_code=201, tags=["proof"])
def take_anchor() -> SignedRecord:
    """Sign the head of every stream; return the newest anchor when nothing happened since."""
    caller()
    if (record := platform().anchors.take()) is None:
        raise NothingToSign
    return signed_record(record)


@router.post("/proof/keys", status_code=201, tags=["proof"])
def rotate_key() -> SignedRecord:
    """Start a new signing key, which the old key signs."""
    caller()
    return signed_record(platform().anchors.rotate())
