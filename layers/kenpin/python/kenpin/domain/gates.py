"""Gates: limits that the figures of a model must keep before it judges in production."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta
from pydantic_core import PydanticCustomError

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
    "aupimo",
    "iou",
    "region_recall",
]
"""Figures of an evaluation, by its field names."""
AT_THRESHOLD: Final[frozenset[Metric]] = frozenset(
    {"escape_rate", "escape_bound", "overkill_rate", "overkill_bound"}
)
"""Metrics that hold at one threshold only."""
GateSlice = Literal["product", "line", "station", "camera", "light", "lot", "class", "size"]
"""Conditions whose values are judged each for itself"""
OF_SLICES: Final[tuple[Metric, ...]] = (
    "escape_rate",
    "escape_bound",
    "overkill_rate",
    "overkill_bound",
    "auroc",
)
"""Metrics that slices have."""


class GateLimit(Value, kw_only=True):
    """A limit for one figure."""

    metric: Metric
    direction: Literal["at_most", "at_least"]
    limit: Share
    split: Split = "test"
    slice_by: GateSlice | None = None
    """The condition whose values keep the limit each for itself; None: all images together do"""
    slice_value: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """The one value of it that counts; None: the worst counts"""

    def is_within(self, figure: float) -> bool:
        return figure <= self.limit if self.direction == "at_most" else figure >= self.limit

    def __str__(self) -> str:
        of = "" if self.slice_by is None else f" by {self.slice_by}"
        return f"{self.metric} on {self.split}{of}"


class FoundFigure(Value):
    """A figure, and the slice that it is of."""

    figure: float
    slice_value: str | None = None
    """None: of all images, or of those whose condition is not known"""


MeasureOf = Callable[[GateLimit], FoundFigure | None]
"""Returns the figure that a limit asks for; None: it was not measured"""


class GateResult(Value, kw_only=True):
    """A limit and the figure that was found; what was not measured does not pass."""

    gate: GateLimit
    figure: Share | None = None
    passed: bool
    slice_value: str | None = None
    """The value whose figure it is, where the limit is one for slices"""

    def __str__(self) -> str:
        gate = self.gate
        bound = f"{gate.direction.replace('_', ' ')} {gate.limit:g} is asked"
        figure = "was not measured" if self.figure is None else f"is {self.figure:.4g}"
        value = gate.slice_value or self.slice_value
        return f"{gate}{'' if value is None else f' {value}'} {figure}, {bound}"


class GateReport(Value, kw_only=True):
    """The results of all gates of a project for one model."""

    project_version: int
    """The version of the project that set the gates"""
    threshold: Finite
    """The model's threshold, at which its rates were found"""
    results: tuple[GateResult, ...]

    def failed(self) -> tuple[GateResult, ...]:
        return tuple(result for result in self.results if not result.passed)


def check_slice(gate: GateLimit) -> GateLimit:
    """Return the limit. Raises ValueError when no slice can keep it."""
    if gate.slice_by is None and gate.slice_value is not None:
        text = "slice_value {slice_value} needs slice_by: the condition that it is a value of"
        raise PydanticCustomError("slice_by_needed", text, {"slice_value": gate.slice_value})
    if gate.slice_by is not None and gate.metric not in OF_SLICES:
        text = "{metric} is not measured by {slice_by}; choose {choice}"
        given = {"metric": gate.metric, "slice_by": gate.slice_by, "choice": ", ".join(OF_SLICES)}
        raise PydanticCustomError("not_of_slices", text, given)
    return gate


def check_gates(limits: Sequence[GateLimit], measure: MeasureOf) -> tuple[GateResult, ...]:
    """Return the result of each limit, in order."""
    return tuple(_check(gate, measure(gate)) for gate in limits)


def _check(gate: GateLimit, measured: FoundFigure | None) -> GateResult:
    if measured is None:
        return GateResult(gate=gate, figure=None, passed=False)
    passed = gate.is_within(measured.figure)
    return GateResult(gate=gate, figure=measured.figure, passed=passed, slice_value=measured.slice_value)
