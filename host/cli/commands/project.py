"""`kenpin project`: projects, their products, label book and policy."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.projects.answers import Project
from host.cli.client import Client
from host.cli.commands import suggestion_mix
from host.cli.connect import connect
from host.cli.failures import Refused
from host.cli.gates import limits, show_limits
from host.cli.options import AsOf, AsOfTime, Json, ProjectId, Reason, group
from host.cli.output import fields, line, show, show_all, table
from host.cli.resolve import full_ids

app = group("Projects: products, label book, inspection policy, gates, automatic inspection.")
gates_app = group("Gates: limits that a model must keep before production.")
app.add_typer(gates_app, name="gates")
app.add_typer(suggestion_mix.app, name="suggestion-mix")
Name = Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")]


@app.command("create")
def create(
    name: Name,
    id: Annotated[str | None, typer.Option(help="Slug; left out, one is made.")] = None,
    json: Json = False,
) -> None:
    """Create a project."""
    accepted = connect().post("/projects", {"project_id": id, "name": name})
    show(accepted, json, lambda: line(f"project {accepted.id} is open"))


@app.command("list")
def list_projects(as_of: AsOfTime = None, json: Json = False) -> None:
    """List projects."""

    found = list(connect().items("/projects", Project, as_of=as_of))
    rows = ((p.project_id, p.name, p.datasets, len(p.defect_classes), p.version) for p in found)
    show_all(found, json, lambda: table("project", "name", "datasets", "classes", "version", rows=rows))


@app.command("show")
def show_project(project_id: ProjectId, as_of: AsOf = None, json: Json = False) -> None:
    """Show a project with its label book."""

    project = connect().get(f"/projects/{project_id}", Project, as_of=as_of)
    show(project, json, lambda: _describe(project))


def _describe(project: Project) -> None:
    policy = project.policy
    fields(
        project=project.project_id,
        name=project.name,
        datasets=project.datasets,
        products=", ".join(p.product_id for p in project.products) or None,
        label_book=f"revision {project.label_book_revision}",
        escape_cost=policy.escape_cost if policy else None,
        overkill_cost=policy.overkill_cost if policy else None,
        defect_rate=policy.defect_rate if policy else None,
        time_zone=project.time_zone,
        automatic_inspection="on" if project.automatic_inspection else "off",
    )
    rows = (
        (c.key, c.class_id, c.name, c.name_ja, "retired" if c.retired else "") for c in project.defect_classes
    )
    table("key", "class", "name", "日本語", "", rows=rows)


@app.command("class")
def define_class(
    project_id: ProjectId,
    class_id: Annotated[str, typer.Argument(metavar="CLASS", help="Slug of the defect class.")],
    name: Annotated[str | None, typer.Option(help="English name.")] = None,
    name_ja: Annotated[str, typer.Option(help="Japanese name.")] = "",
    key: Annotated[int | None, typer.Option(min=1, max=9, help="Digit key in the browser.")] = None,
    description: Annotated[str, typer.Option(help="What belongs to it, and what does not.")] = "",
    counts: Annotated[str, typer.Option(help="What counts as the class.")] = "",
    counts_not: Annotated[str, typer.Option(help="What looks like it and does not count.")] = "",
    limits: Annotated[str, typer.Option(help="Sizes in mm or px: `longer than 5 mm`.")] = "",
    examples: Annotated[
        list[str] | None,
        typer.Option("--example", metavar="DATASET/IMAGE", help="Shows what is meant; may repeat."),
    ] = None,
    colour: Annotated[str | None, typer.Option(help="Colour of its shapes, like `#e69f00`.")] = None,
    json: Json = False,
) -> None:
    """Define or revise a defect class. Rules, examples and a colour that are left out stay."""
    client = connect()
    rule = {"counts": counts, "counts_not": counts_not, "limits": limits}
    body = {
        "class_id": class_id,
        "name": name or class_id,
        "name_ja": name_ja,
        "key": key,
        "description": description,
        "rule": rule if any(rule.values()) else None,
        "examples": [_example(client, each) for each in examples] if examples else None,
        "colour": colour,
    }
    accepted = client.post(f"/projects/{project_id}/defect-classes", body)
    show(accepted, json, lambda: line(f"class {class_id} is in the label book of {project_id}"))


def _example(client: Client, given: str) -> dict[str, str]:
    dataset_id, _, image = given.partition("/")
    (image_id,) = full_ids(client, dataset_id, [image])
    return {"dataset_id": dataset_id, "image_id": image_id}


@app.command("product")
def define_product(
    project_id: ProjectId,
    product_id: Annotated[str, typer.Argument(metavar="PRODUCT", help="Slug of the product.")],
    name: Name,
    json: Json = False,
) -> None:
    """Define a product (品種)."""
    accepted = connect().post(f"/projects/{project_id}/products", {"product_id": product_id, "name": name})
    show(accepted, json, lambda: line(f"product {product_id} is defined in {project_id}"))


@app.command("policy")
def set_policy(
    project_id: ProjectId,
    escape_cost: Annotated[float, typer.Option(help="Cost of one NG part that leaves.")],
    overkill_cost: Annotated[float, typer.Option(help="Cost of one OK part thrown away.")] = 1.0,
    defect_rate: Annotated[float | None, typer.Option(help="Share of NG in production, 0 to 1.")] = None,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Set what mistakes cost in production."""
    body = {
        "escape_cost": escape_cost,
        "overkill_cost": overkill_cost,
        "defect_rate": defect_rate,
        "reason": reason,
    }
    accepted = connect().put(f"/projects/{project_id}/policy", body)
    show(
        accepted,
        json,
        lambda: line(f"{project_id}: an escape costs {escape_cost}, an overkill {overkill_cost}"),
    )


@app.command("time-zone")
def set_time_zone(
    project_id: ProjectId,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="Such as Asia/Tokyo.")],
    reason: Annotated[str, typer.Option(help="Why it is set.")],
    json: Json = False,
) -> None:
    """Set the time zone of the site: dates are shown, and days of drift counted, in it."""
    accepted = connect().put(f"/projects/{project_id}/time-zone", {"zone": zone, "reason": reason})
    show(accepted, json, lambda: line(f"{project_id} is in the time zone {zone}"))


@app.command("automatic-inspection")
def set_automatic_inspection(
    project_id: ProjectId,
    is_on: Annotated[bool | None, typer.Option("--on/--off", help="Turn it on or off.")] = None,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Let the models in production inspect the images that arrive, or no longer."""
    if is_on is None:
        raise Refused("say --on or --off")
    body = {"is_on": is_on, "reason": reason}
    accepted = connect().put(f"/projects/{project_id}/automatic-inspection", body)
    inspect = "inspect" if is_on else "no longer inspect"
    show(accepted, json, lambda: line(f"{project_id}: the models in production {inspect} what arrives"))


Limits = Annotated[
    list[str] | None,
    typer.Option(
        metavar="METRIC[@SPLIT][/CONDITION[:VALUE]]=LIMIT",
        help="A limit, such as auroc=0.9, or escape_rate/line=0.1 for every line; may repeat.",
    ),
]


@gates_app.command("set")
def set_gates(
    project_id: ProjectId,
    at_most: Limits = None,
    at_least: Limits = None,
    second_person: Annotated[
        bool,
        typer.Option("--second-person/--one-person", help="Nobody promotes a model of a run they asked for."),
    ] = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Set the limits that a model must keep before production. They replace those before."""
    asked = limits(at_most or [], at_least or [])
    body = {"limits": asked, "second_person": second_person, "reason": reason}
    accepted = connect().put(f"/projects/{project_id}/gates", body)
    person = ", and a second person promotes" if second_person else ""
    show(accepted, json, lambda: line(f"gates of {project_id}: {len(asked)}{person}"))


@gates_app.command("show")
def show_gates(project_id: ProjectId, as_of: AsOf = None, json: Json = False) -> None:
    """Show the gates of a project."""
    project = connect().get(f"/projects/{project_id}", Project, as_of=as_of)
    show(project, json, lambda: _describe_gates(project))


def _describe_gates(project: Project) -> None:
    gates = project.gates
    show_limits(gates.limits if gates else [])
    if gates and gates.second_person:
        line("a second person promotes: nobody promotes a model of a run they asked for")
