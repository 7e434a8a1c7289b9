"""Values of a run: its evaluation and its identity."""

from kenpin.domain.ids import Split
from kenpin.domain.value import Finite, Share, Value


class Evaluation(Value, kw_only=True):
    """The result of a model on a split: counts, then rates with their one-sided 95 % upper bounds.

    escape_rate = escapes / ng (見逃し率), overkill_rate = overkills / ok (過検出率); None where
    nothing was counted. Bounds are Clopper-Pearson (1934).
    """

    split: Split
    split_rule: str
    images: int
    ng: int
    ok: int
    escapes: int
    overkills: int
    threshold: Finite
    """Scores at or above it are judged NG."""
    escape_rate: Share | None = None
    escape_bound: Share | None = None
    overkill_rate: Share | None = None
    overkill_bound: Share | None = None
    auroc: Share | None = None
    average_precision: Share | None = None
    shared_groups: int = 0
    """Groups with images both here and in what was learnt from: the figures look better than they are."""
    near_duplicates: int | None = None
    """Images that look like one that was learnt from; None where images were not compared."""
    mapped_images: int = 0
    """Images whose maps and marked defects the figures below compare; 0: the model makes no maps, or none is marked."""
    pixel_auroc: Share | None = None
    aupro: Share | None = None
    """Mean overlap with each marked region up to a false positive rate of 0.3 (Bergmann 2020)"""
    iou: Share | None = None
    defects: int = 0
    """Marked regions"""
    region_recall: Share | None = None
    """Share of them that a region of the model touches"""
    false_regions: int = 0
    """Regions of the model that touch no marked one"""


class Identity(Value, kw_only=True):
    """The environment of a run: code, versions, threads, CPU. Within one identity, bits repeat."""

    code_digest: str
    weights_digest: str
    libraries: dict[str, str]
    threads: int
    hardware: str
