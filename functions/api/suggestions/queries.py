"""Reads about suggestions."""

from typing import Final

from functions.api.images.queries import image
from functions.api.suggestions.answers import Suggestions
from functions.http.as_of import AsOf, shown_at, version_as_of
from functions.http.paging import Cursor, MinVersion, decoded_number, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.read_models.datasets.windows import windows as windows_at
from kenpin.read_models.gallery import queries as gallery_queries
from kenpin.read_models.gallery.queries import Filter
from kenpin.read_models.suggestions import queries as suggestions

router = new_router()
MOST: Final = 500
"""Candidates of a suggestion, and so of a page"""
NONE: Final = dict.fromkeys(("suggestion_id", "policy", "run_id"))


@router.get("/datasets/<dataset_id>/suggestions", tags=["suggestions"])
def current_suggestions(
    dataset_id: str, cursor: Cursor = None, as_of: AsOf = None, min_version: MinVersion = None
) -> Suggestions:
    """List the open candidates of the current suggestion, best first."""
    stream = f"dataset-{dataset_id}"
    stale = is_stale(stream, min_version, "suggestions")
    version = version_as_of(stream, as_of, "suggestions")
    with rows() as sql:
        at = shown_at(sql, "suggestions", stream, version)
        latest = suggestions.latest(sql, dataset_id, version) or NONE
        given = Filter(order="suggested")
        after = decoded_number(cursor)
        shown = gallery_queries.page(sql, dataset_id, given, after=after, limit=MOST + 1, as_of=version)
        windows = windows_at(sql, dataset_id, version)
    of_page = page(
        shown, MOST, lambda row: image(row, windows), lambda row: gallery_queries.place(row, given.order)
    )
    return Suggestions(
        suggestion_id=latest["suggestion_id"],
        policy=latest["policy"],
        run_id=latest["run_id"],
        items=of_page.items,
        next_cursor=of_page.next_cursor,
        as_of=at,
        stale=stale,
    )
