"""The status of the agent: figures of the spool, a page of this machine, and whether sending stands still."""

import html
import json
import threading
import time
from dataclasses import asdict, dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from kenpin_edge.spool import Spool

STILL_SECONDS: Final = 600
"""Sending stands still when a picture waits, and none was sent, for so long."""
DEAD_SECONDS: Final = 60
SHOWN: Final = 20
HEAD: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>kenpin-edge</title>
<meta http-equiv="refresh" content="5"><style>
:root { color-scheme: light dark }
body { font: 16px sans-serif; margin: 2rem }
th { padding-right: 2rem; text-align: left; vertical-align: top }
</style>"""
PICTURE_BYTES: Final = 1_000_000
"""The spool is full when it has no room for so many bytes."""


@dataclass(frozen=True)
class Status:
    """Times are seconds ago; None: never, or none waits."""

    running: bool
    waiting: int
    oldest_seconds: float | None
    last_sent_seconds: float | None
    spool_bytes: int
    quota_bytes: int
    full: bool
    rejected: int
    rejections: list[str]
    drops: dict[str, int]
    broken: int
    """Waiting pictures at which the platform breaks (500)"""
    broken_seconds: float | None
    """Age of the oldest of them"""
    trouble: list[str]

    @property
    def problem(self) -> str:
        """Return the sentence why nothing is sent; empty when all is well."""
        if not self.running:
            return "the agent is not running"
        if self.full:
            return "the spool is full: no picture is taken; dismiss what is rejected, or raise quota_gb"
        if (self.broken_seconds or 0) > STILL_SECONDS:
            return f"the platform breaks at pictures, see trouble; waiting: {self.broken}"
        since = min(
            each for each in (self.oldest_seconds, self.last_sent_seconds, float("inf")) if each is not None
        )
        if self.waiting and since > STILL_SECONDS:
            return f"nothing was sent for {since / 60:.0f} minutes; waiting: {self.waiting}"
        return ""


def status_of(spool: Spool) -> Status:
    now = time.time()

    def ago(text: object) -> float | None:
        return max(0.0, now - float(str(text))) if text else None

    alive = ago(spool.noted("alive_at"))
    rejections = spool.rows(
        """select source || ' ' || name || ': ' || why from picture where state = 'rejected' union all
        select source || ' ' || path || ': ' || problem from seen where problem <> '' union all
        select topic || ': ' || why from message where again = 0 limit ?""",
        SHOWN,
    )
    rejected = spool.number(
        """select (select count(*) from picture where state = 'rejected')
        + (select count(*) from seen where problem <> '') + (select count(*) from message where again = 0)"""
    )
    [oldest] = spool.rows("select min(added_at) from picture where state = 'waiting'")
    broken = "from picture where state = 'waiting' and why <> ''"
    [(count, oldest_broken)] = spool.rows(f"select count(*), min(added_at) {broken}")
    answers = spool.rows(f"select source || ' ' || name || ': ' || why {broken} order by key limit ?", SHOWN)
    trouble = spool.rows("select key, value from note where key like 'trouble%' and value <> ''")
    return Status(
        running=alive is not None and alive < DEAD_SECONDS,
        waiting=spool.number("select count(*) from picture where state = 'waiting'"),
        oldest_seconds=ago(oldest[0]),
        last_sent_seconds=ago(spool.noted("sent_at")),
        spool_bytes=spool.number("select sum(size) from picture where state in ('waiting', 'rejected')"),
        quota_bytes=spool.quota_bytes,
        full=not spool.has_room(PICTURE_BYTES),
        rejected=rejected,
        rejections=[row[0] for row in rejections],
        drops=spool.drops(),
        broken=count,
        broken_seconds=ago(oldest_broken),
        trouble=[
            *(" ".join((row["key"].removeprefix("trouble"), row["value"])).strip() for row in trouble),
            *(row[0] for row in answers),
        ],
    )


def lines_of(status: Status) -> list[tuple[str, str]]:
    """Return what people read: pairs of name and text."""

    def ago(seconds: float | None) -> str:
        return "–" if seconds is None else f"{seconds:.0f} s ago"

    return [
        ("state", status.problem or "running"),
        ("waiting", f"{status.waiting:,}"),
        ("oldest", ago(status.oldest_seconds)),
        ("last sent", ago(status.last_sent_seconds)),
        ("disk", f"{status.spool_bytes / 1e6:,.1f} MB of {status.quota_bytes / 1e6:,.0f} MB"),
        ("rejected", f"{status.rejected:,}"),
        *(("", text) for text in status.rejections),
        *(("dropped", f"{source}: {count:,}") for source, count in status.drops.items()),
        *(("trouble", text) for text in status.trouble),
    ]


def json_of(status: Status) -> str:
    return json.dumps(asdict(status) | {"problem": status.problem})


def page(status: Status) -> str:
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
        for name, text in lines_of(status)
    )
    return f"{HEAD}<h1>kenpin-edge</h1><table>{rows}</table></html>"


class _StatusHandler(BaseHTTPRequestHandler):
    def __init__(self, spool: Spool, *connection: object) -> None:
        self._spool = spool
        super().__init__(*connection)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in ("127.0.0.1", "localhost"):  # another site's name that leads here
            self.send_error(403)
            return
        status = status_of(self._spool)
        is_json = self.path == "/status.json"
        body = json_of(status) if is_json else page(status)
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if is_json else "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """The log is for pictures."""


def serve(spool: Spool, port: int) -> ThreadingHTTPServer:
    """Serve the status page on 127.0.0.1, by a thread. Port 0: a free one. Raises OSError."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_StatusHandler, spool))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
