"""The arithmetic of the intake's load: when pictures are made, and what counts as lost or doubled; nothing runs."""

from io import BytesIO

from PIL import Image

from bench.claims.intake import _check
from bench.intake_stations import LinePlan, MadePicture, StationPlan, due_times, picture_of
from bench.report import Report

STATIONS = tuple(StationPlan("one step", f"/stations/{n}", f"L{n}") for n in range(4))
SENT = [MadePicture(digest, "one step", "/stations/0", 0.0) for digest in ("a", "b", "c")]


def times(**plan: object) -> list[list[float]]:
    whole = LinePlan("", "", 0, STATIONS, 0, **plan)  # type: ignore[arg-type]
    return [list(due_times(whole, n)) for n in range(len(STATIONS))]


def test_the_stations_make_so_many_pictures_a_second_and_their_shares_of_each_burst() -> None:
    steady = times(seconds=10, per_s=8)
    assert sum(map(len, steady)) == 80
    assert all(0 <= at < 10 for station in steady for at in station)
    bursts = times(seconds=10, per_s=8, bursts_at=(2.5, 5.1), burst=6)
    assert [len(station) for station in bursts] == [20 + 2 * 2, 20 + 2 * 2, 20 + 2, 20 + 2]
    assert all(station == sorted(station) for station in bursts)
    assert [station.count(5.1) for station in bursts] == [2, 2, 1, 1]


def test_each_picture_is_another_and_the_same_seed_makes_it_again() -> None:
    made = {picture_of(seed, station, n).digest for seed in (1, 2) for station in (0, 1) for n in (0, 1)}
    assert len(made) == 8
    picture = picture_of(1, 0, 0)
    assert picture.digest in made
    with Image.open(BytesIO(picture.body)) as shown:
        shown.load()
        assert shown.size == (64, 64)


def missed(rows: str, stored: dict[str, list[float]], kept: list[tuple[str, str]]) -> dict[str, float]:
    report = Report()
    _check(SENT, list(rows), stored, kept, report)
    return {claim.name: claim.value for claim in report.claims if not claim.holds}


def test_what_is_lost_doubled_or_foreign_is_counted() -> None:
    kept = [("/stations/0", digest) for digest in "abc"]
    once = {digest: [1.0] for digest in "abc"}
    assert missed("abc", once, kept) == {}
    assert missed("ab", once, kept) == {"lost: sent, and no image": 1}
    assert missed("abcc", once, kept) == {"doubled in rows": 1}
    assert missed("abcd", once, kept) == {"images that nobody sent": 1}
    assert missed("abc", {**once, "a": [1.0, 2.0, 3.0]}, kept) == {"doubled in history": 2}
    assert missed("abc", once, kept[1:]) == {"pictures without their id": 1}
    assert missed("abc", once, [*kept, ("/stations/1", "a")]) == {"ids too many": 1}
