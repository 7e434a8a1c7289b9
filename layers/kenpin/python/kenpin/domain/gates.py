"""Gates: limits that the figures of a model must keep before it judges in production."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from kenpin.domain.ids import Split
from kenpin.domain.value import Finite, Share, Value

Metric = Literal[
    "escape_rate",
    "escape_bound",
    "overkill_rate",
    "overkill_bound",
    "auroc",
    "auroc_low",
    "average_precision",
    "average_precision_low",
    "pixel_auroc",
    "aupro",
    "iou",
    "region_recall",
]
"""Figures of an evaluation, by its field names."""
AT_THRESHOLD: Final[frozenset[Metric]] = frozenset(
    {"escape_rate", "escape_bound", "overkill_rate", "overkill_bound"}
)
"""Metrics that hold at one threshold only."""
Figures = Mapping[Split, Mapping[Metric, float | None]]
"""Figures of one model by split; None, or none at all: not measured."""


class GateLimit(Value, kw_only=True):
    """A limit for one figure."""

    metric: Metric
    direction: Literal["at_most", "at_least"]
    limit: Share
    split: Split = "test"


class GateResult(Value, kw_only=True):
    """A limit and the figure that was found; what was not measured does not pass."""

    gate: GateLimit
    figure: Share | None = None
    passed: bool

    def __str__(self) -> str:
        gate = self.gate
        bound = f"{gate.direction.replace('_', ' ')} {gate.limit:g} is asked"
        figure = "was not measured" if self.figure is None else f"is {self.figure:.4g}"
        return f"{gate.metric} on {gate.split} {figure}, {bound}"


class GateReport(Value, kw_only=True):
    """The results of all gates of a project for one model."""

    project_version: int
    """The version of the project that set the gates"""
    threshold: Finite
    """The model's threshold, at which its rates were found"""
    results: tuple[GateResult, ...]

    def failed(self) -> tuple[GateResult, ...]:
        return tuple(result for result in self.results if not result.passed)


def check_gates(limits: Sequence[GateLimit], figures: Figures) -> tuple[GateResult, ...]:
    """Return the result of each limit, in order."""
    return tuple(_check(gate, figures.get(gate.split, {}).get(gate.metric)) for gate in limits)


def _check(gate: GateLimit, figure: float | None) -> GateResult:
    if figure is None:
        return GateResult(gate=gate, figure=None, passed=False)
    passed = figure <= gate.limit if gate.direction == "at_most" else figure >= gate.limit
    return GateResult(gate=gate, figure=figure, passed=passed)
