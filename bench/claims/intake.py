"""Stations send to the intake while people judge: the figures of each door; nothing is lost and nothing doubled."""

import asyncio
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bench.intake_line import Line, doors
from bench.intake_people import Crew, Inspector
from bench.intake_stations import DATASET_ID, Driven, MadePicture, drive
from bench.load_clients import Load, Measured
from bench.report import Report, Scale, percentile, print_progress
from host.embedded_postgres import EmbeddedPostgres
from kenpin.bootstrap import wire
from kenpin.bootstrap.wiring import Platform
from kenpin.domain.catalogue import recorded
from kenpin.domain.dataset.events import ImageRegistered
from kenpin.domain.ids import stream_of
from kenpin.settings import Settings

STATIONS: Final = 20
PEOPLE: Final = 20
JUDGEMENT_EVERY_S: Final = 2.0
"""Of each person."""
PER_S: Final = 100
BURST: Final = 2_000
MOST_P99_MS: Final = 250
STALLED_S: Final = 180.0
"""What does not arrive for so long is lost: an agent pauses up to a minute, and looks into a folder each minute."""
WINDOW_S: Final = 10
WARM_UP: Final = 200
"""Pictures through all doors, before anything is measured"""


class IntakeSize(Struct, frozen=True):
    seconds: int
    bursts_at: tuple[float, ...]
    alone: int
    """Pictures of a burst through one door alone"""
    quiet_s: float
    """Seconds for which people judge while nothing is sent"""


SIZES: Final[dict[Scale, IntakeSize]] = {
    "small": IntakeSize(60, (20.0,), 400, 20),
    "full": IntakeSize(600, (60.0, 180.0, 300.0, 420.0, 540.0), 2_000, 60),
}
NOTES: Final = [
    "a whole node on 127.0.0.1: two HTTP workers, the projector and embedded PostgreSQL with fsync on",
    "stations, agents, broker and people run beside it and share its cores",
    "pictures are 64 × 64 PNG of grey noise, each its own; all go to one dataset",
    "two steps: a station uploads what waits, 50 pictures at most, then announces it; one step: four at a time",
    "edge: kenpin-edge with its spool, by files in watched folders, and by MQTT with QoS 1",
    "alone: the burst through the five stations of one door, from the first picture made to the last one stored",
    "made to stored: from the picture to its durable append",
]


def measure(scale: Scale, report: Report) -> None:
    size = SIZES[scale]
    report.sizes |= {"stations": STATIONS, "people": PEOPLE, "images_per_s": PER_S, "seconds": size.seconds}
    report.sizes |= {"burst": BURST, "bursts": len(size.bursts_at), "doors": ", ".join(doors())}
    report.notes += NOTES
    with (
        tempfile.TemporaryDirectory(prefix="kenpin-bench-") as folder,
        _driver() as driver,
        Line(Path(folder), STATIONS) as line,
        _platform(line) as platform,
    ):
        warm_up = replace(line.plan(line.stations, seed=len(doors()) + 1), bursts_at=(0.0,), burst=WARM_UP)
        first = driver.submit(drive, warm_up).result().pictures
        _wait_until_stored(platform, WARM_UP)
        alone = _doors_alone(line, driver, platform, size.alone, report)
        people = line.add_people(PEOPLE)
        quiet, before = asyncio.run(_people_alone(line, people, size.quiet_s)), line.cpu_seconds()
        driven, crew = asyncio.run(_under_load(line, driver, people, size, kills=report.kills))
        made = [*first, *alone, *driven.pictures]
        _wait_until_stored(platform, len(made))
        if not report.kills:
            milliseconds = (line.cpu_seconds() - before) * 1e3 / len(driven.pictures)
            report.add("all doors and people, CPU of the node for an image", "ms", [milliseconds])
        stored = _stored(platform)
        _add_alone(alone, stored, report)
        _add_load(driven, stored, report)
        _add_people("people alone", quiet.load.measured, report)
        _add_people("people", crew.load.measured, report)
        _add_judgements(crew.load.measured, size.seconds // WINDOW_S, report)
        report.add("requests of people without a good answer", "requests", [len(crew.failed)])
        report.notes += [f"people, {what}: {count}" for what, count in Counter(crew.failed).items()]
        rows = [image.image_id for image in line.client().images(DATASET_ID)]
        _check(made, rows, stored, _kept_ids(platform), report)


@contextmanager
def _driver() -> Iterator[Executor]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@contextmanager
def _platform(line: Line) -> Iterator[Platform]:
    """Yield the node's own parts, to count what is stored."""
    data = line.node.folder
    settings = Settings(data_dir=data, database_url=EmbeddedPostgres(data / "postgres").url)
    platform = wire(settings)
    try:
        yield platform
    finally:
        platform.close()


def _doors_alone(
    line: Line, driver: Executor, platform: Platform, burst: int, report: Report
) -> list[MadePicture]:
    made: list[MadePicture] = []
    stored = WARM_UP
    for n, door in enumerate(doors()):
        print_progress(f"{door} alone, {burst} pictures")
        stations = [each for each in line.stations if each.door == door]
        plan = replace(line.plan(stations, seed=n + 1), bursts_at=(0.0,), burst=burst)
        before = line.cpu_seconds()
        made += driver.submit(drive, plan).result().pictures
        stored += burst
        _wait_until_stored(platform, stored)
        milliseconds = (line.cpu_seconds() - before) * 1e3 / burst
        report.add(f"{door} alone, CPU of the node for an image", "ms", [milliseconds])
    return made


async def _people_alone(line: Line, people: Sequence[str], seconds: float) -> Crew:
    """Let people judge while nothing is sent, to compare with."""
    print_progress(f"{len(people)} people alone for {seconds:g} s")
    crew = _crew(line, seconds)
    await asyncio.gather(*(each.run() for each in _inspectors(crew, people)))
    return crew


def _crew(line: Line, seconds: float) -> Crew:
    settings = Settings(data_dir=line.node.folder, public_url=line.node.url)
    return Crew(Load(line.node.port, seconds), settings)


def _inspectors(crew: Crew, people: Sequence[str]) -> list[Inspector]:
    return [Inspector(crew, actor, JUDGEMENT_EVERY_S, seed) for seed, actor in enumerate(people)]


async def _under_load(
    line: Line, driver: Executor, people: Sequence[str], size: IntakeSize, *, kills: bool
) -> tuple[Driven, Crew]:
    print_progress(f"{STATIONS} stations and {PEOPLE} people for {size.seconds} s")
    plan = replace(
        line.plan(line.stations, seed=0),
        seconds=size.seconds,
        per_s=PER_S,
        bursts_at=size.bursts_at,
        burst=BURST,
    )
    crew = _crew(line, size.seconds)
    driven = asyncio.wrap_future(driver.submit(drive, plan))
    await asyncio.gather(
        *(each.run() for each in _inspectors(crew, people)), _kill(line, size.seconds if kills else 0)
    )
    return await driven, crew


async def _kill(line: Line, seconds: float) -> None:
    """Kill the host, the database and the agents, one after the other; seconds 0: kill nothing."""
    for kill in (line.kill_host, line.kill_database, line.kill_agents) if seconds else ():
        await asyncio.sleep(seconds / 4)
        print_progress(kill.__name__.replace("_", " "))
        await asyncio.to_thread(kill)


def _wait_until_stored(platform: Platform, pictures: int) -> None:
    """Wait until so many rows are there, or none has come for a while."""
    found, since = 0, time.monotonic()
    while found < pictures and time.monotonic() - since < STALLED_S:
        time.sleep(0.2)
        if (now := _rows(platform)) > found:
            found, since = now, time.monotonic()


def _rows(platform: Platform) -> int:
    with platform.database.reading() as sql:
        row = sql.execute("select count(*) as images from image").fetchone()
    return int(row["images"]) if row else 0


def _stored(platform: Platform) -> dict[str, list[float]]:
    """Return the times, in Unix time, at which the history registers each image."""
    found: dict[str, list[float]] = {}
    for commit in platform.events.read(stream_of("dataset", DATASET_ID)):
        for each in recorded(commit):
            if isinstance(each.event, ImageRegistered):
                times = found.setdefault(each.event.image_id, [])
                times.append(each.recorded_at.timestamp())
    return found


def _add_alone(made: Sequence[MadePicture], stored: dict[str, list[float]], report: Report) -> None:
    for door in doors():
        mine = [each for each in made if each.door == door]
        ends = [stored[each.digest][0] for each in mine if each.digest in stored]
        seconds = max(ends) - min(each.made_at for each in mine)
        report.add(f"{door} alone, a burst of {len(mine)}", "images/s", [len(ends) / seconds])


def _add_load(driven: Driven, stored: dict[str, list[float]], report: Report) -> None:
    made = [each for each in driven.pictures if each.digest in stored]
    for door in doors():
        lags = [stored[each.digest][0] - each.made_at for each in made if each.door == door]
        for name, share in (("p50", 0.5), ("p95", 0.95), ("most", 1.0)):
            report.add(f"{door}, made to stored, {name}", "s", [percentile(lags, share)])
    seconds = max(stored[each.digest][0] for each in made) - min(each.made_at for each in made)
    rate = report.add("all doors, stored", "images/s", [len(made) / seconds]).median
    report.claim_at_least("all doors, stored, images/s", rate, PER_S)
    report.add("answered 429 or 503", "requests", [driven.told.later])
    report.add("not answered", "requests", [driven.told.unanswered])
    report.notes += sorted(set(driven.told.rejected))[:5]
    report.claim_at_most("rejected by the platform", len(driven.told.rejected), 0)


def _add_people(who: str, measured: list[Measured], report: Report) -> None:
    for kind in sorted({one.kind for one in measured}):
        latencies = [one.latency_s * 1e3 for one in measured if one.kind == kind]
        for share in (0.5, 0.95, 0.99):
            report.add(f"{who}, {kind}, p{share * 100:g}", "ms", [percentile(latencies, share)])


def _add_judgements(measured: list[Measured], windows: int, report: Report) -> None:
    """Hold the judgements to the aim, and add the p99 of each window."""
    judged = [one for one in measured if one.kind == "judgement"]
    report.claim_at_most(
        "judgement, p99, ms", percentile([one.latency_s * 1e3 for one in judged], 0.99), MOST_P99_MS
    )
    for n in range(windows):
        if here := [one.latency_s * 1e3 for one in judged if int(one.at_s // WINDOW_S) == n]:
            report.add(f"judgement, window {n + 1}, p99", "ms", [percentile(here, 0.99)])


def _kept_ids(platform: Platform) -> list[tuple[str, str]]:
    """Return the source and the image of each event id that is kept."""
    with platform.database.reading() as sql:
        rows = sql.execute("select source, image_id from intake_event").fetchall()
    return [(row["source"], row["image_id"]) for row in rows]


def _check(
    made: Sequence[MadePicture],
    rows: Sequence[str],
    stored: Mapping[str, Sequence[float]],
    kept: Sequence[tuple[str, str]],
    report: Report,
) -> None:
    """Hold what was sent against the images, the history and the ids that are kept."""
    sent, found = {each.digest for each in made}, set(rows)
    report.add("pictures sent", "images", [len(made)])
    lost = Counter(each.door for each in made if each.digest not in found)
    report.notes += [f"lost through {door}: {count}" for door, count in sorted(lost.items())]
    report.claim_at_most("lost: sent, and no image", len(made) - len(sent & found), 0)
    report.claim_at_most("images that nobody sent", len(found - sent), 0)
    report.claim_at_most("doubled in rows", len(rows) - len(found), 0)
    report.claim_at_most("doubled in history", sum(len(times) - 1 for times in stored.values()), 0)
    ids = Counter(kept)
    due = Counter((each.source, each.digest) for each in made)
    report.claim_at_most("pictures without their id", (due - ids).total(), 0)
    report.claim_at_most("ids too many", (ids - due).total(), 0)
