"""Writes that undo: a change of any size, or all since a version, by facts that put images back."""

from typing import Annotated

from msgspec.structs import replace
from pydantic import Field

from functions.api.undo.answers import Undone
from functions.http.accept import new_id
from functions.http.paging import decoded_number, encoded
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application.undo import ReturnRequest, UndoRequest, carry_out_undo
from kenpin.bootstrap import platform
from kenpin.domain.command import Slug

router = new_router()
SECONDS = 8.0
"""A request works so long; what is left is for the next."""
Why = Annotated[str, Field(min_length=1, max_length=2000)]
Place = Annotated[str, Field(max_length=200)]


class Undo(UndoRequest):
    reason: Why
    reversal_id: Slug | None = None
    cursor: Place | None = None


class Return(ReturnRequest):
    reason: Why
    reversal_id: Slug | None = None
    cursor: Place | None = None


@router.post("/datasets/<dataset_id>/reversals", status_code=201, tags=["undo"])
def undo(dataset_id: str, body: Undo) -> Undone:
    """Undo a change: its images go back to how they stood, where nobody has decided anew. Safe to repeat."""
    return _carry_out(dataset_id, body)


@router.post("/datasets/<dataset_id>/restorations-of-version", status_code=201, tags=["undo"])
def return_to_version(dataset_id: str, body: Return) -> Undone:
    """Bring labels, splits and exclusions back to a version or tag; what came in since stays."""
    return _carry_out(dataset_id, body)


def _carry_out(dataset_id: str, body: Undo | Return) -> Undone:
    id = body.reversal_id or new_id()
    by, after = replace(caller(), batch_id=id), decoded_number(body.cursor) or 0
    progress = carry_out_undo(platform(), dataset_id, body, body.reason, after=after, by=by, seconds=SECONDS)
    return Undone(
        stream=f"dataset-{dataset_id}",
        version=progress.version,
        reversal_id=id,
        images=progress.images,
        kept=progress.kept,
        next_cursor=None if progress.after is None else encoded(progress.after),
    )
