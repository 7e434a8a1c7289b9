"""Gates on the command line: read limits such as `auroc=0.9`, and show limits and results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from host.cli.failures import Refused
from host.cli.output import table
from kenpin.domain.gates import GateLimit, GateReport


def limits(at_most: Sequence[str], at_least: Sequence[str]) -> list[dict[str, object]]:
    """Return gates as the API takes them. Raises Refused."""
    given = [("at_most", each) for each in at_most] + [("at_least", each) for each in at_least]
    return [_limit(direction, each) for direction, each in given]


def _limit(direction: str, given: str) -> dict[str, object]:
    figure, _, limit = given.partition("=")
    metric, _, split = figure.partition("@")
    try:
        return {"metric": metric, "direction": direction, "limit": float(limit), "split": split or "test"}
    except ValueError:
        raise Refused(
            f"{given} is no limit; write METRIC=LIMIT or METRIC@SPLIT=LIMIT, such as auroc=0.9"
        ) from None


def show_limits(gates: Iterable[GateLimit]) -> None:
    rows = ((gate.metric, gate.split, gate.direction.replace("_", " "), gate.limit) for gate in gates)
    table("metric", "split", "asked", "limit", rows=rows)


def show_report(report: GateReport) -> None:
    rows = (
        (
            each.gate.metric,
            each.gate.split,
            "not measured" if each.figure is None else f"{each.figure:.4g}",
            f"{each.gate.direction.replace('_', ' ')} {each.gate.limit:g}",
            "passed" if each.passed else "failed",
        )
        for each in report.results
    )
    table("metric", "split", "figure", "asked", "", rows=rows)
