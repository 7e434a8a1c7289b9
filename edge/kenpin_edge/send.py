"""Sends the pictures of the spool: uploads their bytes, then announces them. What fails for now is sent again."""

import base64
import json
import logging
import mimetypes
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urljoin

import httpx

from kenpin_edge.config import EdgeConfig
from kenpin_edge.spool import Item, Spool

AT_ONCE: Final = 50
UPLOADS_AT_ONCE: Final = 4
LONGEST_WAIT_S: Final = 60.0
LONGEST_ASKED_WAIT_S: Final = 3600.0
IDLE_S: Final = 0.5
ALIVE_S: Final = 10.0
REPORT_S: Final = 60.0
LATER: Final = frozenset((401, 408, 425, 429))
"""Client errors that end without a change to the picture: a new token, or time, is needed."""
log = logging.getLogger("kenpin-edge")


class SendLater(Exception):
    """The platform cannot take anything now. `after`: seconds that it asked for."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class PlatformBroke(SendLater):
    """The platform broke at what was sent (500). It may be one picture: the others are sent without it."""


class SendRefused(Exception):
    """The platform refuses what was sent."""


class Sender:
    """Sends to one platform."""

    def __init__(self, config: EdgeConfig, spool: Spool) -> None:
        self._config, self._spool = config, spool
        self._http = httpx.Client(timeout=httpx.Timeout(60, connect=10))
        self._threads = ThreadPoolExecutor(UPLOADS_AT_ONCE)
        self._alive = self._reported = self._again = float("-inf")
        self._pause = 1.0

    def run(self, stop: threading.Event) -> None:
        """Send until stopped; wait longer after each failure."""
        failures = 0
        while not stop.is_set():
            self._note_alive()
            try:
                sent = self.send_some()
                if time.monotonic() > self._again:
                    self.send_broken()
                if time.monotonic() - self._reported > REPORT_S:
                    self.report_drops()
                    self._reported = time.monotonic()
            except SendLater as later:
                failures += 1
                wait = min(LONGEST_WAIT_S, 2**failures) * random.uniform(0.5, 1)
                self._rest(stop, str(later), wait if later.after is None else later.after)
                continue
            if failures:
                failures = 0
                self._spool.note("trouble", "")
            if not sent:
                stop.wait(IDLE_S)
        self.close()

    def close(self) -> None:
        self._threads.shutdown()
        self._http.close()

    def _note_alive(self) -> None:
        if time.monotonic() - self._alive > ALIVE_S:
            self._alive = time.monotonic()
            self._spool.note("alive_at", str(time.time()))

    def _rest(self, stop: threading.Event, why: str, seconds: float) -> None:
        log.warning("%s; trying again in %.0f s", why, seconds)
        self._spool.note("trouble", why)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not stop.wait(min(left, ALIVE_S)):
            self._note_alive()

    def send_some(self) -> int:
        """Send the oldest pictures; return how many were dealt with. Raises SendLater."""
        return self._send_items(self._spool.next(AT_ONCE))

    def send_broken(self) -> None:
        """Send pictures at which the platform broke; pause longer while it breaks at all of them. Raises SendLater."""
        try:
            self._send_items(self._spool.broken(AT_ONCE))
            self._pause = 1.0
        except PlatformBroke:
            self._pause = min(LONGEST_WAIT_S, 2 * self._pause)
        self._again = time.monotonic() + self._pause

    def _send_items(self, items: Sequence[Item]) -> int:
        by_dataset: dict[str, list[Item]] = {}
        for item in items:
            station = self._config.stations.get(item.source)
            if station is None:
                self._spool.failed(item.key, f"the configuration has no station with source {item.source}")
            else:
                by_dataset.setdefault(station.dataset, []).append(item)
        for dataset, group in by_dataset.items():
            self._send(dataset, group)
        return len(items)

    def report_drops(self) -> None:
        """Tell the platform how many pictures each source dropped so far, where it is not told. Raises SendLater."""
        for source, dropped in self._spool.drops().items():
            station, noted = self._config.stations.get(source), f"reported {source}"
            if station is None or self._spool.noted(noted) == str(dropped):
                continue
            data = {"dataset_id": station.dataset, "capture": station.capture, "dropped": dropped}
            head = {"type": "kenpin.edge.dropped.v1", "source": source, "id": f"dropped/{dropped}"}
            try:
                self._post("/v1/intake", [{"specversion": "1.0", **head, "data": data}])
            except SendRefused as reason:  # an older platform
                log.warning("drops are not reported: %s", reason)
            self._spool.note(noted, str(dropped))

    def _send(self, dataset: str, group: Sequence[Item]) -> None:
        """Send pictures of one dataset. When the platform refuses all, or breaks, each is sent alone."""
        try:
            refused = self._upload(dataset, group)
            rest = [item for item in group if item.digest not in refused]
            outcomes = self._announce(dataset, rest) if rest else []
        except (SendRefused, PlatformBroke) as reason:
            self._send_each(dataset, group, reason)
            return
        for item in group:
            if item.digest in refused:
                self._spool.failed(item.key, refused[item.digest])
        for item, why in zip(rest, outcomes, strict=True):
            if why:
                self._spool.failed(item.key, why)
            else:
                self._spool.sent(item.key)

    def _send_each(self, dataset: str, group: Sequence[Item], reason: Exception) -> None:
        """Send each picture alone. Raises PlatformBroke when the platform breaks at all of them."""
        if len(group) > 1:
            broke = [later for item in group if (later := self._broke_at(dataset, item))]
            if len(broke) == len(group):
                raise broke[0]
        elif isinstance(reason, SendRefused):
            self._spool.failed(group[0].key, str(reason))
        else:
            self._spool.broke(group[0].key, str(reason))
            raise reason

    def _broke_at(self, dataset: str, item: Item) -> PlatformBroke | None:
        try:
            self._send(dataset, [item])
        except PlatformBroke as broke:
            return broke
        return None

    def _upload(self, dataset: str, group: Sequence[Item]) -> dict[str, str]:
        """Upload the bytes that the platform lacks; return the reasons of those it does not take, by digest."""
        by_digest = {item.digest: item for item in group if item.size}
        files = [
            {"digest": item.digest, "size": item.size, "media_type": _media_type(item.name)}
            for item in by_digest.values()
        ]
        if not files:
            return {}
        answer = self._post(f"/v1/datasets/{dataset}/uploads", {"files": files})
        try:
            plans = [(p["digest"], p["url"], p.get("detail", "")) for p in answer.json()["uploads"]]
            missing = [(by_digest[digest], url) for digest, url, _ in plans if url]
        except (ValueError, KeyError, TypeError):
            raise SendLater(f"{answer.url} did not answer as Kenpin does") from None
        list(self._threads.map(lambda each: self._put(*each), missing))
        return {digest: detail for digest, url, detail in plans if detail and not url}

    def _put(self, item: Item, url: str) -> None:
        """Upload one picture to a signed address, without the token: S3 refuses both together."""
        try:
            body = item.path.read_bytes()
        except OSError as error:
            raise SendRefused(f"the spool cannot read the picture: {error}") from None
        digest = base64.b64encode(bytes.fromhex(item.digest)).decode()
        headers = {"Content-Type": _media_type(item.name), "x-amz-checksum-sha256": digest}
        try:
            answer = self._http.put(urljoin(self._config.address + "/", url), content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SendLater(f"no answer from {self._config.address}: {error}") from None
        if answer.status_code == 403:  # the address has expired: the next attempt gets a new one
            raise SendLater("the address of an upload is no longer valid")
        _check(answer)

    def _announce(self, dataset: str, group: Sequence[Item]) -> list[str]:
        """Announce uploaded pictures; return for each the reason why it is rejected, empty when it is not."""
        answer = self._post("/v1/intake", [_event(dataset, item) for item in group])
        try:
            outcomes = [(each["id"], each["outcome"], each.get("detail", "")) for each in answer.json()]
        except (ValueError, KeyError, TypeError):
            outcomes = []
        if [id for id, _, _ in outcomes] != [item.id for item in group]:
            raise SendLater(f"{answer.url} did not answer as Kenpin does")
        return [detail or "rejected" if outcome == "rejected" else "" for _, outcome, detail in outcomes]

    def _post(self, path: str, body: object) -> httpx.Response:
        return ask(self._http, self._config, "POST", path, content=json.dumps(body))


def ask(
    http: httpx.Client,
    config: EdgeConfig,
    method: str,
    path: str,
    *,
    content: str | None = None,
    params: dict[str, str] | None = None,
) -> httpx.Response:
    """Ask the platform, with the token of the line. Raises SendLater and SendRefused."""
    try:
        token = config.token_file.read_text("utf-8").strip()
    except OSError as error:
        raise SendLater(f"{config.token_file} cannot be read: {error.strerror}") from None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        answer = http.request(method, config.address + path, content=content, params=params, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SendLater(f"no answer from {config.address}: {error}") from None
    return _check(answer)


def _check(answer: httpx.Response) -> httpx.Response:
    """Return a good answer. Raises SendLater and SendRefused."""
    if answer.is_success:
        return answer
    why = f"{answer.request.url.path} answered {answer.status_code}: {_detail(answer)}"
    if answer.status_code in LATER or not answer.is_client_error:
        later = PlatformBroke if answer.status_code == 500 else SendLater
        raise later(why, _asked_wait(answer.headers.get("Retry-After", "")))
    raise SendRefused(why)


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase


def _asked_wait(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After header, which has seconds or a date."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), LONGEST_ASKED_WAIT_S)


def _event(dataset: str, item: Item) -> dict[str, object]:
    data = {"dataset_id": dataset, "digest": item.digest, "name": item.name, "capture": item.capture}
    return {
        "specversion": "1.0",
        "type": "kenpin.image.captured.v1",
        "source": item.source,
        "id": item.id,
        "data": data,
    }


def _media_type(name: str) -> str:
    found = mimetypes.guess_type(name)[0] or ""
    return found if found.startswith("image/") else "image/x-unknown"
