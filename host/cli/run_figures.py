"""The figures of a run as text: its curve, a grey zone, slices, defect classes and recall by size."""

from __future__ import annotations

from collections.abc import Mapping

from functions.api.runs.answers import (
    Curve,
    DefectSizes,
    GreyZoneAnswer,
    MarkedPoint,
    RunClasses,
    RunSlice,
    RunSlices,
)
from host.cli.client import Client
from host.cli.member_names import names_of_people
from host.cli.output import fields, line, share, table

SOURCES = {
    "asked": "as asked",
    "recipe": "of the recipe",
    "split": "of the split: give --defect-rate of production",
}


def describe_curve(curve: Curve) -> None:
    fields(
        measured_on=f"{curve.split} ({curve.split_rule}): {curve.images} images of {curve.groups} groups",
        defect_rate=f"{curve.defect_rate:.4g}, {SOURCES[curve.defect_rate_from]}",
        costs=f"{curve.escape_cost:g} an escape, {curve.overkill_cost:g} an overkill",
    )
    marked = {"chosen": curve.chosen, "cheapest": curve.cheapest, "zero escape": curve.zero_escape}
    columns = ("point", "threshold", "escapes", "overkills", "cost per part")
    table(*columns, rows=[(name, *_marked(point, curve)) for name, point in marked.items() if point])
    step = max(1, len(curve.points) // 10)
    rows = [
        (f"{p.threshold:.4g}", f"{p.escapes} of {curve.ng}", f"{p.overkills} of {curve.ok}", f"{p.cost:.4g}")
        for p in curve.points[::step]
    ]
    table(*columns[1:], rows=rows)


def _marked(point: MarkedPoint, curve: Curve) -> tuple[str, str, str, str]:
    return (
        f"{point.threshold:.4g}",
        share(point.escapes, curve.ng, point.escape_rate, point.escape_bound),
        share(point.overkills, curve.ok, point.overkill_rate, point.overkill_bound),
        f"{point.cost:.4g}",
    )


def describe_grey_zone(zone: GreyZoneAnswer, parts: int | None) -> None:
    line(f"people look at scores from {zone.low:g} to {zone.high:g}: {zone.looked_at:.1%} of production")
    if parts is not None:
        line(f"that is {round(zone.looked_at * parts)} of {parts} parts")
    fields(
        decided_alone=f"{zone.alone} of {zone.images} images of {zone.split} ({zone.split_rule})",
        escapes=f"{zone.escapes}{_bound(zone.escape_bound)}",
        overkills=f"{zone.overkills}{_bound(zone.overkill_bound)}",
    )


def _bound(bound: float | None) -> str:
    return "" if bound is None else f" (true rate of those decided alone ≤ {bound:.1%})"


def describe_slices(client: Client, found: RunSlices) -> None:
    names = names_of_people(client) if "person" in found.by else {}
    line(f"measured on {found.split} ({found.split_rule}) at threshold {found.threshold:g}")
    columns = (*found.by, "images", "escapes", "overkills", "AUROC", "note")
    rows = [_row(each, found, names) for each in (*found.items, found.whole)]
    table(*columns, rows=rows)


def _row(each: RunSlice, found: RunSlices, people: Mapping[str, str]) -> tuple[str | int | None, ...]:
    values = [
        people.get(value or "", value) if by == "person" else value
        for by, value in zip(found.by, each.values, strict=False)
    ]
    names = [value or "–" for value in values] or ["all", *[""] * (len(found.by) - 1)]
    few = [name for name, is_few in (("NG", each.few_ng), ("OK", each.few_ok)) if is_few]
    return (
        *names,
        each.images,
        share(each.escapes, each.ng, each.escape_rate, each.escape_bound),
        share(each.overkills, each.ok, each.overkill_rate, each.overkill_bound),
        None if each.auroc is None else f"{each.auroc:.3f}",
        f"few {' and '.join(few)}" if few else "",
    )


def describe_classes(found: RunClasses) -> None:
    if not found.scores_classes:
        line("this run scores no defect classes: train one of method probe or fine_tune")
        return
    line(f"measured on {found.split} ({found.split_rule})")
    rows = [
        (
            each.class_id,
            each.images,
            _at_least(each.found, each.images, each.recall, each.recall_bound),
            _at_least(each.found, each.named, each.precision, each.precision_bound),
            None if each.auroc is None else f"{each.auroc:.3f}",
            "few" if each.few else "",
        )
        for each in found.items
    ]
    table("class", "images", "recall", "precision", "AUROC", "note", rows=rows)
    for one in found.unlearnt:
        line(f"not learnt: {one.class_id}, {one.images} NG images of {one.groups} groups are too few")
    cells = [(each.class_id or "none", each.predicted or "none", each.images) for each in found.confusion]
    table("class", "the model says", "images", rows=cells)


def _at_least(hits: int, trials: int, rate: float | None, bound: float | None) -> str:
    if rate is None or bound is None:
        return f"{hits} of {trials}"
    return f"{hits} of {trials}: {rate:.1%} (true rate ≥ {bound:.1%})"


def describe_defect_sizes(found: DefectSizes) -> None:
    if not found.items:
        line(f"no size to show: the run has no maps, or no defect of {found.split} is marked")
        return
    scale = "" if found.pixels_per_mm is None else f", {1 / found.pixels_per_mm:g} mm per pixel"
    line(f"marked defects of {found.split} ({found.split_rule}), longer side{scale}")
    rows = [
        (
            _range(each.least, each.beyond, "px"),
            *([] if each.least_mm is None else [_range(each.least_mm, each.beyond_mm, "mm")]),
            f"{each.found} of {each.defects}",
            f"{each.recall:.1%}",
            "" if each.missed_bound is None else f"{1 - each.missed_bound:.1%}",
        )
        for each in found.items
    ]
    sizes = ("size",) if found.pixels_per_mm is None else ("size", "millimetres")
    table(*sizes, "found", "recall", "at least (95 %)", rows=rows)


def _range(least: float, beyond: float | None, unit: str) -> str:
    return f"{least:.3g} {unit} or more" if beyond is None else f"{least:.3g}–{beyond:.3g} {unit}"
