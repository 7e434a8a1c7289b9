"""Reads about what waits for the caller."""

from functions.api.waiting.answers import WaitingItems
from functions.http.access import access
from functions.http.answers import Page
from functions.http.paging import Cursor, Limit, decoded_text, page, rows
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.read_models.waiting import queries as waiting

router = new_router()


@router.get("/waiting", tags=["reviews"])
def list_waiting(limit: Limit = 100, cursor: Cursor = None) -> Page[WaitingItems]:
    """Count what waits for the caller in each dataset, in the order of the list of datasets."""
    with rows() as sql:
        shown = waiting.page(sql, caller().actor, access().projects, decoded_text(cursor) or "", limit + 1)
    return page(shown, limit, WaitingItems.model_validate, lambda row: row["dataset_id"])
