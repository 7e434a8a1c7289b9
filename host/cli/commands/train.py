"""`kenpin train`: train a model on a dataset, and show the progress."""

from typing import Annotated, Final, get_args

import typer

from functions.api.runs.answers import RunAccepted, RunComparison
from host.cli.client import Client
from host.cli.comparison import describe_comparison
from host.cli.connect import connect
from host.cli.failures import Refused
from host.cli.follow import follow_run
from host.cli.member_names import member_id
from host.cli.options import DatasetId, Follow, Json
from host.cli.output import images, line, show, warn
from kenpin.domain.history_slice import SliceKind
from kenpin.domain.recipe import Method, RecipeValue

METHODS: Final = (
    "probe (seconds) and fine_tune (minutes) judge whole images; anomaly (from OK images alone) and segmentation "
    "(from marked defects) also say where."
)


def train(
    dataset_id: DatasetId,
    method: Annotated[Method | None, typer.Option(help=METHODS)] = None,
    architecture: Annotated[
        str | None,
        typer.Option(
            help="The network: efficientnet-lite0 (left out), efficientnet-lite1, efficientnet-lite2, or one that the "
            "project registered."
        ),
    ] = None,
    version: Annotated[int | None, typer.Option(help="Version of the dataset; left out, the newest.")] = None,
    seed: Annotated[int, typer.Option(help="The same data, recipe and seed make the same model.")] = 0,
    parent: Annotated[str | None, typer.Option(help="Model to go on from.")] = None,
    image_size: Annotated[
        int | None, typer.Option(help="Pixels of both sides, a multiple of 32 (probe, fine_tune).")
    ] = None,
    tiles_along: Annotated[
        int | None,
        typer.Option(
            help="Tiles along the longer side, 1 to 4, for small defects; left out, 1 (probe, fine_tune)."
        ),
    ] = None,
    long_side: Annotated[
        int | None,
        typer.Option(min=0, help="Pixels of the longer side; 0: the picture's own (anomaly, segmentation)."),
    ] = None,
    tile: Annotated[
        int | None,
        typer.Option(help="Largest side of a tile, a multiple of 32 (anomaly, segmentation)."),
    ] = None,
    top_places: Annotated[
        int | None,
        typer.Option(help="Highest places of the map that make an image's score (anomaly, segmentation)."),
    ] = None,
    overkill_aim: Annotated[
        float | None, typer.Option(help="Share of OK judged NG, where no image is NG (anomaly).")
    ] = None,
    region_of_interest: Annotated[
        bool | None,
        typer.Option(help="Learn from the region of interest of each camera; left out, it does."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="How often fine-tuning sees the data.")] = None,
    batch_size: Annotated[int | None, typer.Option()] = None,
    learning_rate: Annotated[float | None, typer.Option()] = None,
    may_turn: Annotated[
        bool | None, typer.Option(help="Fine-tuning sees images turned by quarter turns, too; left out, not.")
    ] = None,
    may_mirror: Annotated[
        bool | None, typer.Option(help="Fine-tuning sees images mirrored both ways, too; left out, it does.")
    ] = None,
    average_views: Annotated[
        bool | None,
        typer.Option(
            help="A fine-tuned model averages its score over the turned or mirrored image; left out, not."
        ),
    ] = None,
    held_out_of: Annotated[
        int | None,
        typer.Option(help="One image in so many is held out of fine-tuning, for the threshold; left out, 4."),
    ] = None,
    brightness: Annotated[
        float | None,
        typer.Option(help="Largest change of brightness that fine-tuning sees; left out, 0.1."),
    ] = None,
    soft_labels: Annotated[
        bool | None,
        typer.Option(
            help="Learn images on which people differ with the share who say NG; left out, it does (probe, fine_tune)."
        ),
    ] = None,
    escape_cost: Annotated[
        float | None, typer.Option(help="Cost of NG judged OK, for the threshold.")
    ] = None,
    overkill_cost: Annotated[
        float | None, typer.Option(help="Cost of OK judged NG, for the threshold.")
    ] = None,
    defect_rate: Annotated[
        float | None, typer.Option(help="Share of NG in production, for the threshold.")
    ] = None,
    escape_rate: Annotated[
        float | None, typer.Option(help="Escape rate that the threshold promises, such as 0.01.")
    ] = None,
    confidence: Annotated[
        float | None, typer.Option(help="Confidence of that promise; left out, 0.95.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(help="Run whose version, recipe and seed are taken over; no others then.")
    ] = None,
    without: Annotated[
        str | None,
        typer.Option(
            help="Images not to learn from, such as line=L3 (or product, lot, camera, light, group, "
            "captured_before, captured_after, person, label_book)."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why the run is asked for; it stays in history.")] = "",
    follow: Follow = True,
    json: Json = False,
) -> None:
    """Train a model on exactly one version of a dataset."""

    given: dict[str, RecipeValue] = {
        "architecture": architecture,
        "method": method,
        "image_size": image_size,
        "tiles_along": tiles_along,
        "long_side": long_side,
        "tile": tile,
        "top_places": top_places,
        "overkill_aim": overkill_aim,
        "region_of_interest": region_of_interest,
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "may_turn": may_turn,
        "may_mirror": may_mirror,
        "average_views": average_views,
        "held_out_of": held_out_of,
        "brightness": brightness,
        "soft_labels": soft_labels,
        "escape_cost": escape_cost,
        "overkill_cost": overkill_cost,
        "defect_rate": defect_rate,
        "escape_rate": escape_rate,
        "confidence": confidence,
    }
    recipe: dict[str, RecipeValue] = {name: value for name, value in given.items() if value is not None}
    if long_side == 0:
        recipe["long_side"] = None
    own = {"version": version, "recipe": recipe, "seed": seed, "parent_model": parent}
    body: dict[str, object] = {"dataset_id": dataset_id, "reason": reason}
    if like is None:
        body |= own
    else:
        body |= {"like": like, **{name: value for name, value in own.items() if value}}
    client = connect()
    if without is not None:
        body["without"] = slice_of(client, without)
    accepted = client.ask("/runs", body, RunAccepted)
    if accepted.left_out:
        warn(f"{images(accepted.left_out)} left out: nobody else has accepted their annotation")
    if follow:
        follow_run(client, accepted.id, json)
        if like and not json:
            describe_comparison(client.get(f"/runs/{accepted.id}/comparison", RunComparison, old_run=like))
    else:
        show(
            accepted,
            json,
            lambda: line(f"run {accepted.id} is queued; see it with: kenpin run follow {accepted.id}"),
        )


def slice_of(client: Client, given: str) -> dict[str, str]:
    """Return the kind and the value of `line=L3`; a person is named, and known by an id. Raises Refused."""
    kind, equals, value = given.partition("=")
    if not (equals and value) or kind not in get_args(SliceKind):
        raise Refused(
            f"--without takes KIND=VALUE, not {given!r}; KIND is one of {', '.join(get_args(SliceKind))}"
        )
    return {"kind": kind, "value": member_id(client, value) if kind == "person" else value}
