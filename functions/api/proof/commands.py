"""Writes about proofs: an anchor now, and a new key. On AWS a function of its own signs, and these say so."""

from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from functions.api.proof.answers import SignedRecord, told
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform

router = new_router()


@router.post("/proof/anchors", status_code=201, tags=["proof"])
def take_anchor() -> SignedRecord:
    """Sign where every stream ends now; the newest anchor when nothing happened since it was taken."""
    caller()
    if (record := platform().anchors.take()) is None:
        raise NotFoundError("there is no history to sign yet")
    return told(record)


@router.post("/proof/keys", status_code=201, tags=["proof"])
def rotate_key() -> SignedRecord:
    """A new key signs from now on, and the old one says so."""
    caller()
    return told(platform().anchors.rotate())
