"""A segment: a run of commits of one stream in an immutable file, checked while it is read.

header   a line of JSON: format, tenant, stream, first, last, previous hash, last hash
commits  one zlib stream; each commit is its count, the lengths of meta and body, its hash, meta, body
digest   SHA-256 of every byte before

`head -1 FILE` says what a segment is. Numbers are int32, big-endian. A commit's first version is not written:
it follows from the commit before, and the hash binds it.
"""

import hashlib
import shutil
import zlib
from collections.abc import Iterable, Iterator
from struct import Struct as Packing
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

import msgspec
from msgspec import Struct

from kenpin.domain.commit import MAX_BYTES, MAX_EVENTS, Commit, Head, chain, genesis
from kenpin.ports import Error

FORMAT: Final = "kenpin-segment@1"
EVENTS: Final = 10_000
"""Events after which a segment is closed, at the end of a commit: about half a megabyte."""
BYTES: Final = 64 * 1024 * 1024
"""Bytes before compression after which a segment is closed."""
COMPRESSION_LEVEL: Final = 6
"""Reading is as fast at every level; 1 writes twice as fast and takes a tenth more, 9 saves nothing more."""
CHUNK: Final = 256 * 1024
IN_MEMORY: Final = 16 * 1024 * 1024
LONGEST_META: Final = 64 * 1024
FRAME: Final = Packing(">iii32s")
DIGEST_BYTES: Final = 32


class BrokenSegment(Error):
    """The file does not hold the commits that were written; commits before this version are correct."""

    def __init__(self, stream: str, version: int, what: str) -> None:
        super().__init__(f"segment of {stream}, version {version}: {what}")
        self.stream, self.version, self.what = stream, version, what


class Header(Struct, frozen=True):
    """The first line of a segment: what it holds. Hashes are in hexadecimal."""

    tenant: str
    stream: str
    first: int
    last: int
    previous: str
    """The hash of the commit before the first."""
    hash: str
    """The hash of the last commit."""
    format: str = FORMAT

    @property
    def name(self) -> str:
        return f"{self.first:012d}-{self.last:012d}-{self.hash}"


def write(out: BinaryIO, tenant: str, after: Head, commits: Iterable[Commit]) -> Header:
    """Write the commits, which must continue from the head `after`. Raises BrokenSegment."""
    with cast("BinaryIO", SpooledTemporaryFile(IN_MEMORY)) as packed:
        at, deflate = after, zlib.compressobj(COMPRESSION_LEVEL)
        for commit in commits:
            at = _next_head(at, commit)
            frame = FRAME.pack(commit.count, len(commit.meta), len(commit.body), commit.hash)
            packed.write(deflate.compress(frame + commit.meta + commit.body))
        packed.write(deflate.flush())
        packed.seek(0)
        header = Header(tenant, after.stream, after.version + 1, at.version, after.hash.hex(), at.hash.hex())
        writer = _DigestingWriter(out)
        writer.write(msgspec.json.encode(header) + b"\n")
        shutil.copyfileobj(packed, writer, CHUNK)
        out.write(writer.digest)
    return header


def full(commits: Iterator[Commit], events: int = EVENTS, size: int = BYTES) -> list[Commit]:
    """Take the commits of the next segment; fewer than a full one at the end of the stream."""
    taken: list[Commit] = []
    while events > 0 and size > 0 and (commit := next(commits, None)):
        taken.append(commit)
        events -= commit.count
        size -= len(commit.meta) + len(commit.body)
    return taken


class Segment:
    """A stored segment, open for one reading. Raises BrokenSegment, also while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._bytes = _SegmentReader(file)
        try:
            self.header = msgspec.json.decode(self._bytes.line(), type=Header)
            self._at = Head(self.header.stream, self.header.first - 1, bytes.fromhex(self.header.previous))
        except (msgspec.MsgspecError, ValueError, _BrokenBytes):
            raise BrokenSegment("?", 0, "it does not begin with a segment's header") from None
        if self.header.format != FORMAT:
            raise self._broken(f"its format is {self.header.format}, not {FORMAT}")
        if self._at.version == 0 and self._at.hash != genesis(self.header.tenant, self.header.stream):
            raise self._broken(f"it does not begin at the genesis of tenant {self.header.tenant}")

    def commits(self) -> Iterator[Commit]:
        """Yield every commit, with its hash checked. Memory holds a few at a time. Raises BrokenSegment."""
        try:
            while self._at.version < self.header.last:
                commit = self._commit()
                self._at = _next_head(self._at, commit)
                yield commit
            self._bytes.finish()
        except (zlib.error, _BrokenBytes) as reason:
            raise self._broken(str(reason)) from None
        if (self._at.version, self._at.hash.hex()) != (self.header.last, self.header.hash):
            raise self._broken(f"it ends at another commit than {self.header.hash[:12]}…")

    def _commit(self) -> Commit:
        count, meta, body, hash = FRAME.unpack(self._bytes.take(FRAME.size))
        if not (0 < count <= MAX_EVENTS and 0 <= meta <= LONGEST_META and 0 <= body <= MAX_BYTES):
            raise _BrokenBytes("here is no commit")
        first = self._at.version + 1
        return Commit(self._at.stream, first, count, self._bytes.take(meta), self._bytes.take(body), hash)

    def _broken(self, what: str) -> BrokenSegment:
        return BrokenSegment(self._at.stream, self._at.version + 1, what)


def _next_head(at: Head, commit: Commit) -> Head:
    if commit.first != at.version + 1:
        raise BrokenSegment(at.stream, at.version + 1, f"the next commit begins at {commit.first}")
    if commit.hash != chain(at.hash, commit.first, commit.count, commit.meta, commit.body):
        raise BrokenSegment(at.stream, commit.first, "the hash does not match the bytes")
    return Head(at.stream, commit.last, commit.hash)


class _BrokenBytes(Exception):
    """The bytes are not those of a segment."""


class _DigestingWriter:
    """Passes bytes on and digests them."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._digest = out, hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        self._out.write(chunk)

    @property
    def digest(self) -> bytes:
        return self._digest.digest()


class _SegmentReader:
    """The bytes of a segment without its digest: first a line as it is, then all inflated, a chunk at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._chunks = self._checked(file)
        self._inflate = zlib.decompressobj()
        self._raw = b""
        self._held, self._offset = b"", 0

    def line(self) -> bytes:
        while b"\n" not in self._raw:
            if len(self._raw) > CHUNK or not (chunk := next(self._chunks, b"")):
                return self._raw
            self._raw += chunk
        line, _, self._raw = self._raw.partition(b"\n")
        return line

    def take(self, count: int) -> bytes:
        while len(self._held) - self._offset < count:
            if not (more := self._inflated()):
                raise _BrokenBytes("it ends too early")
            self._held, self._offset = self._held[self._offset :] + more, 0
        start, self._offset = self._offset, self._offset + count
        return self._held[start : self._offset]

    def finish(self) -> None:
        """Check that nothing follows, and the digest. Raises _BrokenBytes."""
        if self._offset < len(self._held) or self._inflated() or not self._inflate.eof:
            raise _BrokenBytes("it does not end with its last commit")
        if self._inflate.unused_data or any(self._chunks):
            raise _BrokenBytes("something follows its end")

    def _inflated(self) -> bytes:
        while not self._inflate.eof:
            raw = self._inflate.unconsumed_tail or self._raw or next(self._chunks, b"")
            self._raw = b""
            if more := self._inflate.decompress(raw, CHUNK):
                return more
            if not raw:
                return b""
        return b""

    @staticmethod
    def _checked(file: BinaryIO) -> Iterator[bytes]:
        digest, held = hashlib.sha256(), b""
        while chunk := file.read(CHUNK):
            held += chunk
            ready, held = held[:-DIGEST_BYTES], held[-DIGEST_BYTES:]
            digest.update(ready)
            if ready:
                yield ready
        if digest.digest() != held:
            raise _BrokenBytes("its bytes are not those that were written")
