"""The table that `kenpin demo` prints, a row per round."""

from __future__ import annotations

from typing import Final

from host.demo import Round

COLUMNS: Final = "{:<10} {:>5} {:>6} {:>4}  {:>14}  {:>14}  {:>6}  {:>7}"


def heading() -> str:
    return COLUMNS.format("arm", "round", "labels", "NG", "escapes", "overkills", "AUROC", "seconds")


def row(result: Round) -> str:
    evaluation = result.evaluation
    escapes = _share(evaluation.escapes, evaluation.ng, evaluation.escape_rate)
    overkills = _share(evaluation.overkills, evaluation.ok, evaluation.overkill_rate)
    auroc = "–" if evaluation.auroc is None else f"{evaluation.auroc:.3f}"
    return COLUMNS.format(
        result.arm, result.round, result.labels, result.ng, escapes, overkills, auroc, f"{result.seconds:.1f}"
    )


def _share(part: int, whole: int, rate: float | None) -> str:
    return f"{part}/{whole} = {rate:.1%}" if rate is not None else f"{part}/{whole}"
