"""`kenpin import`: bring images, labels and splits from files into a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
import typer

from host.cli.connect import connect
from host.cli.failures import AnswerIsNo, Refused
from host.cli.options import DatasetId, Json
from host.cli.output import fields, images, show_json, warn
from host.cli.progress import bars
from host.cli.transfer import ImportReport, Transfer
from host.importers import elpv
from kenpin.importing.captures import matched, read_captures, with_captures
from kenpin.importing.entry import Problem, Source, SourceEntry, Unreadable
from kenpin.importing.formats import folder, lookout_manifest
from kenpin.importing.formats.annotated import ANNOTATED, recognised
from kenpin.importing.tree import FolderTree, Tree
from kenpin.settings import Settings

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
        found = _with_captures(_read(source, root, split), captures)
    except Unreadable as reason:
        raise Refused(str(reason)) from None
    with bars() as progress:
        report = Transfer(connect(), dataset_id, Path(source).name, progress).run(found)
    _print_report(report, json)


def _read(name: str, root: Path | None, split: Split | None) -> Source:
    if name == "elpv":
        warn(elpv.LICENCE)
        return elpv.source()
    path, rule = Path(name), f"given by {Path(name).name}"
    if path.is_dir():
        tree = FolderTree(path)
        return Source(tree, list(_with_known_words(_read_folder(tree))), rule)
    manifest = path.absolute()
    tree = FolderTree(root or manifest.parent.parent)
    place = str(manifest) if root else f"{manifest.parent.name}/{manifest.name}"
    return Source(tree, list(_with_known_words(lookout_manifest.read_manifest(tree, place, split))), rule)


def _read_folder(tree: Tree) -> Iterator[SourceEntry | Problem]:
    """Read the annotations of a folder, or the names of its folders where it has none."""
    match recognised(tree):
        case []:
            return folder.read(tree)
        case [name]:
            return ANNOTATED[name].read(tree)
        case several:
            raise Unreadable(
                f"{tree.name} has annotations of {' and '.join(several)}; import one of them alone"
            )


def _with_known_words(found: Iterable[SourceEntry | Problem]) -> Iterator[SourceEntry | Problem]:
    """Yield a problem for an image whose words say no known verdict: it would come in without them."""
    for each in found:
        if isinstance(each, SourceEntry) and each.words and each.verdict is None:
            yield Problem(
                each.path, f"{' and '.join(each.words)}: no verdict that is known; write OK, NG or HOLD"
            )
        else:
            yield each


def _with_captures(found: Source, table: Path | None) -> Source:
    if table is None:
        return found
    try:
        rows = read_captures(table.read_bytes(), table.name, ZoneInfo(Settings().time_zone))
    except OSError as error:
        raise Unreadable(f"{table} cannot be read: {error.strerror}") from None
    paths = (entry.path for entry in found.entries if isinstance(entry, SourceEntry))
    captures = matched(rows, paths)
    for problem in captures.unmatched[:PROBLEMS_SHOWN]:
        warn(f"{problem.where}: {problem.what}")
    return msgspec.structs.replace(found, entries=list(with_captures(found.entries, captures)))


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
