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
RETRY_DELAY_S = 0.05
ANSWER_TIMEOUT_S = 10.0
HANG_UP_S = (0.0, 0.02)
"""Seconds until a client that hangs up does so."""
HANG_UP_SHARE = 0.3


class Inspector(threading.Thread):
    """Sends judgements in a loop. Each has a reason of its own, which identifies it in history."""

    def __init__(self, node: RunningNode, images: Sequence[str], seed: int) -> None:
        super().__init__(name=f"inspector-{seed}", daemon=True)
        self.acknowledged: dict[str, int] = {}
        """Reason → the version it was answered with."""
        self.unexpected = ""
        self._images, self._random = images, random.Random(seed)
        self._stopped = threading.Event()
        self._http = httpx.Client(base_url=node.url, auth=node.auth, trust_env=False)

    def run(self) -> None:
        n = 0
        while not self._stopped.wait(PAUSE_S):
            n += 1
            reason = f"{self.name}.{n}"
            judgement = {
                "image_id": self._random.choice(self._images),
                "verdict": self._random.choice(("OK", "NG", "HOLD")),
                "reason": reason,
            }
            if (version := self._post_until_answered(reason, {"annotations": [judgement]})) is not None:
                self.acknowledged[reason] = version

    def _post_until_answered(self, key: str, body: object) -> int | None:
        """Return the version of the answer; None when the test ends before an answer."""
        while not self._stopped.is_set():
            try:
                named = {"Idempotency-Key": key}
                answer = self._http.post(ANNOTATIONS, json=body, headers=named, timeout=self._timeout())
            except httpx.TransportError:
                time.sleep(RETRY_DELAY_S)
                continue
            if answer.status_code == 201:
                return int(answer.json()["version"])
            if answer.status_code != 503:
                self.unexpected = f"{key}: {answer.status_code} {answer.text}"
                return None
            time.sleep(RETRY_DELAY_S)
        return None

    def _timeout(self) -> httpx.Timeout:
        hangs_up = self._random.random() < HANG_UP_SHARE
        return httpx.Timeout(
            ANSWER_TIMEOUT_S, read=self._random.uniform(*HANG_UP_S) if hangs_up else ANSWER_TIMEOUT_S
        )

    def finish(self) -> None:
        self._stopped.set()
        self.join(30)
        self._http.close()


def judgements_in_history(client: httpx.Client) -> tuple[dict[str, int], Counter[str]]:
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
