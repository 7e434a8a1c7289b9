"""Words for how a run's threshold was chosen, whether it may decide alone, and for intervals."""

from collections.abc import Mapping
from typing import Final

from host.cli.output import fields, warn
from kenpin.domain.run.values import NotReady, ThresholdChoice

REASONS: Final[Mapping[NotReady, str]] = {
    "few_ng": "{ng} NG images among those that the threshold was chosen on, {ng_needed} are needed",
    "wide_cost": "the expected cost is as uncertain as it is large; judge more images",
    "no_gain": "judging all images alike would cost no more",
    "promise": (
        "{ng} NG images among those that the threshold was chosen on cannot promise the escape rate, "
        "{ng_needed} are needed"
    ),
}


def explain_choice(choice: ThresholdChoice) -> None:
    """Show the intervals of the threshold, and warn where the model ranks only."""
    if choice.cost is not None:
        fields(
            threshold_within=_interval(choice.low, choice.high),
            expected_cost=f"{choice.cost:.4g} per part ({_interval(choice.cost_low, choice.cost_high)})",
        )
    if choice.not_ready:
        warn(
            f"rank only: not ready to decide alone: {'; '.join(_reason(each, choice) for each in choice.not_ready)}"
        )


def with_interval(value: float | None, low: float | None, high: float | None) -> str | None:
    """Return `0.9312 (95 %: 0.88 to 0.97)`; the value alone where there is no interval."""
    if value is None or low is None or high is None:
        return None if value is None else f"{value:.4g}"
    return f"{value:.4g} ({_interval(low, high)})"


def _reason(reason: NotReady, choice: ThresholdChoice) -> str:
    return REASONS[reason].format(ng=choice.ng, ng_needed=choice.ng_needed)


def _interval(low: float | None, high: float | None) -> str:
    return "no interval" if low is None or high is None else f"95 %: {low:.4g} to {high:.4g}"
