"""`kenpin dataset`: datasets, their splits, windows of deep grey, regions of interest and scales."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from functions.api.datasets.answers import Dataset
from functions.api.rounds.answers import Rounds
from functions.api.splits.answers import JoinedDuplicates, PlannedSplits
from host.cli.classes import class_names
from host.cli.connect import connect
from host.cli.data_health import check_health, describe_health
from host.cli.failures import Refused
from host.cli.options import AsOf, AsOfTime, DatasetId, ImageIds, Json, ProjectId, Reason, group
from host.cli.output import fields, line, show, show_all, show_json, table
from host.cli.output import images as images_of
from host.cli.regions import polygons_of, print_regions, size_of
from host.cli.resolve import full_ids
from host.cli.rounds import describe_rounds
from host.cli.split import (
    assign_groups,
    carry_out,
    classes_of,
    confirm_plan,
    describe_duplicates,
    describe_plan,
    groups_by_name,
    new_batch,
    print_undo,
    search_duplicates,
)
from kenpin.domain.recipe import Method

app = group("Datasets: what they hold, splits, windows of deep grey, regions of interest.")


@app.command("create")
def create(
    project_id: ProjectId,
    dataset_id: Annotated[str, typer.Argument(metavar="DATASET", help="Slug of the new dataset.")],
    name: Annotated[str | None, typer.Option(help="What people call it; left out, its id.")] = None,
    json: Json = False,
) -> None:
    """Create a dataset in a project."""
    body = {"dataset_id": dataset_id, "project_id": project_id, "name": name or dataset_id}
    accepted = connect().post("/datasets", body)
    show(accepted, json, lambda: line(f"dataset {accepted.id} is open in {project_id}"))


@app.command("list")
def list_datasets(
    project: Annotated[str | None, typer.Option(help="Only those of this project.")] = None,
    as_of: AsOfTime = None,
    json: Json = False,
) -> None:
    """List datasets."""

    found = list(connect().items("/datasets", Dataset, project_id=project, as_of=as_of))
    rows = ((d.dataset_id, d.project_id, d.images, d.excluded, d.suggested, d.version) for d in found)
    columns = ("dataset", "project", "images", "excluded", "suggested", "version")
    show_all(found, json, lambda: table(*columns, rows=rows))


@app.command("show")
def show_dataset(dataset_id: DatasetId, as_of: AsOf = None, json: Json = False) -> None:
    """Show a dataset: counts by split and verdict, tags, version and hash."""

    dataset = connect().get(f"/datasets/{dataset_id}", Dataset, as_of=as_of)
    show(dataset, json, lambda: _describe(dataset))


def _describe(dataset: Dataset) -> None:
    fields(
        dataset=dataset.dataset_id,
        project=dataset.project_id,
        version=f"{dataset.version} ({dataset.hash[:12]}…)",
        images=f"{dataset.images}, of which excluded {dataset.excluded}",
        suggested=dataset.suggested,
        tags=", ".join(f"{tag.name}@{tag.version}" for tag in dataset.tags) or None,
    )
    rows = ((split, c.OK, c.NG, c.HOLD, c.unlabelled) for split, c in dataset.counts.items())
    table("split", "OK", "NG", "HOLD", "unlabelled", rows=rows)
    if dataset.windows:
        windows = ((w.camera or "(any other)", w.low, w.high, w.how, w.by, w.at) for w in dataset.windows)
        table("camera", "black", "white", "from", "set by", "at", rows=windows)
    if dataset.regions:
        print_regions(dataset.regions)
    if dataset.scales:
        scales = ((s.camera or "(any other)", s.mm_per_pixel, s.reason, s.by, s.at) for s in dataset.scales)
        table("camera", "mm per pixel", "reason", "set by", "at", rows=scales)


@app.command("window")
def set_window(
    dataset_id: DatasetId,
    low: Annotated[
        float | None, typer.Argument(metavar="[LOW]", help="This value, and all below it, is black.")
    ] = None,
    high: Annotated[
        float | None, typer.Argument(metavar="[HIGH]", help="This value, and all above it, is white.")
    ] = None,
    camera: Annotated[
        str | None,
        typer.Option(help="Only for this camera; left out, for all without a window of their own."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Remove the window.")] = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Set or remove the window of deep grey: of pictures of more than 8 bits, or of float."""
    body: dict[str, object] = {"camera": camera, "reason": reason}
    if clear and low is None:
        accepted = connect().post(f"/datasets/{dataset_id}/window-removals", body)
        done = "the window is removed"
    elif not clear and low is not None and high is not None:
        accepted = connect().post(f"/datasets/{dataset_id}/windows", {"low": low, "high": high} | body)
        done = f"{low:g} is black and {high:g} white"
    else:
        raise Refused("give the values of black and of white, or remove the window with --clear")
    whose = f"camera {camera}" if camera else "all cameras without a window of their own"
    show(accepted, json, lambda: line(f"{done} for {whose} since version {accepted.version}"))


@app.command("scale")
def set_scale(
    dataset_id: DatasetId,
    reason: Annotated[str, typer.Option(help="How it was measured, or why it is removed.")],
    mm_per_pixel: Annotated[
        float | None,
        typer.Argument(metavar="[MM]", help="Millimetres of one pixel on the part.", min=1e-6, max=1e3),
    ] = None,
    camera: Annotated[
        str | None,
        typer.Option(help="Only for this camera; left out, for all without a scale of their own."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Remove the scale.")] = False,
    json: Json = False,
) -> None:
    """Set or remove the scale of a camera: the millimetres of a pixel."""
    if clear == (mm_per_pixel is not None):
        raise Refused("give the millimetres of a pixel, or remove the scale with --clear")
    body: dict[str, object] = {"camera": camera, "reason": reason}
    if mm_per_pixel is None:
        accepted = connect().post(f"/datasets/{dataset_id}/scale-removals", body)
        done = "the scale is removed"
    else:
        accepted = connect().post(f"/datasets/{dataset_id}/scales", body | {"mm_per_pixel": mm_per_pixel})
        done = f"a pixel is {mm_per_pixel:g} mm"
    whose = f"camera {camera}" if camera else "all cameras without a scale of their own"
    show(accepted, json, lambda: line(f"{done} for {whose} since version {accepted.version}"))


@app.command("region")
def set_region(
    dataset_id: DatasetId,
    size: Annotated[
        str, typer.Option(metavar="W,H", help="Size of the picture that the corners are pixels of.")
    ] = "",
    include: Annotated[
        Path | None, typer.Option(help="JSON file of the polygons of the part: [[[x, y], …], …].")
    ] = None,
    box: Annotated[
        list[str] | None, typer.Option(metavar="X,Y,W,H", help="A box of the part; may be repeated.")
    ] = None,
    ignore: Annotated[Path | None, typer.Option(help="JSON file of the polygons that do not count.")] = None,
    ignore_box: Annotated[
        list[str] | None, typer.Option(metavar="X,Y,W,H", help="A box that does not count; may be repeated.")
    ] = None,
    camera: Annotated[
        str | None,
        typer.Option(help="Only for this camera; left out, for all without a region of their own."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Remove the region.")] = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Set the region of interest: the part of the pictures that is learnt from and judged."""
    included, ignored = polygons_of(include, box or []), polygons_of(ignore, ignore_box or [])
    body: dict[str, object] = {"camera": camera, "reason": reason}
    if clear == bool(included or ignored):
        raise Refused(
            "draw the region with --include, --box, --ignore or --ignore-box, or remove it with --clear"
        )
    if not clear:
        width, height = size_of(size)
        body |= {"width": width, "height": height, "include": included, "ignore": ignored}
    accepted = connect().post(f"/datasets/{dataset_id}/regions", body)
    whose = f"camera {camera}" if camera else "all cameras without a region of their own"
    done = "removed" if clear else "set"
    show(
        accepted,
        json,
        lambda: line(f"region of interest {done} for {whose} since version {accepted.version}"),
    )


@app.command("split")
def split(
    dataset_id: DatasetId,
    split: Annotated[str, typer.Argument(metavar="[SPLIT]", help="train, validation or test.")] = "",
    images: Annotated[
        list[str] | None, typer.Argument(metavar="[IMAGE]…", help="With SPLIT: the images to put into it.")
    ] = None,
    rule: Annotated[
        str, typer.Option(help="How these were chosen; it stands beside every metric.")
    ] = "by hand",
    by: Annotated[
        str | None,
        typer.Option(help="Split all images by part, lot, session, group (as they are grouped) or time."),
    ] = None,
    test: Annotated[float, typer.Option(help="With --by: share of the test split.")] = 0.2,
    validation: Annotated[float, typer.Option(help="With --by: share of the validation split.")] = 0.0,
    seed: Annotated[int, typer.Option(help="With --by: the same seed makes the same split.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --by: only show the plan.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --by: do not ask.")] = False,
    json: Json = False,
) -> None:
    """Assign images to a split, or split all of them by whole groups. An image leaves test only by undo."""
    if by is None:
        return _split_by_hand(dataset_id, split, images or [], rule, json)
    if split:
        raise Refused("--by splits all images; leave SPLIT and the images out")
    wish: dict[str, object] = {"by": by, "test": test, "validation": validation, "seed": seed}
    _split_by_rule(dataset_id, wish, "plan" if dry_run else "yes" if yes else "ask", json)


def _split_by_hand(dataset_id: str, split: str, images: list[str], rule: str, json: bool) -> None:
    if not split or not images:
        raise Refused("name a split and its images, or split all of them with --by part")
    client = connect()
    body = {"image_ids": full_ids(client, dataset_id, images), "split": split, "rule": rule}
    accepted = client.post(f"/datasets/{dataset_id}/splits", body)
    show(
        accepted, json, lambda: line(f"{images_of(len(images))} in {split} since version {accepted.version}")
    )


def _split_by_rule(
    dataset_id: str, wish: dict[str, object], upto: Literal["plan", "ask", "yes"], json: bool
) -> None:
    """Show the plan, and carry it out unless only the plan is wanted or the answer is no."""
    client = connect()
    batch = new_batch(client, "split")
    plan = client.ask(f"/datasets/{dataset_id}/splits/plan", wish, PlannedSplits)
    if upto == "plan":
        return show(
            plan, json, lambda: describe_plan(plan, class_names(client, dataset_id, classes_of(plan)))
        )
    if not json:
        describe_plan(plan, class_names(client, dataset_id, classes_of(plan)))
    if upto == "ask":
        confirm_plan(plan)
    done = carry_out(client, dataset_id, wish, plan)
    show(done, json, lambda: line(f"{images_of(done.images)} moved; version {done.version}"))
    if not json:
        print_undo(dataset_id, batch)


@app.command("group")
def group_images(
    dataset_id: DatasetId,
    name: Annotated[str, typer.Argument(metavar="GROUP", help="Name of the group.")],
    images: ImageIds,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Put images into a group, which no split by group separates."""
    client = connect()
    named = {"image_ids": full_ids(client, dataset_id, images), "group": name}
    accepted = client.post(f"/datasets/{dataset_id}/groups", {"groups": [named], "reason": reason})
    show(
        accepted,
        json,
        lambda: line(f"{images_of(len(images))} in group {name} since version {accepted.version}"),
    )


@app.command("group-by-name")
def group_by_name(
    dataset_id: DatasetId,
    pattern: Annotated[
        str,
        typer.Argument(
            metavar="PATTERN", help="Regular expression on the file name; its brackets hold the group."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the groups.")] = False,
    json: Json = False,
) -> None:
    """Put images into groups by their file names."""
    client = connect()
    batch = new_batch(client, "group")
    groups = groups_by_name(client.images(dataset_id), pattern)
    version = None if dry_run else assign_groups(client, dataset_id, groups, f"file name like {pattern}")
    counts = {name: len(ids) for name, ids in sorted(groups.items())}
    if json:
        return show_json({"groups": counts, "version": version, "batch_id": version and batch})
    table("group", "images", rows=counts.items())
    if version:
        line(f"{len(groups)} groups since version {version}")
        print_undo(dataset_id, batch)


@app.command("grouping")
def grouping(
    dataset_id: DatasetId,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="part, lot or session.")],
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Group images by a field of their capture condition, where they were put into no group."""
    accepted = connect().put(f"/datasets/{dataset_id}/grouping", {"field": field, "reason": reason})
    show(accepted, json, lambda: line(f"images are grouped by {field}; version {accepted.version}"))


@app.command("duplicates")
def duplicates(
    dataset_id: DatasetId,
    join: Annotated[bool, typer.Option("--join", help="Put what looks alike into one group.")] = False,
    json: Json = False,
) -> None:
    """List images that look alike and are in two groups, those in two splits first."""
    client = connect()
    found = search_duplicates(client, dataset_id)
    if not join:
        return show(found, json, lambda: describe_duplicates(found))
    batch = new_batch(client, "join")
    done = client.ask(f"/datasets/{dataset_id}/duplicates/groups", {}, JoinedDuplicates)
    show(done, json, lambda: line(f"{images_of(done.images)} joined other groups; version {done.version}"))
    if not json:
        print_undo(dataset_id, batch)


@app.command("health")
def health(dataset_id: DatasetId, json: Json = False) -> None:
    """Tell what is missing for learning, and which pictures are unlike the others of their camera."""
    found = check_health(connect(), dataset_id)
    show(found, json, lambda: describe_health(found))


@app.command("rounds")
def rounds(
    dataset_id: DatasetId,
    method: Annotated[Method | None, typer.Option(help="Of the runs; left out, that of the newest.")] = None,
    most: Annotated[int, typer.Option(min=1, max=50, help="The largest number of rounds.")] = 10,
    json: Json = False,
) -> None:
    """Tell what people's time bought: judgements between two runs, and the mistakes of both."""
    found = connect().get(f"/datasets/{dataset_id}/rounds", Rounds, method=method, most=most)
    show(found, json, lambda: describe_rounds(found.items))
