"""Stations of a line that send seeded pictures through the doors of the intake, until each is acknowledged.

They run in a process of their own, so that making pictures does not delay the people who are measured.
"""

import asyncio
import base64
import json
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, Protocol

import httpx
from msgspec import Struct
from paho.mqtt.client import Client as MqttClient
from paho.mqtt.enums import CallbackAPIVersion
from PIL import Image

Door = Literal["two steps", "one step", "edge folder", "edge MQTT"]
DATASET_ID: Final = "line"
SIDE: Final = 64
LOT: Final = 50
"""The most pictures that a station with two steps announces in one request."""
AT_ONCE: Final = 4
"""Pictures that a station sends side by side"""
AGAIN_S: Final = 0.5
"""Pause of a station without an answer; an answer names its own in Retry-After."""
TYPE: Final = "kenpin.image.captured.v1"


class StationPlan(Struct, frozen=True):
    door: Door
    source: str
    line: str
    folder: str = ""
    """Of an agent's station that watches one"""

    @property
    def topic(self) -> str:
        return f"bench{self.source}/picture"


class LinePlan(Struct, frozen=True):
    """The pictures of all stations together: `per_s` a second, and bursts at some seconds."""

    address: str
    token: str
    broker_port: int
    stations: tuple[StationPlan, ...]
    seed: int
    seconds: float = 0.0
    per_s: float = 0.0
    bursts_at: tuple[float, ...] = ()
    burst: int = 0


class MadePicture(Struct, frozen=True):
    digest: str
    door: Door
    source: str
    made_at: float
    """In Unix time"""


class Told(Struct):
    """The answers of the platform to stations that send over HTTP."""

    later: int = 0
    """429 or 503"""
    unanswered: int = 0
    rejected: list[str] = []


class Driven(Struct, frozen=True):
    pictures: list[MadePicture]
    told: Told


def drive(plan: LinePlan) -> Driven:
    """Make the pictures at their times and send them; return when each is acknowledged by what it was given to."""
    return asyncio.run(_drive(plan))


async def _drive(plan: LinePlan) -> Driven:
    told, broker = Told(), _broker(plan)
    try:
        stations = [
            StationRun(plan, n, _way(plan, each, told, broker)) for n, each in enumerate(plan.stations)
        ]
        made = await asyncio.gather(*(each.run() for each in stations))
    finally:
        if broker is not None:
            broker.disconnect()
            broker.loop_stop()
    return Driven([picture for pictures in made for picture in pictures], told)


class SeededPicture(Struct, frozen=True):
    id: str
    body: bytes
    digest: str


class Way(Protocol):
    """A way to give pictures away."""

    lot: int
    """The most pictures at a time"""

    async def give(self, lot: Sequence[SeededPicture]) -> None:
        """Return when the platform, or an agent's folder or broker, has them."""


class StationRun:
    """Makes pictures at their times, and gives them away in order."""

    def __init__(self, plan: LinePlan, number: int, way: Way) -> None:
        self._plan, self._number, self._way = plan, number, way
        self._station = plan.stations[number]
        self._waiting: asyncio.Queue[SeededPicture | None] = asyncio.Queue()
        self._made: list[MadePicture] = []

    async def run(self) -> list[MadePicture]:
        await asyncio.gather(self._make(), self._give())
        return self._made

    async def _make(self) -> None:
        begun = time.perf_counter()
        for n, due in enumerate(due_times(self._plan, self._number)):
            await asyncio.sleep(max(0.0, begun + due - time.perf_counter()))
            picture = picture_of(self._plan.seed, self._number, n)
            station = self._station
            self._made.append(MadePicture(picture.digest, station.door, station.source, time.time()))
            self._waiting.put_nowait(picture)
        self._waiting.put_nowait(None)

    async def _give(self) -> None:
        lot: list[SeededPicture] = []
        while (picture := await self._waiting.get()) is not None:
            lot.append(picture)
            if len(lot) == self._way.lot or self._waiting.empty():
                await self._way.give(lot)
                lot = []
        if lot:
            await self._way.give(lot)


def due_times(plan: LinePlan, number: int) -> Iterator[float]:
    """Yield the seconds at which a station makes its pictures; its share of a burst is made at once."""
    stations = len(plan.stations)
    every_s = stations / plan.per_s if plan.per_s else 0.0
    steady = [(number / stations + n) * every_s for n in range(int(plan.seconds * plan.per_s / stations))]
    share = len(range(number, plan.burst, stations))
    yield from sorted([*steady, *(at for at in plan.bursts_at for _ in range(share))])


def picture_of(seed: int, station: int, n: int) -> SeededPicture:
    """Return the n-th picture of a station: grey noise as PNG, other noise for each seed, station and n."""
    name = f"{seed}-{station}-{n}"
    out = BytesIO()
    noise = random.Random(name).randbytes(SIDE * SIDE)
    Image.frombytes("L", (SIDE, SIDE), noise).save(out, "PNG", compress_level=1)
    return SeededPicture(name, out.getvalue(), sha256(out.getvalue()).hexdigest())


class HttpStation:
    """The requests of one station. What is not taken is sent again."""

    def __init__(self, plan: LinePlan, station: StationPlan, told: Told) -> None:
        self._plan, self._station, self._told = plan, station, told
        self._headers = {"Authorization": f"Bearer {plan.token}"}
        self._client = httpx.AsyncClient(base_url=plan.address, timeout=30, trust_env=False)

    async def post(self, path: str, **body: object) -> object:
        def ask() -> Awaitable[httpx.Response]:
            return self._client.post(path, headers=self._headers, **body)  # type: ignore[arg-type]

        return (await self._patient(ask)).json()

    async def put(self, url: str, body: bytes) -> None:
        await self._patient(lambda: self._client.put(url, content=body))

    async def _patient(self, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        while True:
            wait_s = AGAIN_S
            try:
                answer = await ask()
            except httpx.TransportError:
                self._told.unanswered += 1
            else:
                if answer.is_success:
                    return answer
                assert answer.status_code in (429, 500, 502, 503), f"{answer.request.url}: {answer.text}"
                self._told.later += 1
                wait_s = float(answer.headers.get("retry-after", AGAIN_S))
            await asyncio.sleep(wait_s)

    def event(self, picture: SeededPicture) -> dict[str, object]:
        capture = {"line": self._station.line}
        data = {"dataset_id": DATASET_ID, "digest": picture.digest, "capture": capture}
        return cloud_event(self._station.source, picture, {"data": data})

    def note(self, outcomes: Sequence[dict[str, str]]) -> None:
        self._told.rejected += [
            each["detail"] for each in outcomes if each["outcome"] not in ("registered", "known")
        ]


class TwoSteps(HttpStation):
    """Uploads a lot, then announces it."""

    lot = LOT

    async def give(self, lot: Sequence[SeededPicture]) -> None:
        files = [{"digest": p.digest, "size": len(p.body), "media_type": "image/png"} for p in lot]
        planned = await self.post(f"/v1/datasets/{DATASET_ID}/uploads", json={"files": files})
        urls = {each["digest"]: each["url"] for each in planned["uploads"]}  # type: ignore[index]
        missing = [(urls[p.digest], p.body) for p in lot if urls[p.digest]]
        for n in range(0, len(missing), AT_ONCE):
            await asyncio.gather(*(self.put(*each) for each in missing[n : n + AT_ONCE]))
        self.note(await self.post("/v1/intake", json=[self.event(p) for p in lot]))  # type: ignore[arg-type]


class OneStep(HttpStation):
    """Sends a picture with its event."""

    lot = AT_ONCE

    async def give(self, lot: Sequence[SeededPicture]) -> None:
        await asyncio.gather(*(self._send(picture) for picture in lot))

    async def _send(self, picture: SeededPicture) -> None:
        form = {
            "data": {"event": json.dumps(self.event(picture))},
            "files": {"picture": (picture.id, picture.body, "image/png")},
        }
        self.note([await self.post("/v1/intake/images", **form)])  # type: ignore[list-item]


class FolderWay:
    """Writes files, as a camera does, into a folder that an agent watches."""

    lot = LOT

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    async def give(self, lot: Sequence[SeededPicture]) -> None:
        for picture in lot:
            aside = self._folder / f"{picture.id}.part"
            aside.write_bytes(picture.body)
            aside.rename(self._folder / f"{picture.id}.png")


class MqttWay:
    """Publishes events with their pictures to the broker that an agent listens to, with QoS 1."""

    lot = LOT

    def __init__(self, station: StationPlan, broker: MqttClient) -> None:
        self._station, self._broker = station, broker

    async def give(self, lot: Sequence[SeededPicture]) -> None:
        published = [self._broker.publish(self._station.topic, self._message(p), qos=1) for p in lot]
        while not all(each.is_published() for each in published):
            await asyncio.sleep(0.01)

    def _message(self, picture: SeededPicture) -> str:
        inside = {"data_base64": base64.b64encode(picture.body).decode(), "datacontenttype": "image/png"}
        return json.dumps(cloud_event(self._station.source, picture, inside))


def cloud_event(source: str, picture: SeededPicture, data: Mapping[str, object]) -> dict[str, object]:
    return {"specversion": "1.0", "type": TYPE, "source": source, "id": picture.id, **data}


def _way(plan: LinePlan, station: StationPlan, told: Told, broker: MqttClient | None) -> Way:
    match station.door:
        case "two steps":
            return TwoSteps(plan, station, told)
        case "one step":
            return OneStep(plan, station, told)
        case "edge folder":
            return FolderWay(station.folder)
        case "edge MQTT":
            assert broker is not None
            return MqttWay(station, broker)


def _broker(plan: LinePlan) -> MqttClient | None:
    if not any(station.door == "edge MQTT" for station in plan.stations):
        return None
    client = MqttClient(CallbackAPIVersion.VERSION2, f"bench-{plan.seed}", clean_session=False)
    client.max_inflight_messages_set(200)
    client.connect("127.0.0.1", plan.broker_port)
    client.loop_start()
    return client
