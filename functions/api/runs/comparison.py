"""The reads that compare two runs: figures, and the images on which they differ."""

from typing import Literal

from functions.api.runs.answers import ComparedPicture, RunComparison
from functions.http.answers import Page
from functions.http.errors import MeasuredApart, NoFigures
from functions.http.paging import Cursor, Limit, decoded_number, encoded, fitting, found, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.domain.run.comparison import ImageChange, MeasuredPair, compare
from kenpin.projections.database import Row
from kenpin.read_models.runs import queries as runs
from kenpin.read_models.runs.comparison import MeasuredPairs, MeasuredRun, measured_pairs

router = new_router()


@router.get("/runs/<run_id>/comparison", tags=["runs"])
def compare_runs(run_id: str, old_run: str) -> RunComparison:
    """Compare a run with an older one on the images that both were measured by.

    Each figure by old and new model on old and new labels, its change in two parts (by the model, by the labels), and
    the difference of escapes and overkills with its 95 % interval.
    """
    old, new = _run(old_run), _run(run_id)
    compared = _compared(old, new)
    return RunComparison(
        old_run=old_run,
        new_run=run_id,
        split=new["evaluation"]["split"],
        comparison=compare(compared.images, old_only=compared.old_only, new_only=compared.new_only),
    )


@router.get("/runs/<run_id>/comparison/images", tags=["runs"])
def changed_images(
    run_id: str, old_run: str, change: ImageChange, limit: Limit = 100, cursor: Cursor = None
) -> Page[ComparedPicture]:
    """List the images that the newer run fixed or broke, or whose label differs, by image."""
    old, new = _run(old_run), _run(run_id)
    changed = [image for image in _compared(old, new).images if image.has(change)]
    start, dataset_id = decoded_number(cursor) or 0, new["dataset_id"]
    shown = changed[start : start + limit]
    with rows() as sql:
        images = ShownImages(sql, ((dataset_id, image.image_id) for image in shown))
    items = fitting(_picture(image, images.thumbnail_url(dataset_id, image.image_id)) for image in shown)
    end = start + len(items)
    return Page[ComparedPicture](items=items, next_cursor=encoded(end) if end < len(changed) else None)


def _run(run_id: str) -> Row:
    with rows() as sql:
        run = found(runs.one(sql, run_id), "run", run_id)
    if run["predictions"] is None or run["evaluation"] is None:
        raise NoFigures(run_id)
    return run


def _compared(old: Row, new: Row) -> MeasuredPairs:
    """Raises MeasuredApart when no image was measured by both."""
    measured = [
        MeasuredRun(run["predictions"], run["evaluation"]["split"], run["evaluation"]["threshold"])
        for run in (old, new)
    ]
    compared = measured_pairs(platform().objects, *measured)
    if not compared.images:
        raise MeasuredApart(old["run_id"], measured[0].split, new["run_id"], measured[1].split)
    return compared


def _picture(image: MeasuredPair, thumbnail_url: str | None) -> ComparedPicture:
    return ComparedPicture(
        image_id=image.image_id,
        old_score=image.old_score,
        new_score=image.new_score,
        old_verdict=_verdict(image.old_judged_ng),
        new_verdict=_verdict(image.new_judged_ng),
        old_label=_verdict(image.old_ng),
        new_label=_verdict(image.new_ng),
        thumbnail_url=thumbnail_url,
    )


def _verdict(is_ng: bool) -> Literal["OK", "NG"]:
    return "NG" if is_ng else "OK"
