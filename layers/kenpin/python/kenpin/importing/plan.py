"""The plan of an import: what was understood of a source, and the open questions, before anything is stored."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from kenpin.domain.command import MAX_REASON_CHARACTERS
from kenpin.domain.ids import Split, Verdict
from kenpin.importing.answers import Answers
from kenpin.importing.class_ids import as_compared
from kenpin.importing.entry import MaskFile, Problem, SourceEntry, problem_of
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.formats.folder import is_image
from kenpin.importing.meaning import Meaning, Skipped, Unclear, meaning_of
from kenpin.importing.recognise import Format
from kenpin.importing.times import with_time
from kenpin.importing.tree import ARCHIVE, ARCHIVE_SUFFIXES, EXAMPLES, PassedOver, PassedOverFiles, Tree

CHOICES: Final = ("OK", "NG", "NG:class", "HOLD", "none", "skip")


class PlannedCount(Struct, frozen=True):
    """Images of one split, verdict and class. An image with two classes counts in both."""

    split: Split | None
    verdict: Verdict | None
    class_name: str
    images: int


class OpenWord(Struct):
    """A word that somebody must give a meaning to."""

    word: str
    why: str
    images: int = 0
    examples: list[str] = []
    choices: tuple[str, ...] = CHOICES


class SamePath(Struct, frozen=True):
    """Files with the same bytes. `why`: the two verdicts or splits that the source gives them, empty for one label."""

    paths: tuple[str, str]
    why: str


class ImportPlan(Struct):
    """The images that an import would bring in, counted, and all that it would not."""

    source: str
    layout: str
    images: int = 0
    counts: list[PlannedCount] = []
    boxes: int = 0
    polygons: int = 0
    masks: int = 0
    class_names: list[str] = []
    questions: list[OpenWord] = []
    annotations: PassedOver | None = None
    """The annotation files that were read, without those that are problems"""
    passed_over: list[PassedOver] = []
    problems: list[Problem] = []
    copies: list[SamePath] = []


class Planner:
    """Adds up a plan, one meaning at a time."""

    def __init__(self, tree: Tree, layout: Format) -> None:
        self._tree = tree
        self.plan = ImportPlan(tree.name, layout.TITLE, problems=[], copies=[])
        self._counts = Counter[tuple[Split | None, Verdict | None, str]]()
        self._spellings: dict[str, str] = {}
        self._questions: dict[str, OpenWord] = {}
        self._used = set[str]()
        self._passed = PassedOverFiles()

    def add(self, meaning: Meaning) -> None:
        match meaning:
            case Problem():
                self.plan.problems.append(meaning)
                self._used.add(meaning.where)
            case Skipped(entry=entry, word=word):
                self._use(entry)
                self._passed.note(entry.path, f"{word}=skip")
            case Unclear(entry=entry, words=words):
                self._use(entry)
                self.plan.images += 1
                for word in words:
                    self._ask(word, "no known word for a verdict or a class", entry.path)
            case SourceEntry():
                self._use(meaning)
                self._count(meaning)

    def finished(self) -> ImportPlan:
        plan = self.plan
        rows = sorted(self._counts.items(), key=lambda row: tuple(map(str, row[0])))
        plan.counts = [PlannedCount(*key, count) for key, count in rows]
        plan.class_names = sorted(self._spellings.values())
        plan.questions = sorted(self._questions.values(), key=lambda each: -each.images)
        self._note_unused()
        plan.passed_over = [*self._tree.passed_over.values(), *self._passed.values()]
        return plan

    def _use(self, entry: SourceEntry) -> None:
        masks = (shape.mask.path for shape in entry.defects if isinstance(shape.mask, MaskFile))
        self._used.update((entry.path, *masks))

    def _count(self, entry: SourceEntry) -> None:
        plan = self.plan
        plan.images += 1
        names = dict.fromkeys(shape.class_name for shape in entry.defects)
        for name in names:
            first = self._spellings.setdefault(as_compared(name), name)
            if first != name:
                self._ask(name, f"differs from the class {first} in width or case alone", entry.path)
        for name in names or ("",):
            self._counts[entry.split, entry.verdict, name] += 1
        plan.boxes += sum(shape.box is not None for shape in entry.defects)
        plan.polygons += sum(shape.polygon is not None for shape in entry.defects)
        plan.masks += sum(shape.mask is not None for shape in entry.defects)

    def _ask(self, word: str, why: str, path: str) -> None:
        question = self._questions.setdefault(word, OpenWord(word, why, examples=[]))
        question.images += 1
        if len(question.examples) < EXAMPLES:
            question.examples.append(path)

    def _note_unused(self) -> None:
        """Pass over files that were not read, and images that no annotation names; others are problems already."""
        read, notes = PassedOver("read", examples=[]), self._tree.notes
        for path in self._tree.paths():
            if path in self._used or path in notes.named:
                continue
            if path in notes.annotations:
                read.add(path)
            else:
                self._passed.note(path, _why_unused(path))
        self.plan.annotations = read if read.files else None


def _why_unused(path: str) -> str:
    if is_image(path):
        return "images without an entry (masks, or not listed)"
    return ARCHIVE if path.lower().endswith(ARCHIVE_SUFFIXES) else "no image"


def copies_of(tree: Tree, entries: Iterable[SourceEntry]) -> list[SamePath]:
    """Return the files with the same bytes as an earlier one. Reads every file."""
    first: dict[bytes, SourceEntry] = {}
    found = []
    for entry in entries:
        try:
            with tree.open(entry.path) as file:
                other = first.setdefault(hashlib.sha256(file.read()).digest(), entry)
        except OSError:
            continue
        if other is not entry:
            found.append(SamePath((other.path, entry.path), label_difference(other, entry)))
    return found


def label_difference(first: SourceEntry, second: SourceEntry) -> str:
    """Return the verdicts or splits of two entries where they differ; empty where they do not."""
    if first.verdict != second.verdict:
        return f"{first.verdict or 'unjudged'} and {second.verdict or 'unjudged'}"
    if first.split != second.split:
        return f"in {first.split or 'no split'} and in {second.split or 'no split'}"
    return ""


def meanings(
    tree: Tree, layout: Format, answers: Answers, zone: ZoneInfo, source: str = ""
) -> Iterator[Meaning]:
    """Yield the meaning of every entry of the source; times without a zone are of `zone`. Raises Unreadable.

    `source` is the name that people know it by, where that is not the name of the tree.
    """
    for found in layout.read(tree):
        each = _timed(found, zone)
        if isinstance(each, Problem):
            yield each
        else:
            yield _reasoned(meaning_of(each, answers), each, source or tree.name, answers)


def _timed(entry: SourceEntry | Problem, zone: ZoneInfo) -> SourceEntry | Problem:
    if isinstance(entry, Problem):
        return entry
    try:
        return replace(entry, capture=with_time(entry.capture, zone))
    except InvalidItem as bad:
        return problem_of(entry.path, bad.within(Fault.IN_CAPTURED_AT))


def _reasoned(meaning: Meaning, entry: SourceEntry, source: str, answers: Answers) -> Meaning:
    """Let an image that was read by answers say so in the reason of its judgement."""
    words = (*entry.words, *(shape.class_name for shape in entry.defects))
    if not isinstance(meaning, SourceEntry) or not (used := answers.used_for(dict.fromkeys(words))):
        return meaning
    reason = f"imported from {source}, read as {', '.join(used)}"
    return replace(meaning, reason=reason[:MAX_REASON_CHARACTERS])


def plan_of(tree: Tree, layout: Format, found: Iterable[Meaning]) -> ImportPlan:
    """Return the plan of the meanings of a whole source, without reading one image."""
    planner = Planner(tree, layout)
    for meaning in found:
        planner.add(meaning)
    return planner.finished()
