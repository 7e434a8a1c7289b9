"""Answers about training runs, field by field."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from functions.http.answers import Accepted, Page
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.recipe import RecipeValue
from kenpin.domain.run.comparison import Comparison
from kenpin.domain.run.values import Evaluation, Identity
from kenpin.read_models.runs.defect_sizes import RegionKind
from kenpin.read_models.runs.scored_images import CountedSplit, SliceBy


class RunAccepted(Accepted):
    accepted_only: bool = False
    left_out: int = 0
    """Images judged OK or NG that the run leaves out, as nobody else has accepted them"""


class Epoch(BaseModel):
    epoch: int
    metrics: dict[str, float]
    at: datetime


class RunFailure(BaseModel):
    reason: str
    log_tail: str


class Run(BaseModel):
    run_id: str
    project_id: str
    dataset_id: str
    dataset_version: int
    dataset_hash: str
    recipe: dict[str, RecipeValue]
    seed: int
    parent_model: str | None
    accepted_only: bool = False
    left_out: int = 0
    like: str | None = None
    """The run whose version, recipe and seed it took over"""
    without: HistorySlice | None = None
    """Images that it did not learn from"""
    reason: str = ""
    status: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    attempt: int
    stage: str | None
    done: int | None
    total: int | None
    eta_seconds: float | None
    epochs: list[Epoch]
    evaluation: Evaluation | None
    predictions: str | None
    predictions_url: str | None = None
    artifact: str | None
    artifact_url: str | None = None
    identity: Identity | None
    failure: RunFailure | None
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    queue_place: int | None
    version: int
    stale: bool = False


class RunComparison(BaseModel):
    """Two runs on the images that both were measured by."""

    old_run: str
    new_run: str
    split: str
    comparison: Comparison


class ComparedPicture(BaseModel):
    """An image on which two runs differ: scores and verdicts of the models, and the labels of both versions."""

    image_id: str
    old_score: float
    new_score: float
    old_verdict: Literal["OK", "NG"]
    new_verdict: Literal["OK", "NG"]
    old_label: Literal["OK", "NG"]
    new_label: Literal["OK", "NG"]
    thumbnail_url: str | None


class PredictedRegion(BaseModel):
    """A part of an image that the model judges NG, in pixels of the image."""

    box: tuple[float, float, float, float]
    """x, y, width, height"""
    area: float
    """Square pixels"""
    length: float
    """The diagonal of the box"""
    score: float
    """The highest inside"""
    class_id: str | None


class PredictedClass(BaseModel):
    class_id: str
    score: float
    """0..1, calibrated: from 0.5 on the class is likelier than not"""


class Prediction(BaseModel):
    image_id: str
    split: str | None
    truth: str | None
    score: float
    unfamiliar: float | None = None
    """Distance to what the model learnt: 1 and more is like nothing of it; None: not measured"""
    classes: list[PredictedClass] = []
    """Each defect class that the model scores, the likeliest first"""
    thumbnail_url: str | None
    width: int | None
    height: int | None
    """Pixels; None where the image is gone"""
    heatmap: str | None = None
    """A grey PNG in Base64 that covers the image: white is NG. Only with `maps`; None: the run kept no map of it, or
    the image was erased."""
    regions: list[PredictedRegion] = []
    """Highest score first; only with `maps`"""


class PredictionPage(Page[Prediction]):
    """One page of predictions; `total`: the number of all that match."""

    total: int = 0


class CurveAt(BaseModel):
    """Mistakes at a threshold: scores at or above it are judged NG. Rates are null where nothing was counted."""

    threshold: float
    escapes: int
    overkills: int
    escape_rate: float | None
    overkill_rate: float | None
    cost: float
    """Expected cost per part in production"""


class MarkedPoint(CurveAt):
    """A point that people decide by, with its one-sided 95 % bounds (Clopper-Pearson)."""

    escape_bound: float | None
    overkill_bound: float | None


class GreyZoneAnswer(BaseModel):
    """Two thresholds: below `low` a part is OK, from `high` on NG, and people look at those between."""

    split: CountedSplit
    split_rule: str
    low: float
    high: float
    images: int
    alone: int
    """Images that are decided without a person"""
    escapes: int
    overkills: int
    escape_bound: float | None
    """Of the NG images that are decided alone"""
    overkill_bound: float | None
    looked_at: float
    """Share of the parts in production that people look at"""


class Curve(BaseModel):
    """Mistakes and cost of a run over the whole range of its threshold, the lowest first."""

    split: CountedSplit
    split_rule: str
    images: int
    ng: int
    ok: int
    groups: int
    defect_rate: float
    """Share of NG in production"""
    defect_rate_from: Literal["asked", "recipe", "split"]
    escape_cost: float
    overkill_cost: float
    points: list[CurveAt]
    """At most 200"""
    chosen: MarkedPoint | None
    """At the run's own threshold"""
    cheapest: MarkedPoint | None
    zero_escape: MarkedPoint | None
    """The highest threshold that no NG image of the split stays below"""


class RunSlice(BaseModel):
    """The figures of a slice. `values`: one for each dimension, null where it is not known."""

    values: tuple[str | None, ...]
    images: int
    ng: int
    ok: int
    escapes: int
    overkills: int
    escape_rate: float | None
    escape_bound: float | None
    overkill_rate: float | None
    overkill_bound: float | None
    auroc: float | None
    few_ng: bool
    """Fewer than 10: the escape rate says little"""
    few_ok: bool
    slice: str
    """Names the slice to the predictions of the run"""


class RunSlices(BaseModel):
    """The figures of a run by slices, at most the 200 largest, the highest escape rate first."""

    split: CountedSplit
    split_rule: str
    by: tuple[SliceBy, ...]
    threshold: float
    whole: RunSlice
    items: list[RunSlice]


class RunClass(BaseModel):
    """The figures of a defect class. Bounds are the lowest true rates, one-sided, 95 % (Clopper-Pearson)."""

    class_id: str
    images: int
    """Images that people say show the class"""
    found: int
    """Images of these that the model says show it"""
    named: int
    """All images that the model says show it"""
    recall: float | None
    recall_bound: float | None
    precision: float | None
    precision_bound: float | None
    auroc: float | None
    few: bool
    """Fewer than 10 images: the figures say little"""
    slice: str
    """Names its images to the predictions of the run"""
    found_slice: str
    """Names the images that people and model say show the class"""
    named_slice: str
    """Names the images that the model says show it"""


class UnlearntClassAnswer(BaseModel):
    """A class that too few NG images, or images of one group alone, show in the training part."""

    class_id: str
    images: int
    groups: int


class ConfusedImages(BaseModel):
    """Images of a class that the model takes for one."""

    class_id: str | None
    """None: OK, or NG without a class"""
    predicted: str | None
    """The likeliest class; None where none is likely"""
    images: int
    slice: str
    """Names the images to the predictions of the run"""


class RunClasses(BaseModel):
    """The figures of a run by defect classes."""

    split: CountedSplit
    split_rule: str
    scores_classes: bool
    """False: the method scores no classes of images, or the run is older than these scores"""
    items: list[RunClass]
    unlearnt: list[UnlearntClassAnswer]
    confusion: list[ConfusedImages]
    """Most images first; an image of several classes counts for each"""


class DefectSize(BaseModel):
    """The marked defects whose longer side has `least` to below `beyond` pixels, and how many the maps find."""

    least: int
    beyond: int | None
    """Null: without end"""
    least_mm: float | None
    """The same in millimetres, where the scale is known"""
    beyond_mm: float | None
    defects: int
    found: int
    recall: float
    missed_bound: float | None
    """95 % bound of the share that is missed, by defect"""
    images: int
    """Images with such a defect"""
    missed_images: int
    """Images with such a defect that was missed"""
    slice: str
    """Of the images with such a defect: opens them in the predictions of the run"""
    missed_slice: str


class RegionImages(BaseModel):
    """Images with a region of a kind: a defect that people marked, that the map found or missed, or a false region."""

    kind: RegionKind
    images: int
    """0 for false regions of a run from before they were kept by image"""
    slice: str
    """Opens them in the predictions of the run"""


class DefectSizes(BaseModel):
    """Recall of marked defects by size, the smallest first; none for runs without maps or marked defects."""

    split: CountedSplit
    split_rule: str
    pixels_per_mm: float | None
    """As asked for, or from the scale of the cameras"""
    items: list[DefectSize]
    regions: list[RegionImages]
    """Of all sizes"""


Reason = Literal["near_duplicate", "suspect", "self_confidence", "other_class"]


class DoubtfulLabel(Prediction):
    """A label for a second look; `truth` is the verdict that the run learnt from."""

    label_doubt: float
    """1 - the probability of the verdict by models that had not seen the image; at least 0.5 where something else
    speaks against it"""
    reasons: list[Reason]
    """A near-duplicate has the other verdict; it was left out as it looks NG; the other verdict is likelier;
    another class is likely where none of those that people named is. Empty: nothing speaks against the label."""
    likelier_class: str | None = None
    """The class that is likelier than those that people named; None where none is"""
    judged_otherwise: list[str]
    """Near-duplicates with the other verdict"""
    verdict: str | None
    """As it stands now; None where the judgement was taken back"""
    looked_at: bool
    """A person judged, reviewed or excluded the image after the version that the run learnt from."""
