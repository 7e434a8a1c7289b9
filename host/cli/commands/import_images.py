"""`kenpin import`: understand a source, ask about what is unclear, and bring it into a dataset."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import typer
from msgspec import Struct
from msgspec.structs import replace

from host.cli.connect import connect
from host.cli.failures import Refused, Unreachable
from host.cli.import_report import ImportReport
from host.cli.import_texts import print_plan, print_report, questions_of, warn_of_problems
from host.cli.options import DatasetId, Json
from host.cli.output import warn
from host.cli.progress import bars
from host.cli.settings import settings_of_shell
from host.cli.transfer import Transfer
from host.importers import elpv
from kenpin.importing.answers import Answers, parsed
from kenpin.importing.archives import TAR_SUFFIXES, BadArchive, archive_tree
from kenpin.importing.captures import MatchedCaptures, matched, read_captures_file, with_captures
from kenpin.importing.entry import Problem, Source, SourceEntry, Unreadable
from kenpin.importing.faults import InvalidItem
from kenpin.importing.formats import lookout_manifest
from kenpin.importing.meaning import Meaning
from kenpin.importing.name_patterns import BadPattern, captures_by_pattern, groups_by_pattern
from kenpin.importing.plan import ImportPlan, copies_of, meanings, plan_of
from kenpin.importing.recognise import ANNOTATED, FORMATS, Format, annotations_in, recognise
from kenpin.importing.texts import decoded
from kenpin.importing.tree import ChosenTree, FolderTree, Tree

Entries = list[SourceEntry | Problem]
Split = Literal["train", "validation", "test"]
MANIFESTS = (".manifest",)
ANNOTATIONS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xml")
DATA_YAML = (".yaml", ".yml")


class Understood(Struct, frozen=True):
    """A source with the meaning of each of its entries, and the plan that they make."""

    tree: Tree
    meanings: list[Meaning]
    plan: ImportPlan

    @property
    def entries(self) -> list[SourceEntry | Problem]:
        return [each for each in self.meanings if isinstance(each, SourceEntry | Problem)]


def import_images(
    dataset_id: DatasetId,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A folder, a zip or tar archive, an annotation file, or the word elpv."
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would come in; store nothing.")
    ] = False,
    answers: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="WORD=MEANING", help="OK, NG, NG:class, HOLD, none or skip."),
    ] = None,
    answer_file: Annotated[
        Path | None, typer.Option("--map-file", help="Text file with a WORD=MEANING a line.")
    ] = None,
    format: Annotated[str, typer.Option(help=f"Format of the source: {', '.join(FORMATS)}.")] = "",
    root: Annotated[
        Path | None, typer.Option(help="Folder of the files that a manifest names in S3.")
    ] = None,
    captures: Annotated[
        Path | None, typer.Option(help="Table of capture conditions, with a column `file`.")
    ] = None,
    capture_pattern: Annotated[
        str,
        typer.Option(
            metavar="PATTERN",
            help="Regular expression on file names; (?P<lot>…), (?P<line>…) … hold the conditions.",
        ),
    ] = "",
    group_pattern: Annotated[
        str,
        typer.Option(
            metavar="PATTERN", help="Regular expression on file names; its brackets hold the group."
        ),
    ] = "",
    split: Annotated[Split | None, typer.Option(help="Split of every image of the source.")] = None,
    json: Json = False,
) -> None:
    """Import images. No judgement in the dataset is replaced; capture conditions that differ are corrected.

    A repeated import changes nothing.
    """
    try:
        found = _found(source, _answers(answers or [], answer_file), format, root, split)
        entries = _with_groups(found.entries, group_pattern)
        entries = _with_captures(entries, captures, capture_pattern)
    except (Unreadable, BadArchive, BadPattern) as reason:
        raise Refused(str(reason)) from None
    if dry_run:
        print_plan(
            replace(found.plan, copies=copies_of(found.tree, _images(entries))), dataset_id, source, json
        )
        return
    if found.plan.questions:
        raise Refused(questions_of(found.plan, dataset_id, source))
    name = _name(source)
    rule = elpv.SPLIT_RULE if source == "elpv" else f"given by {name}"
    report = _run(dataset_id, name, Source(found.tree, entries, rule))
    report.passed_over = found.plan.passed_over
    print_report(report, json)


def _name(source: str) -> str:
    """Return the last part of the path, also that of `.` and `..`."""
    name = Path(source).name
    return name if name not in ("", "..") else Path(source).resolve().name or "/"


def _run(dataset_id: str, name: str, source: Source) -> ImportReport:
    with bars() as progress:
        transfer = Transfer(connect(), dataset_id, name, progress)
        try:
            return transfer.run(source)
        except (KeyboardInterrupt, Unreachable):
            undo = f"undo what came in with: kenpin undo {dataset_id} {transfer.report.batch_id}"
            warn(f"interrupted; the same command again brings in what is missing; {undo}")
            raise


def _answers(given: list[str], file: Path | None) -> Answers:
    try:
        lines = decoded(file.read_bytes()).splitlines() if file else []
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}") from None
    except InvalidItem as reason:
        raise Unreadable(f"{file} {reason}") from None
    return Answers(parsed([*lines, *given]))


def _found(name: str, answers: Answers, format: str, root: Path | None, split: Split | None) -> Understood:
    if name == "elpv":
        warn(elpv.LICENCE)
        source = elpv.source()
        return Understood(source.tree, list(source.entries), ImportPlan(name, "ELPV", len(source.entries)))
    tree, layout = _source(Path(name), format, root)
    found = list(meanings(tree, layout, answers, ZoneInfo(settings_of_shell().time_zone), _name(name)))
    for word in answers.unused():
        warn(f"--map {word}={answers.given[word]}: no image of {tree.name} has the word {word}")
    if split:
        found = [replace(each, split=split) if isinstance(each, SourceEntry) else each for each in found]
    return Understood(tree, found, plan_of(tree, layout, found))


def _source(path: Path, format: str, root: Path | None) -> tuple[Tree, Format]:
    """Return the files of a source and its reader. Raises Unreadable and BadArchive."""
    if path.is_dir():
        tree: Tree = FolderTree(path)
        return tree, recognise(tree, format)
    if not path.is_file():
        raise Unreadable(f"there is no file or folder {path}")
    if archive := archive_tree(path):
        return archive, recognise(archive, format)
    if path.suffix.lower() in MANIFESTS or root:
        return _manifest(path.absolute(), root)
    return _annotation_file(path, format)


def _annotation_file(path: Path, format: str) -> tuple[Tree, Format]:
    """Return the images beside an annotation file and its reader; data.yaml stands for its whole folder."""
    folder = FolderTree(path.absolute().parent)
    if path.suffix.lower() in DATA_YAML:
        return folder, recognise(folder, format or "yolo")
    tree = ChosenTree(folder, path.name)
    if path.suffix.lower() not in ANNOTATIONS or not annotations_in(tree):
        raise Unreadable(
            f"{path.name} is no source that kenpin reads. A source is a folder, an archive "
            f"(.zip, {', '.join(TAR_SUFFIXES)}), or one annotation file of {', '.join(ANNOTATED)} "
            f"({', '.join((*ANNOTATIONS, *MANIFESTS, *DATA_YAML))})"
        )
    return tree, recognise(tree, format)


def _manifest(manifest: Path, root: Path | None) -> tuple[Tree, Format]:
    """A manifest may name files beside it, one folder up, or below `root`."""
    place = str(manifest) if root else f"{manifest.parent.name}/{manifest.name}"
    return FolderTree(root or manifest.parent.parent), lookout_manifest.Manifest(place)


def _with_groups(entries: Entries, pattern: str) -> Entries:
    """Return the entries with the groups that the pattern finds in their names. Raises BadPattern."""
    if not pattern:
        return entries
    groups = groups_by_pattern(pattern, _images(entries))
    warn_of_problems(groups.unmatched)
    return [
        replace(each, group=groups.by_path.get(each.path, each.group))
        if isinstance(each, SourceEntry)
        else each
        for each in entries
    ]


def _with_captures(entries: Entries, table: Path | None, pattern: str) -> Entries:
    """Return the entries with conditions by the pattern, and above them those of the table.

    Raises BadPattern and Unreadable.
    """
    zone, found = ZoneInfo(settings_of_shell().time_zone), list[MatchedCaptures]()
    if pattern:
        found.append(captures_by_pattern(pattern, _images(entries), zone))
    if table:
        found.append(matched(read_captures_file(table, zone), (each.path for each in _images(entries))))
    for captures in found:
        warn_of_problems(captures.unmatched)
        entries = list(with_captures(entries, captures))
    return entries


def _images(entries: Iterable[SourceEntry | Problem]) -> Iterable[SourceEntry]:
    return (entry for entry in entries if isinstance(entry, SourceEntry))
