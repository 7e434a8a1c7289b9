"""`kenpin export`: a dataset as of a version in the formats of other tools, or its events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from functions.api.exports.answers import ExportPlan, FormatPlan
from host.cli.classes import class_id_of
from host.cli.client import Client, Query
from host.cli.connect import connect
from host.cli.event_export import EventFormat, export_events
from host.cli.exporting import Mode, RemoteImages, export_of, write_export
from host.cli.failures import AnswerIsNo, Refused, refusing_to_write
from host.cli.options import AsOf, DatasetId, Json
from host.cli.output import fields, images, line, show_json, warn
from host.cli.progress import bars
from kenpin.exporting.catalogue import FORMATS
from kenpin.exporting.losses import EFFECT_WORDS, FACT_WORDS

PROBLEMS_SHOWN = 20


def export(
    dataset_id: DatasetId,
    format: Annotated[str | None, typer.Option(help=", ".join(FORMATS) + ".")] = None,
    events: Annotated[
        EventFormat | None,
        typer.Option(help="Events in place of images, with those of the project, runs and models."),
    ] = None,
    to: Annotated[
        Path, typer.Option(help="A folder that is not there yet, or a file that ends with .zip.")
    ] = Path("kenpin-export"),
    mode: Annotated[
        Mode,
        typer.Option(
            "--images",
            help="linked: hard links, on the machine that stores them; referenced: their digests alone.",
        ),
    ] = "copied",
    as_of: AsOf = None,
    verdict: Annotated[str | None, typer.Option(help="OK, NG, HOLD or unlabelled.")] = None,
    split: Annotated[str | None, typer.Option(help="train, validation, test or unassigned.")] = None,
    defect_class: Annotated[
        str | None, typer.Option("--class", help="Only images with a defect of this class: its id or a name.")
    ] = None,
    product: Annotated[str | None, typer.Option()] = None,
    line: Annotated[str | None, typer.Option()] = None,
    light: Annotated[str | None, typer.Option()] = None,
    group: Annotated[str | None, typer.Option(help="Only images of this group.")] = None,
    excluded: Annotated[bool, typer.Option(help="Export excluded images instead.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what the format cannot carry, and write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Export a dataset as of a version. The bytes of images are those that came in."""
    filters: dict[str, Query] = {
        "verdict": verdict,
        "split": split,
        "defect_class": defect_class,
        "product": product,
        "line": line,
        "light": light,
        "group": group,
        "excluded": excluded or None,
    }
    if to.exists() and not dry_run:
        raise Refused(f"{to} is there already; name a new folder or file with --to")
    client = connect()
    if events:
        if format or dry_run or mode != "copied" or any(filters.values()):
            raise Refused("--events goes with --as-of, --to and --json alone")
        plan = client.get(f"/datasets/{dataset_id}/exports/plan", ExportPlan, as_of=as_of)
        return _export_events(client, plan, events, to, json)
    chosen = _checked(format, to, mode)
    filters["defect_class"] = class_id_of(client, dataset_id, defect_class)
    plan = client.get(f"/datasets/{dataset_id}/exports/plan", ExportPlan, **filters, as_of=as_of)
    [about_format] = [each for each in plan.formats if each.name == chosen]
    wrong: list[str] = []
    if not dry_run:
        _check_images(plan, about_format)
        found = RemoteImages(client, plan, filters)
        with refusing_to_write(to), bars() as progress:
            progress.stage("export", about_format.images)
            wrong = write_export(export_of(client, plan, found), chosen, to, found, mode, progress)
    _print_report(plan, about_format, None if dry_run else to, wrong, json)


def _checked(format: str | None, to: Path, mode: Mode) -> str:
    """Return the format that was chosen. Raises Refused."""
    if format is None or format not in FORMATS:
        what = f"there is no format {format}" if format else "no format is given"
        raise Refused(f"{what}; say --format with one of {', '.join(FORMATS)}, or --events")
    if mode == "linked" and to.suffix == ".zip":
        raise Refused("a zip file cannot hold links; name a folder, or take --images copied")
    return format


def _check_images(plan: ExportPlan, about_format: FormatPlan) -> None:
    """Raise Refused where there is nothing to write."""
    if not plan.images:
        raise Refused(
            f"no image of {plan.dataset_id} matches at version {plan.version}; give other filters, or none"
        )
    if not about_format.images:
        raise Refused(
            f"{about_format.title} leaves out every image that matches ({plan.images:,}); --dry-run says why, and "
            "--format jsonl takes every image"
        )


def _export_events(client: Client, plan: ExportPlan, format: EventFormat, to: Path, as_json: bool) -> None:
    with refusing_to_write(to), bars() as progress:
        count = export_events(client, plan, format, to, progress)
    if as_json:
        show_json({"dataset_id": plan.dataset_id, "version": plan.version, "events": count, "to": str(to)})
    else:
        fields(dataset=f"{plan.dataset_id} at version {plan.version}", events=count, written_to=str(to))


def _print_report(
    plan: ExportPlan, about_format: FormatPlan, to: Path | None, wrong: list[str], as_json: bool
) -> None:
    for sentence in wrong[:PROBLEMS_SHOWN]:
        warn(sentence)
    if as_json:
        about = {"dataset_id": plan.dataset_id, "version": plan.version, "matching": plan.images}
        about |= about_format.model_dump(include={"images", "bytes"})
        lost = about_format.model_dump()["losses"]
        named = {"format": about_format.name, "to": None if to is None else str(to)}
        show_json({**about, **named, "cannot_carry": lost, "wrong": wrong})
    else:
        fields(
            dataset=f"{plan.dataset_id} at version {plan.version}",
            format=about_format.title,
            images=_images(plan, about_format),
            written_to=None if to is None else str(to),
        )
        _print_losses(about_format)
    if wrong:
        raise AnswerIsNo(f"{images(len(wrong))} could not be read; the export lacks them")


def _images(plan: ExportPlan, about_format: FormatPlan) -> str:
    of_all = "" if about_format.images == plan.images else f" of {plan.images:,}"
    return f"{about_format.images:,}{of_all}, {about_format.bytes:,} bytes"


def _print_losses(about_format: FormatPlan) -> None:
    if about_format.losses:
        line(f"{about_format.title} cannot carry:")
    for loss in about_format.losses:
        line(f"  {loss.count:,} × {FACT_WORDS[loss.fact]}: {EFFECT_WORDS[loss.effect]}")
