"""A segment gives back what was written, and nothing else."""

import io
import tracemalloc
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenpin.application.segment import BrokenSegment, Header, Segment, full, write
from kenpin.domain.commit import Commit, Head
from kenpin.domain.event import Event
from tests.chains import STREAM, batches, chained, end, start, tags


def written(commits: Sequence[Commit], after: Head | None = None, tenant: str = "local") -> bytes:
    out = io.BytesIO()
    write(out, tenant, after or start(tenant), commits)
    return out.getvalue()


def read(body: bytes) -> list[Commit]:
    return list(Segment(io.BytesIO(body)).commits())


THREE = chained(start(), [tags("a", "b"), tags("c"), tags("d")])


@given(batches)
def test_what_was_written_comes_back(history: list[list[Event]]) -> None:
    commits = chained(start(), history)
    assert read(written(commits)) == commits


@given(batches, batches)
def test_a_segment_goes_on_where_the_one_before_ended(
    before: list[list[Event]], after: list[list[Event]]
) -> None:
    earlier = chained(start(), before)
    later = chained(end(earlier), after)
    assert read(written(later, end(earlier))) == later


@given(batches, st.data())
def test_any_byte_that_changed_is_found(history: list[list[Event]], data: st.DataObject) -> None:
    body = bytearray(written(chained(start(), history)))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BrokenSegment):
        read(bytes(body))


@given(st.integers(0, len(written(THREE)) - 1))
def test_a_file_cut_short_anywhere_is_found(length: int) -> None:
    with pytest.raises(BrokenSegment):
        read(written(THREE)[:length])


def test_what_follows_the_end_is_found() -> None:
    with pytest.raises(BrokenSegment):
        read(written(THREE) + b"more")


def test_the_header_says_what_it_holds() -> None:
    line, _, _ = written(THREE).partition(b"\n")
    header = msgspec.json.decode(line, type=Header)
    assert (header.tenant, header.stream, header.first, header.last) == ("local", STREAM, 1, 4)
    assert (header.previous, header.hash) == (start().hash.hex(), THREE[-1].hash.hex())


@pytest.mark.parametrize(
    ("history", "place"),
    [
        ([THREE[0], THREE[2], THREE[1]], 3),
        ([THREE[0], THREE[2]], 3),
        ([THREE[0], msgspec.structs.replace(THREE[1], body=b"[]")], 3),
        (chained(start("another"), [tags("a")]), 1),
    ],
    ids=["reordered", "left out", "altered", "of another tenant"],
)
def test_commits_that_do_not_chain_are_not_written(history: list[Commit], place: int) -> None:
    with pytest.raises(BrokenSegment) as found:
        written(history)
    assert (found.value.stream, found.value.version) == (STREAM, place)


def test_a_segment_of_another_tenant_cannot_be_passed_off_as_ours() -> None:
    body = written(chained(start("another"), [tags("a")]), tenant="another")
    with pytest.raises(BrokenSegment, match="genesis of tenant local"):
        read(body.replace(b'"tenant":"another"', b'"tenant":"local"', 1))


def test_the_sound_part_is_read_before_the_break_is_named() -> None:
    commits = chained(start(), [tags("x" * 90_000 + str(n)) for n in range(20)])
    body, seen = written(commits), []
    with pytest.raises(BrokenSegment) as found:
        for commit in Segment(io.BytesIO(body[: len(body) // 2])).commits():
            seen.append(commit)
    assert 0 < len(seen) < 20 and seen == commits[: len(seen)]
    assert found.value.version == len(seen) + 1


def test_a_segment_closes_when_it_holds_enough_events() -> None:
    commits = iter(chained(start(), [tags("a", "b"), tags("c", "d"), tags("e")]))
    assert [c.first for c in full(commits, events=3)] == [1, 3]
    assert [c.first for c in full(commits, events=3)] == [5]
    assert full(commits, events=3) == []


def test_a_segment_of_large_commits_closes_earlier() -> None:
    commits = iter(chained(start(), [tags("x" * 1_000)] * 5))
    assert [len(full(commits, size=2_000)) for _ in range(4)] == [2, 2, 1, 0]


def test_reading_holds_few_commits_at_a_time() -> None:
    body = written(chained(start(), [tags(str(n) * 50_000) for n in range(200)]))
    tracemalloc.start()
    try:
        assert sum(commit.count for commit in Segment(io.BytesIO(body)).commits()) == 200
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20
    finally:
        tracemalloc.stop()
