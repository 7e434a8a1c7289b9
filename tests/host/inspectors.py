"""People who judge images without pause and never give up on one: the same key until it is answered.

Their line is a bad one: every now and then they hang up before the answer comes.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence

import httpx

from tests.host.running import RunningNode

ANNOTATIONS = "/v1/datasets/cookies/annotations"
PAUSE_S = 0.02
AGAIN_S = 0.05
PATIENCE_S = 10.0
HANG_UP_S = (0.0, 0.02)
"""Seconds until they hang up when they do."""
HANGS_UP = 0.3


class Inspector(threading.Thread):
    """Its judgements are told apart by their reason; each is a new fact, for no two say the same."""

    def __init__(self, node: RunningNode, images: Sequence[str], seed: int) -> None:
        super().__init__(name=f"inspector-{seed}", daemon=True)
        self.acknowledged: dict[str, int] = {}
        """Reason → the version it was answered with."""
        self.unexpected = ""
        self._images, self._chance = images, random.Random(seed)
        self._over = threading.Event()
        self._http = httpx.Client(base_url=node.url, auth=node.auth, trust_env=False)

    def run(self) -> None:
        n = 0
        while not self._over.wait(PAUSE_S):
            n += 1
            reason = f"{self.name}.{n}"
            judgement = {
                "image_id": self._chance.choice(self._images),
                "verdict": self._chance.choice(("OK", "NG", "HOLD")),
                "reason": reason,
            }
            if (version := self._insist(reason, {"annotations": [judgement]})) is not None:
                self.acknowledged[reason] = version

    def _insist(self, key: str, body: object) -> int | None:
        """The version it was answered with; None when there was no answer before the end."""
        while not self._over.is_set():
            try:
                named = {"Idempotency-Key": key}
                answer = self._http.post(ANNOTATIONS, json=body, headers=named, timeout=self._patience())
            except httpx.TransportError:
                time.sleep(AGAIN_S)
                continue
            if answer.status_code == 201:
                return int(answer.json()["version"])
            if answer.status_code != 503:
                self.unexpected = f"{key}: {answer.status_code} {answer.text}"
                return None
            time.sleep(AGAIN_S)
        return None

    def _patience(self) -> httpx.Timeout:
        hangs_up = self._chance.random() < HANGS_UP
        return httpx.Timeout(PATIENCE_S, read=self._chance.uniform(*HANG_UP_S) if hangs_up else PATIENCE_S)

    def finish(self) -> None:
        self._over.set()
        self.join(30)
        self._http.close()


def said(client: httpx.Client) -> tuple[dict[str, int], Counter[str]]:
    """Return their judgements in history: reason → version, and how often each occurs."""
    versions: dict[str, int] = {}
    times: Counter[str] = Counter()
    after: str | None = "0"
    while after is not None:
        query = {"after": after, "limit": "1000"}
        page = client.get("/v1/streams/dataset-cookies/events", params=query).raise_for_status().json()
        for event in page["items"]:
            if event["type"] == "AnnotationSubmitted":
                versions[event["data"]["reason"]] = event["version"]
                times[event["data"]["reason"]] += 1
        after = page["next_cursor"]
    return versions, times
