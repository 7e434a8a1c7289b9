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
    figure, _, limit = given.rpartition("=")
    measured, _, slices = figure.partition("/")
    metric, _, split = measured.partition("@")
    by, _, value = slices.partition(":")
    try:
        asked = {"metric": metric, "direction": direction, "limit": float(limit), "split": split or "test"}
    except ValueError:
        raise Refused(
            f"{given} is no limit; write METRIC=LIMIT, METRIC@SPLIT=LIMIT, METRIC/CONDITION=LIMIT or "
            "METRIC/CONDITION:VALUE=LIMIT, such as auroc=0.9 or escape_rate/line:L3=0.1"
        ) from None
    return asked | {key: each for key, each in (("slice_by", by), ("slice_value", value)) if each}


def _slice_of(gate: GateLimit, value: str | None) -> str:
    if gate.slice_by is None:
        return ""
    return f"{gate.slice_by} {gate.slice_value or value or '(the worst)'}"


def show_limits(gates: Iterable[GateLimit]) -> None:
    rows = (
        (gate.metric, gate.split, _slice_of(gate, None), gate.direction.replace("_", " "), gate.limit)
        for gate in gates
    )
    table("metric", "split", "slice", "asked", "limit", rows=rows)


def show_report(report: GateReport) -> None:
    rows = (
        (
            each.gate.metric,
            each.gate.split,
            _slice_of(each.gate, each.slice_value),
            "not measured" if each.figure is None else f"{each.figure:.4g}",
            f"{each.gate.direction.replace('_', ' ')} {each.gate.limit:g}",
            "passed" if each.passed else "failed",
        )
        for each in report.results
    )
    table("metric", "split", "slice", "figure", "asked", "", rows=rows)
