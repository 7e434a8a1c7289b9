"""`kenpin import`: bring images, labels and splits from files into a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from host.cli.connect import connect
from host.cli.failures import AnswerIsNo, Refused
from host.cli.options import DatasetId, Json
from host.cli.output import fields, images, show_json, warn
from host.cli.progress import bars
from host.cli.transfer import ImportReport, Transfer
from host.importers import captures, elpv, folder, lookout_manifest
from host.importers.entry import Problem, SourceEntry, Unreadable

Split = Literal["train", "validation", "test"]
PROBLEMS_SHOWN = 20


def import_images(
    dataset_id: DatasetId,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A .manifest file, a folder, or the word elpv.")
    ],
    root: Annotated[
        Path | None, typer.Option(help="Folder of the files that a manifest names in S3.")
    ] = None,
    captures: Annotated[
        Path | None, typer.Option(help="CSV of capture conditions, with a column `file`.")
    ] = None,
    split: Annotated[Split | None, typer.Option(help="Split of every image of a manifest.")] = None,
    json: Json = False,
) -> None:
    """Import images. A repeated import changes nothing, and no judgement in the dataset is replaced."""

    try:
        entries = list(_with_captures(_read(source, root, split), captures))
    except Unreadable as reason:
        raise Refused(str(reason)) from None
    name = Path(source).name
    with bars() as progress:
        report = Transfer(connect(), dataset_id, name, _split_rule(source), progress).run(entries)
    _print_report(report, json)


def _read(source: str, root: Path | None, split: Split | None) -> Iterator[SourceEntry | Problem]:

    if source == "elpv":
        warn(elpv.LICENCE)
        return elpv.read()
    path = Path(source)
    if path.is_dir():
        return folder.read(path)
    return lookout_manifest.read(path, root, split)


def _with_captures(
    entries: Iterator[SourceEntry | Problem], table: Path | None
) -> Iterator[SourceEntry | Problem]:

    return entries if table is None else captures.added(entries, captures.read(table))


def _split_rule(source: str) -> str:

    return elpv.SPLIT_RULE if source == "elpv" else f"given by {Path(source).name}"


def _print_report(report: ImportReport, as_json: bool) -> None:

    for problem in report.problems[:PROBLEMS_SHOWN]:
        warn(f"{problem.where}: {problem.what}")
    if as_json:
        show_json(msgspec.to_builtins(report))
    else:
        fields(
            dataset=f"{report.dataset_id} at version {report.version}",
            new=report.registered,
            known=report.known,
            judged=report.judged,
            already_judged=report.already_judged,
            put_in_a_split=report.split,
            undo_with=f"kenpin undo {report.dataset_id} {report.batch_id}" if report.version else None,
        )
    if report.problems:
        raise AnswerIsNo(f"{images(len(report.problems))} could not be imported; correct and import again")
