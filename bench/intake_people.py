"""People who judge what arrives while a line sends, and who wait where the node is down."""

import json
import random
from collections import deque
from typing import Final

from bench.intake_stations import DATASET_ID
from bench.load_clients import Connection, Load, NotThere
from host.issuer.mint import mint
from kenpin.settings import Settings

DATASET: Final = f"/v1/datasets/{DATASET_ID}"
TOKEN_EVERY: Final = 50
"""A token is renewed before every fiftieth judgement: it is valid for ten minutes."""
NO_ANSWER: Final = (OSError, EOFError, TimeoutError)


class Crew:
    """People, and what they share: the images that one of them has taken, and the failures of their requests."""

    def __init__(self, load: Load, settings: Settings) -> None:
        self.load, self.settings = load, settings
        self.taken = set[str]()
        self.failed: list[str] = []
        """The status of each, or the error where there was no answer"""


class Inspector:
    """Opens an image that has just arrived, looks at its thumbnail and judges it, once every `every_s` seconds."""

    def __init__(self, crew: Crew, actor: str, every_s: float, seed: int) -> None:
        self._crew, self._actor, self._every_s = crew, actor, every_s
        self._random = random.Random(seed)
        self._connection = Connection(crew.load.port, "")
        self._images = deque[str]()

    async def run(self) -> None:
        await self._crew.load.repeat(self._every_s, self._random.uniform(0, self._every_s), self._judge)
        self._connection.close()

    async def _judge(self, n: int) -> None:
        if n % TOKEN_EVERY == 0:
            self._connection.token = mint(self._crew.settings, self._actor)
        try:
            await self._judge_next()
        except NotThere:
            return
        except (*NO_ANSWER, AssertionError) as error:
            status = str(error).partition("HTTP/1.1 ")[2][:3]
            self._crew.failed.append(status or type(error).__name__)
            self._connection.close()

    async def _judge_next(self) -> None:
        timed, http = self._crew.load.timed, self._connection
        if not self._images:
            page = await timed("page of 100", http.get(f"{DATASET}/images?limit=100&order=newest"))
            self._take(json.loads(page)["items"])
        if not self._images:
            return
        image_id = self._images.popleft()
        image = json.loads(await timed("image", http.get(f"{DATASET}/images/{image_id}")))
        await timed("thumbnail", http.fetch(image["thumbnail_url"]))
        verdict = self._random.choice(("OK", "NG"))
        judged = {"image_id": image_id, "verdict": verdict, "revision": image["revision"]}
        await timed("judgement", http.post(f"{DATASET}/annotations", {"annotations": [judged]}))

    def _take(self, shown: list[dict[str, str | None]]) -> None:
        """Take ten images of a page that nobody has judged or taken."""
        unjudged = [str(each["image_id"]) for each in shown if each["verdict"] is None]
        free = [image_id for image_id in unjudged if image_id not in self._crew.taken][:10]
        self._crew.taken.update(free)
        self._images.extend(free)
