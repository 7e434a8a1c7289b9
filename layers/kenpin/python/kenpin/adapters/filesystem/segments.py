"""History as segment files in a folder, for a move from one installation to another.

`<root>/<stream>/<first>-<last>-<hash>.segment`; `<root>/contents.json` holds the head of each stream once the folder
is complete.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from kenpin.adapters.filesystem.object_store import move_into_place, sync, temporary_file_in
from kenpin.application.restore import new_commits
from kenpin.application.segment import BrokenSegment, Segment, full, write
from kenpin.domain.commit import Commit, Head, genesis
from kenpin.ports import Error, OtherTenant

SUFFIX: Final = ".segment"
CONTENTS: Final = "contents.json"


class Contents(Struct, frozen=True):
    tenant: str
    heads: dict[str, tuple[int, str]]
    """Stream → version and hash of its head"""


class NotAsWritten(Error):
    """The folder differs from its contents.json: something is missing, or it was never completed."""


class SegmentFolder:
    """The history in a folder, which is read and restored to. Raises OtherTenant."""

    def __init__(self, root: Path, tenant: str) -> None:
        self._root, self.tenant = root, tenant
        if (contents := self._contents()) and contents.tenant != tenant:
            raise OtherTenant(f"{root} holds the history of tenant {contents.tenant}, not of {tenant}")

    def complete(self, heads: Sequence[Head]) -> None:
        """Write contents.json with the head of each stream."""
        contents = Contents(self.tenant, {h.stream: (h.version, h.hash.hex()) for h in heads})
        with temporary_file_in(self._root) as aside:
            aside.write_bytes(msgspec.json.format(msgspec.json.encode(contents)))
            move_into_place(aside, self._root / CONTENTS)

    def check(self) -> None:
        """Check the heads. Raises NotAsWritten when the folder is incomplete or a stream ends elsewhere."""
        contents = self._contents()
        if contents is None:
            raise NotAsWritten(
                f"{self._root} has no {CONTENTS}: the move into it has not ended; run it again"
            )
        heads = {head.stream: (head.version, head.hash.hex()) for head in self.heads()}
        for stream in sorted(heads.keys() | contents.heads.keys()):
            if heads.get(stream) != contents.heads.get(stream):
                ends, should = heads.get(stream, (0, ""))[0], contents.heads.get(stream, (0, ""))[0]
                raise NotAsWritten(f"{stream} in {self._root} ends at version {ends}, not at {should}")

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> Iterator[Commit]:
        """Yield the commits that begin after `after` and not after `upto`. Raises BrokenSegment."""
        for path in self._segments(stream):
            first, last, _ = _named(path)
            if last > after and (upto is None or first <= upto):
                for commit in self._commits(stream, path):
                    if commit.first > after and (upto is None or commit.first <= upto):
                        yield commit

    def head(self, stream: str) -> Head:
        for path in self._segments(stream)[-1:]:
            _, last, hash = _named(path)
            return Head(stream, last, hash)
        return Head(stream, 0, genesis(self.tenant, stream))

    def heads(self, prefix: str = "", after: str = "") -> Iterator[Head]:
        for name in sorted(path.name for path in self._root.glob(f"{prefix}*/")):
            if name > after and (head := self.head(name)).version > 0:
                yield head

    def restore(self, stream: str, commits: Iterable[Commit]) -> Head:
        head, fresh = self.head(stream), new_commits(self, stream, commits)
        while taken := full(fresh):
            head = self._write(head, taken)
        return head

    def _commits(self, stream: str, path: Path) -> Iterator[Commit]:
        with path.open("rb") as file:
            segment = Segment(file)
            header = segment.header
            if (header.tenant, header.stream, header.name) != (self.tenant, stream, path.stem):
                raise BrokenSegment(stream, header.first, f"another segment lies at {path}")
            yield from segment.commits()

    def _write(self, after: Head, commits: Sequence[Commit]) -> Head:
        with temporary_file_in(self._root) as aside:
            with aside.open("xb") as file:
                header = write(file, self.tenant, after, commits)
                sync(file)
            move_into_place(aside, self._root / after.stream / (header.name + SUFFIX))
        return Head(after.stream, header.last, bytes.fromhex(header.hash))

    def _segments(self, stream: str) -> list[Path]:
        return sorted((self._root / stream).glob(f"*{SUFFIX}"))

    def _contents(self) -> Contents | None:
        path = self._root / CONTENTS
        try:
            return msgspec.json.decode(path.read_bytes(), type=Contents)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError:
            raise NotAsWritten(f"{path} is not what a move wrote") from None


def _named(path: Path) -> tuple[int, int, bytes]:
    """Return first and last version and the hash from a segment's file name. Raises NotAsWritten."""
    try:
        first, last, hash = path.stem.split("-")
        return int(first), int(last), bytes.fromhex(hash)
    except ValueError:
        raise NotAsWritten(f"{path} has not the name of a segment") from None
