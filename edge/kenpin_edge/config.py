"""The configuration of the agent: one TOML file. An error names the file, the key and what to do."""

import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kenpin_edge.topics import names_in, problem_of

CHOICES: Final = {"accept": ("stable", "rename"), "sidecar": ("", "json", "csv")}
FIELDS: Final = frozenset(
    (
        *("product", "line", "station", "camera", "lens", "light", "exposure", "recipe", "lot", "part"),
        *("session", "captured_at", "source_id"),
    )
)
"""The fields of a capture condition."""
VERDICT: Final = "verdict"
"""Not a capture condition: the verdict of the station, by which pictures are sampled."""
NO_FOLDER: Final = Path(os.devnull)
"""The folder of a station that has none."""
GIGABYTE: Final = 1_000_000_000
PORTS: Final = 65_535
MOST: Final = 1_000_000_000
"""No number of the file is larger."""


class ConfigError(Exception):
    """The configuration cannot be used."""

    def __init__(self, file: Path, key: str, what: str) -> None:
        super().__init__(f"{file}: {key}: {what}" if key else f"{file}: {what}")


@dataclass(frozen=True)
class Sampling:
    """The pictures of a station that are sent. NG and grey ones always are; None: no limit."""

    ok_percent: float = 100
    per_minute: int | None = None
    per_hour: int | None = None
    per_day: int | None = None


@dataclass(frozen=True)
class OpcUaSignIn:
    """The sign-in of the agent to an OPC UA server. With `certificate`, the connection is signed and encrypted."""

    username: str = ""
    password_file: Path | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    server_certificate: Path | None = None
    """The certificate that the server must have"""


@dataclass(frozen=True)
class Station:
    """A source of pictures, and the dataset that they go to."""

    source: str
    dataset: str
    folder: Path
    """Of its pictures; where they come as messages, of those files that a message may name"""
    capture: dict[str, str] = field(default_factory=dict)
    """Capture conditions of all its pictures; they stand over those read from names and files."""
    files: tuple[str, ...] = ("*.png", "*.jpg", "*.jpeg", "*.tif", "*.tiff", "*.bmp")
    accept: str = "stable"
    stable_seconds: float = 2
    polling: bool = False
    pattern: re.Pattern[str] | None = None
    sidecar: str = ""
    sidecar_seconds: float = 60
    exif: bool = False
    sampling: Sampling = Sampling()
    topic: str = ""
    """Of its MQTT messages; a level in braces is a capture condition. Empty: it has none."""
    endpoint: str = ""
    """Of its OPC UA server. A station without topic and endpoint has a folder that is watched."""
    sign_in: OpcUaSignIn | None = None
    results: str = ""
    """Topic for the verdicts of its pictures"""
    late_seconds: float = 1200
    """A result that takes longer is late. The platform's inspection of what arrived takes so long at most."""


@dataclass(frozen=True)
class Broker:
    """The MQTT broker of the line. `client_id`: names the agent's session there."""

    host: str
    client_id: str
    port: int
    tls: bool = True
    ca_file: Path | None = None
    username: str = ""
    password_file: Path | None = None


@dataclass(frozen=True)
class EdgeConfig:
    address: str
    token_file: Path
    spool: Path
    stations: dict[str, Station]
    """By source"""
    quota_bytes: int = 20 * GIGABYTE
    status_port: int = 8791
    mqtt: Broker | None = None


class _Table:
    """A table of the file. Each key is taken once; what is left over is an error."""

    def __init__(self, file: Path, place: str, values: object) -> None:
        self._file, self._place = file, place
        if not isinstance(values, dict):
            raise ConfigError(file, place, "must be a table; see docs/guides/edge.md")
        self._left: dict[str, object] = dict(values)

    def error(self, key: str, what: str) -> ConfigError:
        return ConfigError(self._file, f"{self._place}.{key}" if self._place else key, what)

    def text(self, key: str, default: str | None = None) -> str:
        found = self._left.pop(key, default)
        if not isinstance(found, str) or (default is None and not found):
            raise self.error(key, "is missing; give a text" if found is None else "must be a text")
        if key in CHOICES and found not in CHOICES[key]:
            raise self.error(key, f"must be one of {', '.join(filter(None, CHOICES[key]))}")
        return found

    def path(self, key: str) -> Path:
        """Return a path; a relative one begins at the folder of the file."""
        return (self._file.parent / self.text(key)).absolute()

    def number(self, key: str, default: float, most: int = MOST) -> float:
        found = self._left.pop(key, default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= most:
            raise self.error(key, f"must be a number from 0 to {most:,}")
        return found

    def whole(self, key: str, default: int, most: int = MOST) -> int:
        found = self.number(key, default, most)
        if found != int(found):
            raise self.error(key, f"must be a whole number from 0 to {most:,}")
        return int(found)

    def limit(self, key: str) -> int | None:
        return self.whole(key, 0) if key in self._left else None

    def address(self, key: str) -> str:
        text = self.text(key).rstrip("/")
        try:
            url = urlsplit(text)
            is_good = bool(url.hostname) and url.port != 0 and not (url.query or url.fragment)
        except ValueError:  # its port is no number, or too large
            is_good = False
        if not is_good or url.scheme not in ("https", "http") or re.search(r"[\s\\]", text):
            raise self.error(key, "must be an address such as https://kenpin.example (or http://…:8000)")
        return text

    def truth(self, key: str, default: bool = False) -> bool:
        found = self._left.pop(key, default)
        if not isinstance(found, bool):
            raise self.error(key, "must be true or false")
        return found

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        found = self._left.pop(key, default)
        if (
            not isinstance(found, list | tuple)
            or not found
            or not all(isinstance(each, str) for each in found)
        ):
            raise self.error(key, 'must be a list of texts, such as ["*.png"]')
        return tuple(found)

    def has(self, key: str) -> bool:
        return key in self._left

    def topic(self, key: str) -> str:
        text = self.text(key)
        if problem := problem_of(text):
            raise self.error(key, problem)
        if unknown := names_in(text) - FIELDS:
            raise self.error(
                key, f"names {', '.join(sorted(unknown))}; there are {', '.join(sorted(FIELDS))}"
            )
        return text

    def pattern(self, key: str) -> re.Pattern[str] | None:
        text = self.text(key, "")
        try:
            found = re.compile(text)
        except re.error as error:
            raise self.error(key, f"is no regular expression: {error}") from None
        if unknown := found.groupindex.keys() - FIELDS - {VERDICT}:
            raise self.error(
                key,
                f"names {', '.join(sorted(unknown))}; there are {', '.join(sorted(FIELDS))} and {VERDICT}",
            )
        return found if text else None

    def table(self, key: str) -> "_Table":
        place = f"{self._place}.{key}" if self._place else key
        return _Table(self._file, place, self._left.pop(key, {}))

    def tables(self, key: str) -> "list[_Table]":
        found = self._left.pop(key, None)
        if not isinstance(found, list) or not found:
            raise self.error(key, f"is missing; add a table [[{key}]]")
        return [_Table(self._file, f"{key}[{n}]", each) for n, each in enumerate(found)]

    def end(self) -> None:
        for key in self._left:
            raise self.error(key, "is unknown; remove it, or see docs/guides/edge.md for the right name")


def read_config(file: Path) -> EdgeConfig:
    """Read the configuration. Raises ConfigError."""
    try:
        top = _Table(file, "", tomllib.loads(file.read_text("utf-8")))
    except OSError as error:
        raise ConfigError(file, "", f"cannot be read ({error.strerror}); name it with --config") from None
    except ValueError as error:
        raise ConfigError(file, "", f"is no TOML: {error}") from None
    address = top.address("address")
    broker = _broker(top.table("mqtt")) if top.has("mqtt") else None
    stations: dict[str, Station] = {}
    for table in top.tables("stations"):
        station = _station(table)
        if station.source in stations:
            raise table.error("source", f"{station.source} is there twice; give each station its own")
        if (station.topic or station.results) and broker is None:
            raise table.error("topic" if station.topic else "results", "needs a broker; add a table [mqtt]")
        stations[station.source] = station
    config = EdgeConfig(
        address=address,
        token_file=top.path("token_file"),
        spool=top.path("spool"),
        stations=stations,
        quota_bytes=int(top.number("quota_gb", EdgeConfig.quota_bytes / GIGABYTE) * GIGABYTE),
        status_port=top.whole("status_port", EdgeConfig.status_port, PORTS),
        mqtt=broker,
    )
    top.end()
    return config


def _broker(table: _Table) -> Broker:
    tls = table.truth("tls", True)
    broker = Broker(
        host=table.text("host"),
        client_id=table.text("client_id"),
        port=table.whole("port", 8883 if tls else 1883, PORTS),
        tls=tls,
        ca_file=table.path("ca_file") if table.has("ca_file") else None,
        username=table.text("username", ""),
        password_file=table.path("password_file") if table.has("password_file") else None,
    )
    table.end()
    return broker


def _station(table: _Table) -> Station:
    source = table.text("source")
    if len(source) > 400:
        raise table.error("source", "must have at most 400 characters")
    messages = table.has("topic") or table.has("endpoint")
    station = Station(
        source=source,
        dataset=table.text("dataset"),
        folder=NO_FOLDER if messages and not table.has("folder") else table.path("folder"),
        capture=_capture(table),
        sampling=_sampling(table.table("sampling")),
        topic=table.topic("topic") if table.has("topic") else "",
        sign_in=_sign_in(table) if table.has("endpoint") else None,
        endpoint=table.text("endpoint", ""),
        results=table.topic("results") if table.has("results") else "",
        late_seconds=table.number("late_seconds", Station.late_seconds),
    )
    if station.endpoint and (station.topic or not station.endpoint.startswith("opc.tcp://")):
        raise table.error("endpoint", "must begin with opc.tcp://, and stands without topic")
    if not messages:
        station = _watched(table, station)
    table.end()
    return station


CERTIFICATES: Final = ("certificate", "private_key", "server_certificate")


def _sign_in(table: _Table) -> OpcUaSignIn:
    given = [name for name in CERTIFICATES if table.has(name)]
    if given and len(given) < len(CERTIFICATES):
        raise table.error(given[0], f"stands with the other two of {', '.join(CERTIFICATES)}")
    return OpcUaSignIn(
        username=table.text("username", ""),
        password_file=table.path("password_file") if table.has("password_file") else None,
        **{name: table.path(name) for name in given},
    )


def _watched(table: _Table, station: Station) -> Station:
    """Read the keys of a station whose folder is watched."""
    return replace(
        station,
        files=table.texts("files", Station.files),
        accept=table.text("accept", Station.accept),
        stable_seconds=table.number("stable_seconds", Station.stable_seconds),
        polling=table.truth("polling"),
        pattern=table.pattern("pattern"),
        sidecar=table.text("sidecar", Station.sidecar),
        sidecar_seconds=table.number("sidecar_seconds", Station.sidecar_seconds),
        exif=table.truth("exif"),
    )


def _capture(table: _Table) -> dict[str, str]:
    """Read the fields of a capture condition, which stand beside the other keys of a station."""
    given = {name: table.text(name, "") for name in sorted(FIELDS)}
    for name, text in given.items():
        if len(text) > 64:
            raise table.error(name, "must have at most 64 characters")
    return {name: text for name, text in given.items() if text}


def _sampling(table: _Table) -> Sampling:
    percent = table.number("ok_percent", Sampling.ok_percent, 100)
    found = Sampling(percent, *(table.limit(key) for key in ("per_minute", "per_hour", "per_day")))
    table.end()
    return found
