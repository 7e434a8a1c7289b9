"""The programs of a line on this machine: a node, an agent for each edge door, and a broker where one is installed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from bench.intake_stations import DATASET_ID, Door, LinePlan, StationPlan
from host.cli.client import Client
from tests.edge.mosquitto import Mosquitto
from tests.host.running import CHECKOUT, RunningNode

EDGE_DOORS: Final[tuple[Door, ...]] = ("edge folder", "edge MQTT")
BROKER_PATHS: Final = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/sbin"


def doors() -> tuple[Door, ...]:
    """Return the doors that this machine has."""
    has_broker = shutil.which("mosquitto", path=BROKER_PATHS) is not None
    return ("two steps", "one step", *EDGE_DOORS[: 1 + has_broker])


class RunningAgent:
    """`kenpin-edge run` with a spool of its own."""

    def __init__(self, folder: Path, settings: str) -> None:
        folder.mkdir()
        self._folder = folder
        (folder / "edge.toml").write_text(settings)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "kenpin_edge", "run", "--config", f"{self._folder}/edge.toml"]
            self._process = subprocess.Popen(command, cwd=CHECKOUT, stdout=log, stderr=log)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


def _cpu_seconds(pid: int) -> float:
    """Return user and system time of a process; 0 of one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Line:
    """`with Line(folder, stations) as line`: all programs run until the end of the block."""

    def __init__(self, folder: Path, stations: int) -> None:
        self._folder = folder
        self.node = RunningNode(folder / "data", http_workers=2)
        self.stations = tuple(self._station(n, doors()[n % len(doors())]) for n in range(stations))
        self.token, self._agents, self._stack = "", list[RunningAgent](), ExitStack()
        self._broker: Mosquitto | None = None

    def _station(self, n: int, door: Door) -> StationPlan:
        folder = self._folder / f"camera-{n}"
        if door == "edge folder":
            folder.mkdir()
        return StationPlan(door, f"/stations/{n}", f"L{n}", str(folder))

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.node)
            self._make_dataset()
            if "edge MQTT" in doors():
                broker = self._broker = Mosquitto(self._folder)
                broker.start()
                stack.callback(broker.kill)
            (self._folder / "token").write_text(self.token)
            for door in EDGE_DOORS:
                if mine := [each for each in self.stations if each.door == door]:
                    agent = RunningAgent(self._folder / door.replace(" ", "-"), self._settings(mine))
                    agent.start()
                    stack.callback(agent.kill)
                    self._agents.append(agent)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def plan(self, stations: Sequence[StationPlan], seed: int) -> LinePlan:
        port = self._broker.port if self._broker else 0
        return LinePlan(self.node.url, self.token, port, tuple(stations), seed)

    def add_people(self, count: int) -> list[str]:
        """Return the actors of inspectors of the dataset."""
        people = [f"inspector-{n}" for n in range(count)]
        for actor in people:
            member = {"actor": actor, "project_id": DATASET_ID, "role": "inspector"}
            self.client().post("/members", member)
        return people

    def cpu_seconds(self) -> float:
        """Return the CPU time of the node's processes so far."""
        return sum(_cpu_seconds(pid) for pid in self.node.processes())

    def kill_host(self) -> None:
        """Kill the node's supervisor, with which all its processes end, and start the node again."""
        self.node.kill()
        self.node.start()

    def kill_database(self) -> None:
        """Kill PostgreSQL; the node starts it again."""
        os.kill(self.node.postmaster(), signal.SIGKILL)

    def kill_agents(self) -> None:
        for agent in self._agents:
            agent.kill()
            agent.start()

    def client(self) -> Client:
        return Client(self.node.url, self.node.auth)

    def _make_dataset(self) -> None:
        client = self.client()
        client.post("/projects", {"project_id": DATASET_ID, "name": "Line"})
        client.post("/datasets", {"dataset_id": DATASET_ID, "project_id": DATASET_ID, "name": "Line"})
        client.caught_up(DATASET_ID, 1)
        asked = {"label": "stations", "project_id": DATASET_ID, "role": "machine"}
        asked["lines"] = [each.line for each in self.stations]  # type: ignore[assignment]
        made = httpx.post(f"{self.node.url}/v1/tokens", json=asked, auth=self.node.auth, trust_env=False)
        assert made.is_success, made.text
        self.token = made.json()["token"]

    def _settings(self, stations: Sequence[StationPlan]) -> str:
        lines = [
            f'address = "{self.node.url}"',
            f'token_file = "{self._folder}/token"',
            'spool = "spool"',
            "status_port = 0",
        ]
        if self._broker is not None and any(each.door == "edge MQTT" for each in stations):
            broker = {
                "host": '"127.0.0.1"',
                "port": self._broker.port,
                "client_id": '"agent"',
                "tls": "false",
            }
            lines += ["[mqtt]", *(f"{name} = {value}" for name, value in broker.items())]
        for each in stations:
            place = (
                [f'topic = "{each.topic}"']
                if each.door == "edge MQTT"
                else [f'folder = "{each.folder}"', 'accept = "rename"']
            )
            named = [f'source = "{each.source}"', f'dataset = "{DATASET_ID}"', f'line = "{each.line}"']
            lines += ["[[stations]]", *named, *place]
        return "\n".join(lines) + "\n"
