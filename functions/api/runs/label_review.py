"""The read of the labels that a run doubts, for a second look by a person."""

from functions.api.runs.answers import DoubtfulLabel, Prediction
from functions.api.runs.figures import scored_run
from functions.api.runs.predictions import prediction
from functions.http.answers import Page
from functions.http.paging import Cursor, Limit, decoded_number, encoded, fitting, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.projections.database import Row
from kenpin.read_models.gallery import queries as gallery
from kenpin.read_models.runs import label_review

router = new_router()


@router.get("/runs/<run_id>/label-review", tags=["runs"])
def run_label_review(
    run_id: str, maps: bool = False, limit: Limit = 100, cursor: Cursor = None
) -> Page[DoubtfulLabel]:
    """List the labels that the run learnt from, most doubtful first, with what speaks against each.

    To decide, judge the image again with `label_review` set to the run. `maps`: with heatmap and regions.
    """
    run, start = scored_run(run_id, None), decoded_number(cursor) or 0
    objects = platform().objects
    shown = label_review.page(objects, run["predictions"], with_maps=maps, start=start, limit=limit + 1)
    dataset_id, ids = run["dataset_id"], [row["image_id"] for row in shown]
    with rows() as sql:
        images = ShownImages(sql, ((dataset_id, id) for id in ids))
        now = gallery.some(sql, dataset_id, ids)
        then = gallery.some(sql, dataset_id, ids, run["dataset_version"])
    items = fitting(
        _doubtful(row, now[row["image_id"]], then[row["image_id"]], prediction(row, dataset_id, images))
        for row in shown[:limit]
    )
    next_cursor = encoded(start + len(items)) if len(items) < len(shown) else None
    return Page[DoubtfulLabel](items=items, next_cursor=next_cursor)


def _doubtful(row: Row, now: Row, then: Row, shown: Prediction) -> DoubtfulLabel:
    looked = any(now[name] != then[name] for name in ("annotated_in", "review", "excluded"))
    return DoubtfulLabel(
        **dict(shown),
        label_doubt=row["label_doubt"],
        reasons=label_review.reasons(row),
        judged_otherwise=row["judged_otherwise"],
        likelier_class=row["likelier_class"],
        verdict=now["verdict"],
        looked_at=looked,
    )
