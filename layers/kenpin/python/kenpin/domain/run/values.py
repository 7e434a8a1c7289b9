"""Values of a run: its evaluation and its identity."""

from typing import Literal

from kenpin.domain.ids import Split
from kenpin.domain.value import Finite, Share, Value

NotReady = Literal["few_ng", "wide_cost", "no_gain", "promise"]
"""few_ng: too few NG images; wide_cost: the 95 % interval of the cost is as wide as the cost, and not small;
no_gain: judging all images alike costs no more; promise: too few NG images to promise the escape rate."""


class ThresholdChoice(Value, kw_only=True):
    """The way a threshold was chosen, on scores of images that the model had not learnt from."""

    rule: Literal["cost", "escape_rate", "none"]
    """none: one verdict was missing"""
    threshold: Finite
    ng: int
    """NG images that it was chosen on"""
    low: Share | None = None
    high: Share | None = None
    """95 % interval of the threshold"""
    cost: Finite | None = None
    """Expected cost per part at the threshold, in the recipe's unit"""
    cost_low: Finite | None = None
    cost_high: Finite | None = None
    not_ready: tuple[NotReady, ...] = ()
    """Reasons why the model ranks only and does not decide alone; none: it may."""
    ng_needed: int | None = None
    """NG images that are needed, where there are too few"""


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
    auroc_low: Share | None = None
    auroc_high: Share | None = None
    """95 % interval by the bootstrap of whole groups"""
    average_precision: Share | None = None
    average_precision_low: Share | None = None
    average_precision_high: Share | None = None
    choice: ThresholdChoice | None = None
    """The way the threshold was chosen; None in events from before it was said."""
    shared_groups: int = 0
    """Groups with images both here and in what was learnt from: the figures look better than they are."""
    near_duplicates: int | None = None
    """Images that look like one that was learnt from; None where images were not compared."""
    mapped_images: int = 0
    """Images whose maps and marked defects the figures below compare; 0: the model makes no maps, or none is marked."""
    pixel_auroc: Share | None = None
    aupro: Share | None = None
    """Mean overlap with each marked region up to a false positive rate of 0.3 (Bergmann 2020)"""
    aupimo: Share | None = None
    """Mean recall of places of NG images at false positive rates of OK images from 1e-5 to 1e-4 (Bertoldo 2024)"""
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
