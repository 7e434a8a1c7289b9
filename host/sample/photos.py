"""The bundled sample as entries, with the words that its project is created with."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from host.importers import captures, lookout_manifest
from host.importers.entry import Problem, SourceEntry

FOLDER: Final = Path(__file__).with_name("cookies")
PROJECT: Final = {"project_id": "cookies", "name": "クッキー外観検査 / Cookies"}
DEFECT_CLASS: Final = {"class_id": "cracked", "name": "cracked", "name_ja": "割れ", "key": 1}
SPLIT_RULE: Final = "the photos that came as test photos are the protected test split"


def entries() -> Iterator[SourceEntry | Problem]:
    """63 photos to learn from and 22 of the test split, all judged by people."""
    train = lookout_manifest.read(FOLDER / "train.manifest")
    test = lookout_manifest.read(FOLDER / "test.manifest", split="test")
    yield from captures.added(
        (e for part in (train, test) for e in part), captures.read(FOLDER / "captures.csv")
    )


def with_judged(found: Iterable[SourceEntry | Problem], per_verdict: int) -> Iterator[SourceEntry | Problem]:
    """Yield the entries with only so many judged training photos of each verdict."""
    left = {"OK": per_verdict, "NG": per_verdict}
    for entry in found:
        if isinstance(entry, Problem) or entry.split == "test" or entry.verdict is None:
            yield entry
        elif left[entry.verdict] > 0:
            left[entry.verdict] -= 1
            yield entry
        else:
            yield replace(entry, verdict=None, defects=())
