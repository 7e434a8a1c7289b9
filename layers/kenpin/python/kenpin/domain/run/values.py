"""What a run measures."""

from kenpin.domain.ids import Split
from kenpin.domain.value import Value


class Evaluation(Value, kw_only=True):
    """How a model did on a split: counts first, then rates with their one-sided 95 % upper bounds.

    escape_rate = escapes / ng (見逃し率), overkill_rate = overkills / ok (過検出率); None where nothing was counted.
    Bounds are Clopper-Pearson (1934).
    """

    split: Split
    split_rule: str
    images: int
    ng: int
    ok: int
    escapes: int
    overkills: int
    threshold: float
    """Scores at or above it are judged NG."""
    escape_rate: float | None = None
    escape_bound: float | None = None
    overkill_rate: float | None = None
    overkill_bound: float | None = None
    auroc: float | None = None
    average_precision: float | None = None


class Identity(Value, kw_only=True):
    """What a run is bound to beside its data, recipe and seed: within it, bits repeat."""

    code_digest: str
    weights_digest: str
    libraries: dict[str, str]
    threads: int
    hardware: str
