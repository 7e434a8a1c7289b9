"""`kenpin label-book`: the label standard at any revision, and its changes."""

from __future__ import annotations

from typing import Annotated

import typer

from functions.api.label_book.answers import BookClass, BookRevision, LabelBook
from host.cli.connect import connect
from host.cli.failures import Refused
from host.cli.options import AsOf, Json, ProjectId, Reason, group
from host.cli.output import fields, first_of, line, show, show_all, table

app = group("The label book: what each defect class means, as of any revision.")


@app.command("show")
def show_book(
    project_id: ProjectId,
    revision: Annotated[int | None, typer.Option(min=0, help="As of this revision of the book.")] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show the book with its rules and limit samples."""

    book = connect().get(f"/projects/{project_id}/label-book", LabelBook, revision=revision, as_of=as_of)
    show(book, json, lambda: _describe(book))


@app.command("revise")
def revise(
    project_id: ProjectId,
    class_id: Annotated[
        str | None, typer.Option("--class", help="The class; left out, what holds for every class.")
    ] = None,
    rules: Annotated[str | None, typer.Option(help="What holds for every class.")] = None,
    counts: Annotated[str | None, typer.Option(help="What counts as the class.")] = None,
    counts_not: Annotated[str | None, typer.Option(help="What looks like it and does not count.")] = None,
    limits: Annotated[str | None, typer.Option(help="Sizes in mm or px: `longer than 5 mm`.")] = None,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Revise a rule. The old decisions that this puts in question are listed automatically."""

    client = connect()
    if class_id is None:
        if rules is None:
            raise Refused("say what to revise: --class with its rule, or --rules for every class")
        accepted = client.put(f"/projects/{project_id}/label-book", {"rules": rules, "reason": reason})
        return show(accepted, json, lambda: line(f"the rules of {project_id} are revised"))
    given = {"counts": counts, "counts_not": counts_not, "limits": limits}
    body = _revised_class(project_id, class_id, {k: v for k, v in given.items() if v is not None})
    accepted = client.post(f"/projects/{project_id}/defect-classes", body)
    show(accepted, json, lambda: line(f"class {class_id} of {project_id} is revised"))


@app.command("retire")
def retire(
    project_id: ProjectId,
    class_id: Annotated[str, typer.Argument(metavar="CLASS", help="The defect class.")],
    reason: Reason,
    json: Json = False,
) -> None:
    """Retire a class. Labels that have it stay, and are listed to be judged again."""
    path = f"/projects/{project_id}/defect-classes/{class_id}/retirement"
    accepted = connect().post(path, {"reason": reason})
    show(accepted, json, lambda: line(f"class {class_id} of {project_id} is retired"))


def _revised_class(project_id: str, class_id: str, given: dict[str, str]) -> dict[str, object]:
    """Return the class with these parts of its rule replaced."""

    book = connect().get(f"/projects/{project_id}/label-book", LabelBook)
    found = next((each for each in book.classes if each.class_id == class_id), None)
    if found is None:
        raise Refused(
            f"{project_id} has no class {class_id}; define it with `kenpin project class {project_id} {class_id}`"
        )
    current = found.model_dump(mode="json", include={"class_id", "name", "name_ja", "key", "description"})
    rule = found.model_dump(mode="json")["rule"] or {}
    return current | {"rule": rule | given}


@app.command("history")
def history(
    project_id: ProjectId,
    limit: Annotated[int, typer.Option(min=1, help="The largest number to show.")] = 50,
    json: Json = False,
) -> None:
    """List the revisions, newest first: who, when, why."""

    found = connect().items(f"/projects/{project_id}/label-book/revisions", BookRevision)
    shown = first_of(found, limit)
    rows = ((r.revision, r.at, r.by, r.what, r.class_id or "", r.sample_id or "", r.reason) for r in shown)
    columns = ("revision", "when", "who", "what", "class", "sample", "why")
    show_all(shown, json, lambda: table(*columns, rows=rows))


def _describe(book: LabelBook) -> None:
    fields(project=book.project_id, revision=book.revision, version=book.as_of, rules=book.rules or None)
    rows = ((c.key, c.class_id, c.name, c.name_ja, *_rule(c), _samples(c), _state(c)) for c in book.classes)
    columns = ("key", "class", "name", "日本語", "counts", "does not count", "limits", "samples ○/×", "")
    table(*columns, rows=rows)


def _rule(book_class: BookClass) -> tuple[str, str, str]:
    return (
        (book_class.rule.counts, book_class.rule.counts_not, book_class.rule.limits)
        if book_class.rule
        else ("", "", "")
    )


def _samples(book_class: BookClass) -> str:
    valid = [each.side for each in book_class.samples if each.status == "valid"]
    return f"{valid.count('accepted')}/{valid.count('rejected')}"


def _state(book_class: BookClass) -> str:
    return "" if book_class.retired is None else f"retired: {book_class.retired}"
