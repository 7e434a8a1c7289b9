"""Steps that every reader shares: try one item, and bring what is said about one image together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from kenpin.domain.ids import Verdict
from kenpin.importing.entry import DefectShape, Problem, SourceEntry, problem_of
from kenpin.importing.faults import Fault, FaultPart, InvalidItem
from kenpin.importing.image_index import ImageIndex
from kenpin.importing.tree import Tree

VERDICTS: Final[dict[str, Verdict]] = {"OK": "OK", "NG": "NG", "HOLD": "HOLD"}


class UnplacedProblem(Problem, frozen=True):
    """A problem with a file, or an item of one, that does not say which images it is about."""


def attempt(
    path: str, images: ImageIndex, make: Callable[[], SourceEntry], place: FaultPart | None = None
) -> SourceEntry | Problem:
    """Return the entry of one item of a file, or the problem with it and its place; then its image stays out.

    `make` looks for the image before anything else, so that it is known which one an invalid item names.
    """
    images.start_item()
    try:
        return make()
    except InvalidItem as bad:
        return problem_of(path, bad, place, Problem if images.withhold_item() else UnplacedProblem)


def attempt_file(path: str, images: ImageIndex, make: Callable[[], SourceEntry]) -> SourceEntry | Problem:
    """Return the entry of a file that annotates one image, or the problem; then the image beside it stays out."""
    found = attempt(path, images, make)
    if isinstance(found, SourceEntry):
        return found
    images.withhold_beside(path)
    return Problem(path, found.what, found.parts)


def verdict_by(defects: Sequence[DefectShape], words: Sequence[str]) -> Verdict | None:
    """Return the verdict that one of the words is, or NG for defects without a word.

    The other words are left to the plan. Raises InvalidItem for OK with defects.
    """
    if not words:
        return "NG" if defects else None
    said = [VERDICTS[word.strip().upper()] for word in words if word.strip().upper() in VERDICTS]
    if defects and "OK" in said:
        raise InvalidItem(Fault.OK_WITH_DEFECTS)
    return said[0] if said else None


def read_files(
    tree: Tree,
    paths: Iterable[str],
    read_file: Callable[[Tree, str, ImageIndex], Iterator[SourceEntry | Problem]],
) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image that these annotation files name, then the images that none names."""
    images = ImageIndex(tree)
    yield from gathered(_file_by_file(paths, lambda path: read_file(tree, path, images)), images)


def _file_by_file(
    paths: Iterable[str], read_file: Callable[[str], Iterator[SourceEntry | Problem]]
) -> Iterator[SourceEntry | Problem]:
    """Yield what the files say; one that is no document of the format is an unplaced problem."""
    for path in paths:
        try:
            yield from read_file(path)
        except InvalidItem as bad:
            yield problem_of(path, bad, kind=UnplacedProblem)


def gathered(found: Iterable[SourceEntry | Problem], images: ImageIndex) -> Iterator[SourceEntry | Problem]:
    """Yield one entry per image: labels of several files together, then the images that nothing named.

    An image that an invalid item names stays out, also where others are valid: it comes in with all its labels.
    Where a problem names no image, the images that nothing named stay out, as it may be about them.
    """
    entries: dict[str, SourceEntry] = {}
    contradictions: dict[str, InvalidItem] = {}
    is_complete = True
    for each in found:
        if isinstance(each, Problem):
            is_complete = is_complete and not isinstance(each, UnplacedProblem)
            yield each
        elif (earlier := entries.setdefault(each.path, each)) is not each:
            if what := _contradiction(earlier, each):
                contradictions[each.path] = what
            entries[each.path] = _together(earlier, each)
    for path, entry in entries.items():
        if path in contradictions:
            yield problem_of(path, contradictions[path])
        elif not images.is_withheld(path):
            yield entry
    if is_complete:
        yield from images.without_annotation()


def _together(first: SourceEntry, second: SourceEntry) -> SourceEntry:
    new = tuple(shape for shape in second.defects if shape not in first.defects)
    return replace(
        first,
        defects=first.defects + new,
        verdict=first.verdict or second.verdict,
        words=first.words or second.words,
        split=first.split or second.split,
        capture={**second.capture, **first.capture},
    )


def _contradiction(first: SourceEntry, second: SourceEntry) -> InvalidItem | None:
    if first.split and second.split and first.split != second.split:
        return InvalidItem(Fault.TWO_SPLITS, first=first.split, second=second.split)
    if first.words and second.words and first.words != second.words:
        return InvalidItem(Fault.TWO_LABELS, first="/".join(first.words), second="/".join(second.words))
    if first.verdict and second.verdict and first.verdict != second.verdict:
        return InvalidItem(Fault.TWO_VERDICTS, first=first.verdict, second=second.verdict)
    return None
