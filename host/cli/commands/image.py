"""`kenpin image`: list, show, exclude, restore and erase images, and show their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from functions.api.decision_chains.answers import Chain, Link
from functions.api.history.answers import RecordedEvent
from functions.api.images.answers import Image
from host.cli.classes import class_id_of, class_names, names_of_defects
from host.cli.client import Client
from host.cli.connect import connect
from host.cli.corrections import Corrections, corrections_of_table, named_fields, send
from host.cli.failures import AnswerIsNo, Refused
from host.cli.options import AsOf, DatasetId, ImageId, ImageIds, Json, Reason, confirm, group
from host.cli.output import Cell, fields, first_of, line, show, show_all, show_json, table, warn
from host.cli.output import images as images_of
from host.cli.resolve import full_ids

app = group("Images: list, show, history, chain, correct, exclude, restore, erase.")


@app.command("list")
def list_images(
    dataset_id: DatasetId,
    verdict: Annotated[str | None, typer.Option(help="OK, NG, HOLD or unlabelled.")] = None,
    split: Annotated[str | None, typer.Option(help="train, validation, test or unassigned.")] = None,
    defect_class: Annotated[
        str | None, typer.Option("--class", help="Only images with a defect of this class: its id or a name.")
    ] = None,
    product: Annotated[str | None, typer.Option()] = None,
    line: Annotated[str | None, typer.Option()] = None,
    group: Annotated[str | None, typer.Option(help="Only images of this group.")] = None,
    excluded: Annotated[bool, typer.Option(help="Show excluded images instead.")] = False,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """List images of a dataset, in the order they came."""
    client = connect()
    query = {
        "verdict": verdict,
        "split": split,
        "defect_class": class_id_of(client, dataset_id, defect_class),
        "product": product,
        "line": line,
        "group": group,
    }
    found = client.images(dataset_id, **query, excluded=excluded, as_of=as_of)
    images = first_of(found, limit)
    show_all(images, json, lambda: _print_images(client, dataset_id, images))


def _print_images(client: Client, dataset_id: str, images: Sequence[Image]) -> None:
    names = _class_names(client, dataset_id, images)
    rows = (
        (
            i.image_id[:12],
            i.name,
            i.verdict,
            names_of_defects(i.defects, names),
            i.split,
            i.capture.line,
            i.revision,
        )
        for i in images
    )
    table("image", "name", "verdict", "defects", "split", "line", "revision", rows=rows)


def _class_names(client: Client, dataset_id: str, images: Iterable[Image]) -> Mapping[str, str]:
    return class_names(client, dataset_id, (each.class_id for image in images for each in image.defects))


@app.command("show")
def show_image(dataset_id: DatasetId, image_id: ImageId, as_of: AsOf = None, json: Json = False) -> None:
    """Show an image: what is known about it, and who said so."""

    client = connect()
    (id,) = full_ids(client, dataset_id, [image_id])
    image = client.get(f"/datasets/{dataset_id}/images/{id}", Image, as_of=as_of)
    show(image, json, lambda: _describe(image, _class_names(client, dataset_id, [image])))


def _describe(image: Image, names: Mapping[str, str]) -> None:
    annotation, place = image.annotation, image.suggestion
    fields(
        image=image.image_id,
        name=image.name,
        size=f"{image.width}×{image.height}, {image.size:,} bytes, {image.media_type}",
        verdict=image.verdict,
        defects=names_of_defects(image.defects, names),
        split=image.split,
        group=image.group,
        excluded=image.excluded,
        **{name: value for name, value in msgspec.to_builtins(image.capture).items() if value},
        judged=f"by {annotation.by} in version {annotation.version}, label book {annotation.label_book_revision}"
        if annotation
        else None,
        reason=annotation.reason or None if annotation else None,
        suggested=f"{place.reason}, place {place.rank}" if place else None,
        revision=image.revision,
    )


@app.command("history")
def history(dataset_id: DatasetId, image_id: ImageId, as_of: AsOf = None, json: Json = False) -> None:
    """Show everything that happened to an image, oldest first."""

    client = connect()
    (id,) = full_ids(client, dataset_id, [image_id])
    path = f"/datasets/{dataset_id}/images/{id}/history"
    events = list(client.items(path, RecordedEvent, as_of=as_of))
    rows = ((e.version, e.recorded_at, e.type, e.actor) for e in events)
    show_all(events, json, lambda: table("version", "at", "what", "who", rows=rows))


@app.command("chain")
def chain(
    dataset_id: DatasetId,
    image_id: ImageId,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show an image's decision chain: the decisions about it, and the runs and models it went into."""

    client = connect()
    (id,) = full_ids(client, dataset_id, [image_id])
    found = client.get(f"/datasets/{dataset_id}/images/{id}/decisions", Chain, as_of=as_of)
    columns = ("at", "version", "what", "is", "by", "why")
    show(found, json, lambda: table(*columns, rows=map(_link, found.links)))


def _link(link: Link) -> tuple[Cell, ...]:
    subject = link.model_id if link.kind == "model" else link.run_id if link.kind == "run" else None
    facts = (
        link.outcome,
        link.stage,
        link.used_as,
        subject,
        *link.classes,
        "ESCAPE" if link.escape else None,
    )
    change = f"{link.was or '–'} → {link.becomes or '–'}" if link.was or link.becomes else None
    numbers = [
        f"{name} {value:.4g}"
        for name, value in (("score", link.score), ("threshold", link.threshold))
        if value is not None
    ]
    outcome = ", ".join(each for each in (change, *facts, *numbers) if each)
    return (link.at, link.version, link.kind.replace("_", " "), outcome or None, link.by, link.reason)


@app.command("correct")
def correct(
    dataset_id: DatasetId,
    images: Annotated[list[str] | None, typer.Argument(metavar="[IMAGE…]", help="Images for --set.")] = None,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="A condition, such as line=L1.")
    ] = None,
    captures: Annotated[
        Path | None, typer.Option(help="Table of capture conditions, with a column `file`.")
    ] = None,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Correct capture conditions: of images by name, or by the rows of a table. What was recorded stays in history."""
    if bool(captures) == bool(images and change):
        raise Refused("name images and --set FIELD=VALUE, or give a table with --captures")
    client = connect()
    if captures:
        found = corrections_of_table(client, dataset_id, captures)
    else:
        found = _named(client, dataset_id, images or [], named_fields(change or []))
    for problem in found.unmatched:
        warn(f"{problem.where}: {problem.what}")
    versions = list(send(client, dataset_id, found, reason))
    done = {"corrected": len(versions), "version": versions[-1] if versions else None}
    if json:
        show_json({**done, "unmatched": [msgspec.to_builtins(problem) for problem in found.unmatched]})
    else:
        line(f"{images_of(len(versions))} corrected")
    if count := len(found.unmatched):
        rows = "1 row fits" if count == 1 else f"{count:,} rows fit"
        raise AnswerIsNo(f"{rows} no image; correct the table and run it again")


def _named(
    client: Client, dataset_id: str, names: list[str], change: Mapping[str, str | None]
) -> Corrections:
    path = f"/datasets/{dataset_id}/images"
    ids = full_ids(client, dataset_id, names)
    return Corrections([(client.get(f"{path}/{id}", Image), change) for id in ids], [])


@app.command("exclude")
def exclude(dataset_id: DatasetId, images: ImageIds, reason: Reason, json: Json = False) -> None:
    """Take images out of training and evaluation; they stay in history."""
    _change_images(dataset_id, images, "exclusions", reason, "excluded", json)


@app.command("restore")
def restore(dataset_id: DatasetId, images: ImageIds, reason: Reason = "", json: Json = False) -> None:
    """Take excluded images back in."""
    _change_images(dataset_id, images, "restorations", reason, "restored", json)


@app.command("erase")
def erase(
    dataset_id: DatasetId,
    images: ImageIds,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Delete the bytes of images for good. Their history stays."""
    if not yes:
        confirm(f"{images_of(len(images))} cannot be brought back. Erase?")
    _change_images(dataset_id, images, "erasures", reason, "erased", json)


def _change_images(
    dataset_id: str, images: list[str], collection: str, reason: str, done: str, json: bool
) -> None:
    client = connect()
    body = {"image_ids": full_ids(client, dataset_id, images), "reason": reason}
    accepted = client.post(f"/datasets/{dataset_id}/{collection}", body)
    show(
        accepted,
        json,
        lambda: line(f"{images_of(len(images))} {done}; {dataset_id} is at version {accepted.version}"),
    )
