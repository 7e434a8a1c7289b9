"""The bundled sample as entries, with the words that its project is created with."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from kenpin.importing.captures import matched, read_captures_file, with_captures
from kenpin.importing.entry import Problem, Source, SourceEntry
from kenpin.importing.formats import lookout_manifest
from kenpin.importing.tree import FolderTree

FOLDER: Final = Path(__file__).with_name("cookies")
TREE: Final = FolderTree(FOLDER)
PROJECT: Final = {"project_id": "cookies", "name": "クッキー外観検査 / Cookies"}
DEFECT_CLASS: Final = {"class_id": "cracked", "name": "cracked", "name_ja": "割れ", "key": 1}
SPLIT_RULE: Final = "the photos that came as test photos are the protected test split"


def entries() -> Iterator[SourceEntry | Problem]:
    """63 photos to learn from and 22 of the test split, all judged by people."""
    train = lookout_manifest.read_manifest(TREE, "train.manifest")
    test = lookout_manifest.read_manifest(TREE, "test.manifest", split="test")
    rows = read_captures_file(FOLDER / "captures.csv", ZoneInfo("UTC"))
    yield from with_captures((e for part in (train, test) for e in part), matched(rows, TREE.paths()))


def source() -> Source:
    """Return the sample with its splits."""
    return Source(TREE, list(entries()), SPLIT_RULE)


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
