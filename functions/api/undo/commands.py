"""Writes that undo: a change of any size, or all since a version, by events that put images back."""

from typing import Annotated

from msgspec.structs import replace
from pydantic import Field

from functions.api.undo.answers import UndoResult
from functions.http.accept import new_id
from functions.http.access import access
from functions.http.paging import decoded_number, encoded
from functions.http.request import caller
from functions.http.resolver import new_router
from functions.rights import PRACTICE
from kenpin.application.ownership import project_of
from kenpin.application.undo import UndoRequest, carry_out_undo
from kenpin.bootstrap import platform
from kenpin.domain.command import Reason, Slug

router = new_router()
SECONDS = 8.0
"""A request works so long; what is left is for the next."""
CursorText = Annotated[str, Field(max_length=200)]


class Undo(UndoRequest):
    reason: Reason
    undo_id: Slug | None = None
    cursor: CursorText | None = None


@router.post("/datasets/<dataset_id>/undos", status_code=201, tags=["undo"])
def undo(dataset_id: str, body: Undo) -> UndoResult:
    """Undo a change, or all since a version or tag: images go back to how they stood, where nobody has decided anew.

    Images that came in since a version stay. Inspectors may undo their own judgements alone. Safe to repeat.
    """
    id = body.undo_id or new_id()
    by, after = replace(caller(), batch_id=id), decoded_number(body.cursor) or 0
    own_alone = not access().holds(project_of(platform(), dataset_id), PRACTICE)
    progress = carry_out_undo(
        platform(), dataset_id, body, body.reason, after=after, by=by, seconds=SECONDS, own_alone=own_alone
    )
    return UndoResult(
        stream=f"dataset-{dataset_id}",
        version=progress.version,
        undo_id=id,
        images=progress.images,
        kept=progress.kept,
        next_cursor=None if progress.after is None else encoded(progress.after),
    )
