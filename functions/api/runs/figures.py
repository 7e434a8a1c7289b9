"""Reads of a run's figures: the curve of its threshold with a grey zone, slices, defect classes, and recall by size."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import msgspec
from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.event_handler.openapi.params import Query
from msgspec.structs import asdict

from functions.api.runs.answers import (
    ConfusedImages,
    Curve,
    CurveAt,
    DefectSize,
    DefectSizes,
    GreyZoneAnswer,
    MarkedPoint,
    RegionImages,
    RunClass,
    RunClasses,
    RunSlice,
    RunSlices,
    UnlearntClassAnswer,
)
from functions.http.as_of import AsOf, version_as_of
from functions.http.errors import NoSuchSlice, NotScored
from functions.http.paging import found, rows
from functions.http.resolver import new_router
from kenpin.application.site_zone import site_zone
from kenpin.bootstrap import platform
from kenpin.domain.error_rates import upper_bound
from kenpin.domain.recipe import Recipe
from kenpin.projections.database import Row
from kenpin.read_models.datasets.scales import common_scale
from kenpin.read_models.runs import queries as runs
from kenpin.read_models.runs.class_figures import (
    ClassFigures,
    ConfusionCell,
    class_figures,
    confusion,
    unlearnt_classes,
)
from kenpin.read_models.runs.curve import Costs, CurvePoint, ThresholdSweep, grey_zone, point_at, sweep
from kenpin.read_models.runs.defect_sizes import RegionKind, SizeRecall, recall_by_size, with_region
from kenpin.read_models.runs.scored_images import (
    CountedSplit,
    ScoredImages,
    SliceBy,
    Where,
    scored_images,
)
from kenpin.read_models.runs.slices import SliceFigures, figures_of, slice_figures

if TYPE_CHECKING:
    import pyarrow as pa

router = new_router()
Positive = Annotated[float, Query(gt=0, le=1e9)]
Score = Annotated[float, Query(ge=0, le=1)]
ProductionRate = Annotated[float | None, Query(gt=0, lt=1)]


@router.get("/runs/<run_id>/curve", tags=["runs"])
def run_curve(
    run_id: str,
    split: CountedSplit = "test",
    defect_rate: ProductionRate = None,
    escape_cost: Positive | None = None,
    overkill_cost: Positive | None = None,
    as_of: AsOf = None,
) -> Curve:
    """Return escapes, overkills and expected cost over the whole range of the threshold.

    Costs and the defect rate of production are the recipe's unless they are asked for.
    """
    run = scored_run(run_id, as_of)
    found_images = scored_images(platform().objects, run["predictions"], split)
    images = found_images.table
    recipe = Recipe.model_validate(run["recipe"])
    rate, rate_from = _defect_rate(defect_rate, recipe, images)
    costs = Costs(escape_cost or recipe.escape_cost, overkill_cost or recipe.overkill_cost, rate)
    swept = sweep(images, costs)
    return Curve(
        split=split,
        split_rule=_rule(found_images, run, split),
        images=len(images),
        ng=swept.ng,
        ok=swept.ok,
        groups=len(images["group"].unique()),
        defect_rate=rate,
        defect_rate_from=rate_from,
        escape_cost=costs.escape,
        overkill_cost=costs.overkill,
        points=[CurveAt(**asdict(each)) for each in swept.points()],
        chosen=_marked(point_at(images, threshold_of(run), costs), swept),
        cheapest=_marked(swept.cheapest(), swept),
        zero_escape=_marked(swept.zero_escape(), swept),
    )


@router.get("/runs/<run_id>/grey-zone", tags=["runs"])
def run_grey_zone(
    run_id: str,
    low: Score,
    high: Score,
    split: CountedSplit = "test",
    defect_rate: ProductionRate = None,
    unfamiliar_from: Annotated[float | None, Query(gt=0, le=1e9)] = None,
    as_of: AsOf = None,
) -> GreyZoneAnswer:
    """Return what two thresholds decide alone, where people look at the scores between them.

    With `unfamiliar_from` people also look at images at least so far from what was learnt.
    """
    if low > high:
        raise BadRequestError(f"low: {low} is above high, {high}")
    run = scored_run(run_id, as_of)
    scored = scored_images(platform().objects, run["predictions"], split)
    rate, _ = _defect_rate(defect_rate, Recipe.model_validate(run["recipe"]), scored.table)
    zone = grey_zone(scored.table, low, high, rate, unfamiliar_from)
    return GreyZoneAnswer(**asdict(zone), split=split, split_rule=_rule(scored, run, split))


@router.get("/runs/<run_id>/slices", tags=["runs"])
def run_slices(
    run_id: str,
    by: SliceBy,
    then_by: SliceBy | None = None,
    split: CountedSplit = "test",
    as_of: AsOf = None,
) -> RunSlices:
    """Return the run's figures for each value of a condition, class, size or time, the highest escape rate first.

    Days and months are those of the site's time zone. The `slice` of an item opens its images in the predictions of
    the run.
    """
    if then_by == by:
        raise BadRequestError("then_by: it is the same as by")
    run = scored_run(run_id, as_of)
    dimensions: tuple[SliceBy, ...] = (by,) if then_by is None else (by, then_by)
    with rows() as sql:
        zone = site_zone(platform(), sql, run["project_id"])
    images = scored_images(platform().objects, run["predictions"], split, dimensions, zone)
    threshold = threshold_of(run)
    return RunSlices(
        split=split,
        split_rule=_rule(images, run, split),
        by=dimensions,
        threshold=threshold,
        whole=_slice(figures_of(_whole(images.table, dimensions), (), threshold), ()),
        items=[_slice(each, dimensions) for each in slice_figures(images.table, dimensions, threshold)],
    )


@router.get("/runs/<run_id>/classes", tags=["runs"])
def run_classes(run_id: str, split: CountedSplit = "test", as_of: AsOf = None) -> RunClasses:
    """Return the run's figures for each defect class, and which class is taken for which.

    The `slice` of an item opens its images in the predictions of the run. Classes of too few images to learn are named.
    """
    run = scored_run(run_id, as_of)
    objects, file = platform().objects, run["predictions"]
    images = scored_images(objects, file, split)
    crossed = scored_images(objects, file, split, ("class", "predicted"))
    is_scored = images.classes is not None
    return RunClasses(
        split=split,
        split_rule=_rule(images, run, split),
        scores_classes=is_scored,
        items=[_class(each) for each in class_figures(images)],
        unlearnt=[
            UnlearntClassAnswer(**asdict(each))
            for each in (unlearnt_classes(objects, file) if is_scored else ())
        ],
        confusion=[_confused(each) for each in (confusion(crossed) if is_scored else ())],
    )


def _class(figures: ClassFigures) -> RunClass:
    shown, said = Where("class", figures.class_id), Where("says", figures.class_id)
    return RunClass(
        **asdict(figures),
        slice=_token([shown]),
        found_slice=_token([shown, said]),
        named_slice=_token([said]),
    )


def _confused(cell: ConfusionCell) -> ConfusedImages:
    where = [Where("class", cell.class_id), Where("predicted", cell.predicted)]
    return ConfusedImages(**asdict(cell), slice=_token(where))


@router.get("/runs/<run_id>/defect-sizes", tags=["runs"])
def run_defect_sizes(
    run_id: str,
    pixels_per_mm: Positive | None = None,
    split: CountedSplit = "test",
    as_of: AsOf = None,
) -> DefectSizes:
    """Return how many of the marked defects the run's maps find, by size, and the images with each kind of region.

    `pixels_per_mm`: the scale of the pictures; with it, sizes are in millimetres too. Left out, it is the scale of
    their cameras, where all have the same.
    """
    run = scored_run(run_id, as_of)
    scored = scored_images(platform().objects, run["predictions"], split, ("camera",))
    images = scored.table
    pixels_per_mm = pixels_per_mm or _scale_of_cameras(run, images)
    return DefectSizes(
        split=split,
        split_rule=_rule(scored, run, split),
        pixels_per_mm=pixels_per_mm,
        items=[_size(each, pixels_per_mm) for each in recall_by_size(images)],
        regions=[_regions(images, kind) for kind in get_args(RegionKind)],
    )


def _scale_of_cameras(run: Row, images: pa.Table) -> float | None:
    """Return the pixels of a millimetre, where all cameras of the images have the same scale."""
    with rows() as sql:
        mm_per_pixel = common_scale(sql, run["dataset_id"], set(images["camera"].to_pylist()))
    return 1 / mm_per_pixel if mm_per_pixel else None


def scored_run(run_id: str, as_of: str | None) -> Row:
    """Return the row of a run that has scored its images. Raises NotScored."""
    version = version_as_of(f"run-{run_id}", as_of, "runs")
    with rows() as sql:
        run = found(runs.one(sql, run_id, version), "run", run_id)
    if run["predictions"] is None:
        raise NotScored(run_id)
    return run


def threshold_of(run: Row) -> float:
    """Return the run's own threshold; half where it was not evaluated."""
    return float((run["evaluation"] or {}).get("threshold", 0.5))


def where_of(slice: str | None) -> tuple[Where, ...]:
    """Return the values of a `slice` that this API gave. Raises NoSuchSlice."""
    if slice is None:
        return ()
    try:
        return msgspec.json.decode(urlsafe_b64decode(slice + "=" * (-len(slice) % 4)), type=tuple[Where, ...])
    except (ValueError, msgspec.MsgspecError) as error:
        raise NoSuchSlice from error


def _slice(figures: SliceFigures, by: tuple[SliceBy, ...]) -> RunSlice:
    where = [Where(each, value) for each, value in zip(by, figures.values, strict=True)]
    return RunSlice(**asdict(figures), slice=_token(where))


def _token(where: list[Where]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(where)).decode().rstrip("=")


def _size(found: SizeRecall, scale: float | None) -> DefectSize:
    edges = (found.least, found.beyond)
    least, beyond = (None if scale is None or edge is None else edge / scale for edge in edges)
    size = str(found.least)
    return DefectSize(
        **asdict(found),
        least_mm=least,
        beyond_mm=beyond,
        slice=_token([Where("marked_defect", size)]),
        missed_slice=_token([Where("missed_defect", size)]),
    )


def _regions(images: pa.Table, kind: RegionKind) -> RegionImages:
    count = len(with_region(images, kind, None))
    return RegionImages(kind=kind, images=count, slice=_token([Where(kind, None)]))


def _whole(table: pa.Table, by: tuple[SliceBy, ...]) -> pa.Table:
    """Return the images once each, where those of several classes stand in several rows."""
    if "class" not in by:
        return table
    once = table.group_by("image_id").aggregate([("score", "max"), ("is_ng", "max")])
    return once.rename_columns(["image_id", "score", "is_ng"])


def _rule(images: ScoredImages, run: Row, split: CountedSplit) -> str:
    """Return the rule of the split: no figure stands without it."""
    evaluation = run["evaluation"] or {}
    told = evaluation.get("split_rule") if evaluation.get("split") == split else None
    return images.rule or told or "no rule was stated"


def _defect_rate(
    asked: float | None, recipe: Recipe, images: pa.Table
) -> tuple[float, Literal["asked", "recipe", "split"]]:
    if asked is not None:
        return asked, "asked"
    if recipe.defect_rate is not None:
        return recipe.defect_rate, "recipe"
    import pyarrow.compute as pc

    return pc.mean(images["is_ng"]).as_py() or 0.0, "split"


def _marked(point: CurvePoint | None, swept: ThresholdSweep) -> MarkedPoint | None:
    if point is None:
        return None
    return MarkedPoint(
        **asdict(point),
        escape_bound=upper_bound(point.escapes, swept.ng),
        overkill_bound=upper_bound(point.overkills, swept.ok),
    )
