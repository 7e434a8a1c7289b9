"""The API's schemas that the client gives back or sends. Written by `make generate` from the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec


class Accepted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The accepted write: the stream and its new version. Reads with `min_version` show it."""

    stream: str
    version: int
    hash: str
    id: str


class Capture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Capture condition (撮像条件): how the picture was taken, of which part."""

    product: str | None = None
    line: str | None = None
    station: str | None = None
    camera: str | None = None
    lens: str | None = None
    light: str | None = None
    exposure: str | None = None
    recipe: str | None = None
    lot: str | None = None
    part: str | None = None
    session: str | None = None
    captured_at: str | None = None
    source_id: str | None = None


class ComparedFigures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Figures of one model by the labels of one version."""

    model: Literal["old", "new"]
    labels: Literal["old", "new"]
    ng: int
    ok: int
    escapes: int
    overkills: int
    escape_rate: float | None = None
    overkill_rate: float | None = None
    auroc: float | None = None


class ComparedPicture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An image on which two runs differ: scores and verdicts of the models, and the labels of both
    versions."""

    image_id: str
    old_score: float
    new_score: float
    old_verdict: Literal["OK", "NG"]
    new_verdict: Literal["OK", "NG"]
    old_label: Literal["OK", "NG"]
    new_label: Literal["OK", "NG"]
    thumbnail_url: str | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two runs on the same images."""

    images: int
    old_only: int
    new_only: int
    relabelled: int
    cells: list[ComparedFigures]
    changes: list[FigureChange]
    escapes: PairedDifference
    overkills: PairedDifference


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    OK: int = 0
    NG: int = 0
    HOLD: int = 0
    unlabelled: int = 0


class Dataset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    dataset_id: str
    project_id: str
    name: str
    version: int
    hash: str
    images: int
    excluded: int
    counts: dict[str, Counts]
    tags: list[Tag]
    windows: list[DatasetWindow] = []
    regions: list[DatasetRegion] = []
    scales: list[DatasetScale] = []
    suggested: int
    created_at: datetime
    updated_at: datetime
    stale: bool = False


class DatasetRegion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The region of interest of one camera, or of all that have none of their own."""

    camera: str | None
    width: int
    height: int
    include: list[list[tuple[float, float]]]
    ignore: list[list[tuple[float, float]]]
    reason: str
    version: int
    at: datetime
    by: str


class DatasetScale(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The size of a pixel on the part, for one camera or for all that have none of their own."""

    camera: str | None
    mm_per_pixel: float
    reason: str
    version: int
    at: datetime
    by: str


class DatasetWindow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The window of deep grey of one camera, or of all that have none of their own."""

    camera: str | None
    low: float
    high: float
    how: Literal["sample", "person"]
    reason: str
    version: int
    at: datetime
    by: str


class DeepGrey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Deep grey, for viewers that show it through any window."""

    values_url: str
    low: float | None
    high: float | None


class Defect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One defect: its class, and where it is in pixels of the full image, as exactly as the person
    said."""

    class_id: str
    box: tuple[float, float, float, float] | None = None
    polygon: list[tuple[float, float]] | None = None
    mask: str | None = None


class DefectClass(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    class_id: str
    name: str
    name_ja: str
    key: int | None
    description: str
    colour: str = ""
    retired: str | None


class DiffItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    image_id: str
    ordinal: int
    name: str
    width: int
    height: int
    kinds: list[
        Literal[
            "added",
            "excluded",
            "restored",
            "labelled",
            "relabelled",
            "reshaped",
            "confirmed",
            "withdrawn",
            "reviewed",
            "split",
            "capture",
            "group",
        ]
    ]
    before: DiffState | None
    after: DiffState
    changes: list[FieldChange]
    shapes: list[ShapeChange]
    image_url: str | None
    shown_url: str | None = None
    thumbnail_url: str | None


class DiffJudgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The judgement of an image at one of the two versions."""

    by: str
    at: datetime
    version: int
    reason: str
    label_book_revision: int


class DiffState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The state of an image at one of the two versions."""

    verdict: Literal["OK", "NG", "HOLD"] | None
    defects: list[Defect]
    mask_urls: list[str]
    judged: DiffJudgement | None
    review: str | None
    split: Literal["train", "validation", "test"] | None
    excluded: str | None
    capture: Capture
    group: str | None


class DrawnDefect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A defect as a person draws it: its mask may come as runs instead of the digest of a stored one."""

    class_id: str
    box: tuple[float, float, float, float] | None = None
    polygon: list[tuple[float, float]] | None = None
    mask: str | None = None
    mask_runs: list[int] | None = None


class Epoch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    epoch: int
    metrics: dict[str, float]
    at: datetime


class Evaluation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of a model on a split: counts, then rates with their one-sided 95 % upper bounds."""

    split: Literal["test", "train", "validation"]
    split_rule: str
    images: int
    ng: int
    ok: int
    escapes: int
    overkills: int
    threshold: float
    escape_rate: float | None = None
    escape_bound: float | None = None
    overkill_rate: float | None = None
    overkill_bound: float | None = None
    auroc: float | None = None
    auroc_low: float | None = None
    auroc_high: float | None = None
    average_precision: float | None = None
    average_precision_low: float | None = None
    average_precision_high: float | None = None
    choice: ThresholdChoice | None = None
    shared_groups: int = 0
    near_duplicates: int | None = None
    mapped_images: int = 0
    pixel_auroc: float | None = None
    aupro: float | None = None
    aupimo: float | None = None
    iou: float | None = None
    defects: int = 0
    region_recall: float | None = None
    false_regions: int = 0


class FieldChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The change that gave a field its value at the later version."""

    field: Literal["image", "annotation", "review", "split", "excluded", "capture", "group"]
    version: int
    by: str
    at: datetime
    why: str


class FigureChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The change of a figure, in two parts that add up to it."""

    figure: Literal["escapes", "overkills", "escape_rate", "overkill_rate", "auroc"]
    total: float
    by_model: float
    by_labels: float


class GateLimit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A limit for one figure."""

    metric: Literal[
        "aupimo",
        "aupro",
        "auroc",
        "auroc_low",
        "average_precision",
        "average_precision_low",
        "escape_bound",
        "escape_rate",
        "iou",
        "overkill_bound",
        "overkill_rate",
        "pixel_auroc",
        "region_recall",
    ]
    direction: Literal["at_least", "at_most"]
    limit: float
    split: Literal["test", "train", "validation"] = "test"
    slice_by: Literal["camera", "class", "light", "line", "lot", "product", "size", "station"] | None = None
    slice_value: str | None = None


class GateReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The results of all gates of a project for one model."""

    project_version: int
    threshold: float
    results: list[GateResult]


class GateResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A limit and the figure that was found; what was not measured does not pass."""

    gate: GateLimit
    figure: float | None = None
    passed: bool
    slice_value: str | None = None


class HistorySlice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Images by a capture condition, their group, the day they were taken on, or the judgement that
    stands."""

    kind: Literal[
        "camera",
        "captured_after",
        "captured_before",
        "group",
        "label_book",
        "light",
        "line",
        "lot",
        "person",
        "product",
    ]
    value: str
    moment: str | None = None


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The environment of a run: code, versions, threads, CPU. Within one identity, bits repeat."""

    code_digest: str
    weights_digest: str
    libraries: dict[str, str]
    threads: int
    hardware: str


class Image(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    image_id: str
    name: str
    ordinal: int
    revision: int
    verdict: Literal["OK", "NG", "HOLD"] | None
    defects: list[Defect]
    split: Literal["train", "validation", "test"] | None
    group: str | None = None
    excluded: str | None
    annotation: StandingAnnotation | None
    capture: Capture
    width: int
    height: int
    size: int
    media_type: str
    registered_at: datetime
    suggestion: Suggested | None
    erased: str | None = None
    image_url: str | None
    shown_url: str | None = None
    thumbnail_url: str | None
    deep_grey: DeepGrey | None = None


class ImportFaultPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code that browsers translate, and its parameters. The first parts of a fault name the place."""

    code: str
    parameters: dict[str, str]


class ImportedLabel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    image_id: str
    outcome: Literal["judged", "already_judged", "unjudged", "rejected"]
    detail: str = ""
    parts: list[ImportFaultPart] = []
    clipped: bool
    split: bool
    differs: str = ""


class ImportedLabels(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The results of the images, in their order."""

    stream: str
    version: int
    items: list[ImportedLabel]


class Model(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    model_id: str
    project_id: str
    dataset_id: str
    dataset_version: int | None
    run_id: str
    artifact: str
    threshold: float
    threshold_reason: str | None
    grey_from: float | None = None
    stage: Literal["candidate", "production", "retired"]
    stage_reason: str | None
    staged_by: str | None
    override_reason: str | None = None
    gates: GateReport | None = None
    evaluation: Evaluation | None
    recipe: dict[str, str | bool | int | float | None] | None
    registered_at: datetime
    version: int


class PairedDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The mistakes that one model makes and the other does not, on the same images; `more` = broken -
    fixed."""

    images: int
    broken: int
    fixed: int
    more: int
    low: float | None = None
    high: float | None = None
    groups: int


class PlannedCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts of one split once the plan is carried out; `moved` counts the images that come into it."""

    images: int
    moved: int
    groups: int
    verdicts: dict[str, int]
    classes: dict[str, int]


class PlannedSplits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A plan of a split. Send its `version` to carry out this plan and no other."""

    version: int
    rule: str
    splits: dict[str, PlannedCounts]
    in_test: int
    follow: int
    largest_group: int


class Policy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    escape_cost: float
    overkill_cost: float
    defect_rate: float | None
    reason: str = ""


class PredictedClass(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    class_id: str
    score: float


class PredictedRegion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of an image that the model judges NG, in pixels of the image."""

    box: tuple[float, float, float, float]
    area: float
    length: float
    score: float
    class_id: str | None


class Prediction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    image_id: str
    split: str | None
    truth: str | None
    score: float
    unfamiliar: float | None = None
    classes: list[PredictedClass] = []
    thumbnail_url: str | None
    width: int | None
    height: int | None
    heatmap: str | None = None
    regions: list[PredictedRegion] = []


class Product(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    product_id: str
    name: str


class Project(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    project_id: str
    name: str
    version: int
    datasets: int
    label_book_revision: int
    defect_classes: list[DefectClass]
    products: list[Product]
    policy: Policy | None
    gates: ProjectGates | None = None
    suggestion_mix: SuggestionMix | None = None
    two_person: bool = False
    hide_verdict: bool = False
    judgement_reasons: list[str] = []
    time_zone: str
    automatic_inspection: bool = False
    created_at: datetime


class ProjectGates(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Limits that a model must keep before it is promoted to production."""

    limits: list[GateLimit]
    second_person: bool = False
    reason: str = ""


class Recipe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Stored in the run's first event. The defaults train a probe in seconds."""

    architecture: str = "efficientnet-lite0"
    backbone: str | None = None
    taps: str | None = None
    pixel_mean: float = 0.0
    pixel_scale: float = 1.0
    method: Literal["probe", "fine_tune", "anomaly", "segmentation"] = "probe"
    image_size: int = 224
    tiles_along: int = 1
    long_side: int | None = 512
    tile: int = 512
    top_places: int = 4
    region_of_interest: bool = True
    c: float = 1.0
    soft_labels: bool = True
    epochs: int = 8
    batch_size: int = 16
    learning_rate: float = 0.001
    held_out_of: int = 4
    train_from_block: int = 8
    may_turn: bool = False
    may_mirror: bool = True
    average_views: bool = False
    brightness: float = 0.1
    escape_cost: float = 10.0
    overkill_cost: float = 1.0
    defect_rate: float | None = None
    escape_rate: float | None = None
    confidence: float = 0.95
    overkill_aim: float = 0.05


class Registered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    stream: str
    version: int
    items: list[RegisteredImage]


class RegisteredImage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    digest: str
    outcome: Literal["registered", "known", "rejected"]
    detail: str = ""
    excluded: bool = False


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    run_id: str
    project_id: str
    dataset_id: str
    dataset_version: int
    dataset_hash: str
    recipe: dict[str, str | bool | int | float | None]
    seed: int
    parent_model: str | None
    accepted_only: bool = False
    left_out: int = 0
    like: str | None = None
    without: HistorySlice | None = None
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


class RunAccepted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    stream: str
    version: int
    hash: str
    id: str
    accepted_only: bool = False
    left_out: int = 0


class RunComparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two runs on the images that both were measured by."""

    old_run: str
    new_run: str
    split: str
    comparison: Comparison


class RunFailure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    reason: str
    log_tail: str


class RunSlice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of a slice. `values`: one for each dimension, null where it is not known."""

    values: list[str | None]
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
    few_ok: bool
    slice: str


class RunSlices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of a run by slices, at most the 200 largest, the highest escape rate first."""

    split: Literal["train", "validation", "test"]
    split_rule: str
    by: list[
        Literal[
            "product",
            "line",
            "station",
            "camera",
            "light",
            "lot",
            "class",
            "predicted",
            "size",
            "day",
            "month",
            "person",
            "label_book",
        ]
    ]
    threshold: float
    whole: RunSlice
    items: list[RunSlice]


class SeenJudgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    image_id: str
    verdict: Literal["OK", "NG", "HOLD"]
    defects: list[DrawnDefect] = []
    reason: str = ""
    seconds_spent: float | None = None
    suggestion_id: str | None = None
    label_review: str | None = None
    revision: int | None = None


class ShapeChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A defect before, after, or both, matched within its class by overlap."""

    class_id: str
    before: int | None
    after: int | None
    iou: float | None


class SplitResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The part of a split that one request did; sent again with `next_cursor`, it goes on."""

    stream: str
    version: int
    images: int
    next_cursor: str | None = None


class StandingAnnotation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    by: str
    at: datetime
    version: int
    reason: str
    label_book_revision: int
    seconds_spent: float | None
    suggestion_id: str | None
    review: str | None
    mask_urls: list[str] = []


class Suggested(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    suggestion_id: str
    rank: int
    reason: str
    score: float | None
    control: bool


class SuggestionMix(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Shares of the strategies that choose images to judge next; none: the default."""

    shares: dict[str, float]
    reason: str = ""


class Tag(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: str
    version: int
    note: str
    at: datetime
    by: str


class ThresholdChoice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The way a threshold was chosen, on scores of images that the model had not learnt from."""

    rule: Literal["cost", "escape_rate", "none"]
    threshold: float
    ng: int
    low: float | None = None
    high: float | None = None
    cost: float | None = None
    cost_low: float | None = None
    cost_high: float | None = None
    not_ready: list[Literal["few_ng", "no_gain", "promise", "wide_cost"]] = []
    ng_needed: int | None = None


class Upload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    digest: str
    url: str | None
    detail: str = ""


class Uploads(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    uploads: list[Upload]
