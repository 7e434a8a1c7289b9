"""Puts the sample into a platform: once, and from where it was when it was broken off."""

from collections.abc import Mapping
from typing import Final

from functions.api.answers import Accepted, Page, Run
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.transfer import Progress, Transfer
from host.importers.entry import Entry, Problem
from host.sample import photos

JUDGED_PER_VERDICT: Final = 12
"""Enough for a first model; the rest of the photos wait for the person who looks at the sample."""
SOURCE: Final = "the sample"
"""Its judgements give as their reason: imported from the sample."""


class NoProgress:
    """Nobody watches."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, count: int = 1) -> None: ...


def load(client: Client, progress: Progress | None = None) -> bool:
    """The sample project with its dataset, partly judged, and a first run; whether that was asked for just now."""
    created(client, "/projects", photos.PROJECT)
    client.post("/projects/cookies/defect-classes", photos.DEFECT_CLASS)
    found = list(photos.with_judged(photos.entries(), JUDGED_PER_VERDICT))
    fill(client, "cookies", "クッキー / Cookies", found, photos.SPLIT_RULE, progress or NoProgress())
    if client.get("/runs", Page[Run], dataset_id="cookies", limit=1).items:
        return False
    client.post("/runs", {"dataset_id": "cookies"})
    return True


def fill(
    client: Client,
    dataset_id: str,
    name: str,
    found: list[Entry | Problem],
    split_rule: str,
    progress: Progress,
) -> None:
    """A dataset of the sample project with these images in it."""
    created(
        client,
        "/datasets",
        {"dataset_id": dataset_id, "project_id": photos.PROJECT["project_id"], "name": name},
    )
    Transfer(client, dataset_id, SOURCE, split_rule, progress).run(found)


def created(client: Client, path: str, body: Mapping[str, str]) -> Accepted | None:
    """The answer; None when it is there already."""
    try:
        return client.post(path, body)
    except Refused as refusal:
        if "exists already" not in str(refusal):
            raise
        return None
