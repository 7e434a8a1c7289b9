"""The meaning of an entry: its words and class names read as known words and answers say."""

from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace

from kenpin.domain.ids import Verdict
from kenpin.importing.answers import EVERY_OTHER, Answers, WordMeaning
from kenpin.importing.entry import DefectShape, Problem, SourceEntry, problem_of
from kenpin.importing.faults import Fault, InvalidItem
from kenpin.importing.words import verdict_of


class Unclear(Struct, frozen=True):
    """An entry whose words need an answer first."""

    entry: SourceEntry
    words: tuple[str, ...]


class Skipped(Struct, frozen=True):
    """An entry that an answer passes over."""

    entry: SourceEntry
    word: str


Meaning = SourceEntry | Problem | Unclear | Skipped
BLANKS: Final = " \t\u3000"


def meaning_of(entry: SourceEntry, answers: Answers) -> Meaning:
    """Return the entry with its verdict and classes, or the words that need an answer first.

    The first word that says a verdict decides. Below NG one unknown word is the class; two need an answer.
    Words above the verdict and below OK say nothing. Without any verdict every unknown word needs an answer.
    """
    answered = [(word, answers.of(word) or _known(word)) for word in entry.words]
    if skipped := next((word for word, each in answered if each and each.does == "skip"), None):
        return Skipped(entry, skipped)
    verdicts = [(word, each.verdict) for word, each in answered if each and each.verdict]
    if entry.verdict:
        verdicts.insert(0, ("", entry.verdict))
    if two := _contradiction(verdicts):
        return problem_of(entry.path, two)
    verdict = verdicts[0][1] if verdicts else None
    unknown = _unknown(answered, verdict)
    if unknown and (len(unknown) > 1 or verdict != "NG"):
        return _by_others(entry, unknown, answers)
    meant = _with_classes(entry, verdict, [*_classes(answered), *unknown], answers)
    if isinstance(meant, SourceEntry) and meant.verdict == "OK" and meant.defects:
        return problem_of(entry.path, InvalidItem(Fault.OK_WITH_DEFECTS))
    return meant


def _known(word: str) -> WordMeaning | None:
    verdict = verdict_of(word)
    return WordMeaning("judge", verdict) if verdict else None


def _contradiction(verdicts: list[tuple[str, Verdict]]) -> InvalidItem | None:
    """Return the problem with two verdicts; the first word is empty where the annotations say the verdict."""
    for word, verdict in verdicts[1:]:
        first, first_verdict = verdicts[0]
        if verdict != first_verdict:
            fault = Fault.TWO_SAYINGS if first else Fault.ANNOTATIONS_SAY
            return InvalidItem(
                fault, first=first, first_verdict=first_verdict, second=word, second_verdict=verdict
            )
    return None


def _unknown(answered: list[tuple[str, WordMeaning | None]], verdict: Verdict | None) -> list[str]:
    """Return the words without a meaning that could change what the image is."""
    first = next((place for place, (_, each) in enumerate(answered) if each and each.verdict), -1)
    if verdict in ("OK", "HOLD"):
        return []
    below = answered[first + 1 :]
    if any(each and each.class_name for _, each in answered):
        return []
    return [word for word, each in below if each is None]


def _classes(answered: Iterable[tuple[str, WordMeaning | None]]) -> list[str]:
    return [each.class_name for _, each in answered if each and each.class_name]


def _by_others(entry: SourceEntry, unknown: list[str], answers: Answers) -> Meaning:
    """Read unknown words by the answer to every other word; where there is none, they stay unclear."""
    if answers.of_others() is None:
        return Unclear(entry, tuple(unknown))
    return meaning_of(entry, Answers({**answers.given, **dict.fromkeys(unknown, answers.given[EVERY_OTHER])}))


def _with_classes(
    entry: SourceEntry, verdict: Verdict | None, classes: list[str], answers: Answers
) -> SourceEntry | Unclear:
    shapes = list[DefectShape]()
    for shape in entry.defects:
        answer = answers.of(shape.class_name)
        if answer is None and verdict_of(shape.class_name) == "OK":
            return Unclear(entry, (shape.class_name,))
        if answer is None or answer.class_name:
            shapes.append(
                replace(shape, class_name=as_written(answer.class_name if answer else shape.class_name))
            )
    placed = {shape.class_name for shape in shapes}
    shapes += [DefectShape(name) for name in map(as_written, dict.fromkeys(classes)) if name not in placed]
    return replace(
        entry, verdict=verdict or ("NG" if shapes else None), defects=tuple(shapes), words=entry.words
    )


def as_written(name: str) -> str:
    """Return a class name as people see it: composed characters, without outer blanks."""
    return normalize("NFC", name).strip(BLANKS)
