"""The table that `kenpin demo` prints, a row per round."""

from __future__ import annotations

from typing import Final

from host.demo import Round

COLUMNS: Final = "{:<10} {:>5} {:>6} {:>4}  {:>14}  {:>14}  {:>6}  {:>7}"


def heading() -> str:
    return COLUMNS.format("arm", "round", "labels", "NG", "escapes", "overkills", "AUROC", "seconds")


def row(each: Round) -> str:
    found = each.evaluation
    escapes = _share(found.escapes, found.ng, found.escape_rate)
    overkills = _share(found.overkills, found.ok, found.overkill_rate)
    auroc = "–" if found.auroc is None else f"{found.auroc:.3f}"
    return COLUMNS.format(
        each.arm, each.round, each.labels, each.ng, escapes, overkills, auroc, f"{each.seconds:.1f}"
    )


def _share(part: int, whole: int, rate: float | None) -> str:
    return f"{part}/{whole} = {rate:.1%}" if rate is not None else f"{part}/{whole}"
