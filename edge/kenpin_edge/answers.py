"""Asks the platform for the verdicts that the line waits for, and makes results of them. Lateness is said."""

import json
import logging
import threading
from typing import Final

import httpx

from kenpin_edge import results
from kenpin_edge.config import EdgeConfig, Station
from kenpin_edge.results import OpenResult
from kenpin_edge.send import SendLater, SendRefused, ask
from kenpin_edge.spool import Spool
from kenpin_edge.topics import filled

TYPE: Final = "kenpin.image.answered.v1"
POLL_S: Final = 0.5
AT_ONCE: Final = 50
GIVEN: Final = ("verdict", "score", "threshold", "model_id")
log = logging.getLogger("kenpin-edge")


class AnswerPoll:
    """Polls for the open results of all stations."""

    def __init__(self, config: EdgeConfig, spool: Spool) -> None:
        self._config, self._spool = config, spool
        self._http = httpx.Client(timeout=5)

    def run(self, stop: threading.Event) -> None:
        """Look until stopped."""
        while not stop.wait(POLL_S):
            self.look()
        self.close()

    def close(self) -> None:
        self._http.close()

    def look(self) -> None:
        """Make each open result ready whose verdict is there, or that is late."""
        reachable = True
        for result in results.open_results(self._spool, AT_ONCE):
            station = self._config.stations.get(result.source)
            if station is None or not station.results:  # the configuration has changed
                results.mark_published(self._spool, result.key)
                continue
            data: dict[str, object] = {}
            if result.picture == "rejected":
                data = {"state": "rejected", "why": result.why}
            elif result.picture == "sent" and reachable:
                try:
                    data = self._answer(result)
                except SendLater:
                    reachable = False
            late = result.seconds > station.late_seconds
            if data or late:
                self._make_ready(station, result, {"state": "late"} | data | {"late": late})

    def _answer(self, result: OpenResult) -> dict[str, object]:
        """Return the verdict of a picture; empty: there is none yet. Raises SendLater."""
        params = {"source": result.source, "id": result.id}
        try:
            answer = ask(self._http, self._config, "GET", "/v1/intake/answers", params=params).json()
        except (SendRefused, ValueError):  # the platform does not know the picture, or answers nothing yet
            return {}
        if not isinstance(answer, dict) or answer.get("state") != "answered":
            return {}
        return {"state": "answered"} | {name: answer.get(name) for name in GIVEN}

    def _make_ready(self, station: Station, result: OpenResult, data: dict[str, object]) -> None:
        sender, _, id = result.id.partition(" ")
        if not (station.topic or station.endpoint):  # pictures of a folder have no sender
            sender, id = result.source, result.id
        event = {
            "specversion": "1.0",
            "type": TYPE,
            "source": station.source,
            "id": result.id,
            "data": {"source": sender, "id": id} | data,
        }
        topic = filled(station.results, result.capture)
        results.make_ready(self._spool, result.key, topic, json.dumps(event))
