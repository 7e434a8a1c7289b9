"""Answers to the questions of a plan: what a word of the source means, as a person said."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal
from unicodedata import normalize

from msgspec import Struct

from kenpin.domain.ids import Verdict
from kenpin.importing.entry import Unreadable
from kenpin.importing.words import folded

EVERY_OTHER: Final = "*"
"""Stands for every word that has no answer of its own."""
VERDICTS: Final[dict[str, Verdict]] = {"ok": "OK", "ng": "NG", "hold": "HOLD"}


class WordMeaning(Struct, frozen=True):
    """The meaning of one word: a verdict with or without a class, nothing, or images to pass over."""

    does: Literal["judge", "nothing", "skip"]
    verdict: Verdict | None = None
    class_name: str = ""


NOTHING: Final = WordMeaning("nothing")
SKIP: Final = WordMeaning("skip")


class Answers:
    """The answers to words; a word counts as it is written, without outer blanks."""

    def __init__(self, given: Mapping[str, str]) -> None:
        """Take word → `OK`, `NG`, `NG:class`, `HOLD`, `none` or `skip`. Raises Unreadable."""
        self.given = {_key(word): text.strip() for word, text in given.items()}
        self._used = set[str]()
        self._answers = {word: _answer(word, text) for word, text in self.given.items()}

    def of(self, word: str) -> WordMeaning | None:
        """Return the answer to this very word."""
        self._used.add(_key(word))
        return self._answers.get(_key(word))

    def of_others(self) -> WordMeaning | None:
        """Return the answer to words that nobody knows."""
        return self._answers.get(EVERY_OTHER)

    def unused(self) -> list[str]:
        """Return the answered words that no image has, once all were read."""
        return [word for word in self.given if word not in self._used and word != EVERY_OTHER]

    def used_for(self, words: Iterable[str]) -> list[str]:
        """Return the answers that these words were read by, as `WORD=MEANING`."""
        return [f"{word}={self.given[word]}" for word in map(_key, words) if word in self.given]


def parsed(lines: Iterable[str]) -> dict[str, str]:
    """Return the answers of lines such as `欠け=NG:chip`; blank lines and `#` comments are left out."""
    given = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word, equals, meaning = line.strip().rpartition("=")
        if not equals or not word:
            raise Unreadable(f"answer {number}, {line.strip()}, is not WORD=MEANING, such as 欠け=NG:chip")
        given[word] = meaning
    return given


def _answer(word: str, text: str) -> WordMeaning:
    verdict, colon, class_name = text.partition(":")
    match folded(verdict), bool(colon):
        case "none", False:
            return NOTHING
        case "skip", False:
            return SKIP
        case ("ok" | "ng" | "hold") as said, False:
            return WordMeaning("judge", VERDICTS[said])
        case "ng", True if class_name.strip():
            return WordMeaning("judge", "NG", class_name.strip())
    raise Unreadable(f"{word}={text}: {text} is none of OK, NG, NG:class, HOLD, none and skip")


def _key(word: str) -> str:
    return normalize("NFC", word).strip()
