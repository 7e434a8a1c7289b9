"""Shows two runs side by side: their figures, what changed them, and the difference with its interval."""

from typing import Final

from functions.api.runs.answers import ComparedPicture, RunComparison
from host.cli.output import images, line, table
from kenpin.domain.run.comparison import ComparedFigures, Figure, FigureChange
from kenpin.domain.run.paired_difference import PairedDifference

NAMES: Final[dict[Figure, str]] = {
    "escapes": "escapes",
    "overkills": "overkills",
    "escape_rate": "escape rate",
    "overkill_rate": "overkill rate",
    "auroc": "AUROC",
}


def describe_comparison(answer: RunComparison) -> None:
    found = answer.comparison
    line(
        f"{images(found.images)} of {answer.split} measured by both runs; {found.old_only:,} by {answer.old_run} only, "
        f"{found.new_only:,} by {answer.new_run} only; {found.relabelled:,} with another label"
    )
    table(
        "model", "labels", "NG", "OK", "escapes", "overkills", "escape rate", "overkill rate", "AUROC",
        rows=map(_cells, found.cells),
    )  # fmt: skip
    table("change of", "total", "by the model", "by the labels", rows=map(_parts, found.changes))
    line(difference_text("escapes", found.escapes))
    line(difference_text("overkills", found.overkills))


def _cells(cell: ComparedFigures) -> tuple[str | int | None, ...]:
    rates = (f"{rate:.1%}" if rate is not None else None for rate in (cell.escape_rate, cell.overkill_rate))
    auroc = None if cell.auroc is None else f"{cell.auroc:.4f}"
    return (cell.model, cell.labels, cell.ng, cell.ok, cell.escapes, cell.overkills, *rates, auroc)


def _parts(change: FigureChange) -> tuple[str, ...]:
    return (
        NAMES[change.figure],
        *(f"{part:+.4g}" for part in (change.total, change.by_model, change.by_labels)),
    )


def difference_text(name: str, found: PairedDifference) -> str:
    """Return `escapes: 3 more of 83 (95 %: -1 to 8; 4 broken, 1 fixed)`."""
    if found.low is None or found.high is None:
        return f"{name}: no image to compare"
    amount = f"{abs(found.more):,} {'more' if found.more > 0 else 'fewer'}" if found.more else "as many"
    interval = f"95 %: {found.low:+.0f} to {found.high:+.0f}".replace("-0", "0").replace("+0", "0")
    return (
        f"{name}: {amount} of {found.images:,} ({interval}; {found.broken:,} broken, {found.fixed:,} fixed)"
    )


def list_changed(shown: list[ComparedPicture]) -> None:
    rows = (
        (p.image_id[:12], p.old_label, p.new_label, p.old_verdict, p.new_verdict, p.old_score, p.new_score)
        for p in shown
    )
    table("image", "old label", "label", "old model", "model", "old score", "score", rows=rows)
