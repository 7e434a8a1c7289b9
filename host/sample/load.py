"""Loads the sample into a platform once; an interrupted load continues."""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from functions.api.runs.answers import Run
from functions.http.answers import Accepted, Page
from host.cli.client import Client
from host.cli.failures import Refused
from host.cli.transfer import Transfer
from host.sample import photos
from kenpin.application.move import ProgressListener
from kenpin.domain.recipe import Method
from kenpin.importing.entry import Source

JUDGED_PER_VERDICT: Final = 12
"""Enough for a first model; the rest of the photos wait for the person who looks at the sample."""
FIRST_METHODS: Final[tuple[Method, ...]] = ("probe", "anomaly", "segmentation")
"""A model in seconds, and two with maps that take a minute together"""
SOURCE: Final = "the sample"
"""Its judgements give as their reason: imported from the sample."""


class NoProgress:
    """Shows no progress."""

    def stage(self, name: str, total: int) -> None: ...

    def step(self, count: int = 1) -> None: ...


def load(client: Client, progress: ProgressListener | None = None) -> bool:
    """Load the sample project and dataset, partly judged, and request first runs. Return True when they are new."""
    created(client, "/projects", photos.PROJECT)
    client.post("/projects/cookies/defect-classes", photos.DEFECT_CLASS)
    source = photos.source()
    source = replace(source, entries=list(photos.with_judged(source.entries, JUDGED_PER_VERDICT)))
    fill(client, "cookies", "クッキー / Cookies", source, progress or NoProgress())
    if client.get("/runs", Page[Run], dataset_id="cookies", limit=1).items:
        return False
    for method in FIRST_METHODS:
        client.post("/runs", {"dataset_id": "cookies", "recipe": {"method": method}})
    return True


def fill(
    client: Client,
    dataset_id: str,
    name: str,
    source: Source,
    progress: ProgressListener,
) -> None:
    """Create a dataset of the sample project with these images."""
    created(
        client,
        "/datasets",
        {"dataset_id": dataset_id, "project_id": photos.PROJECT["project_id"], "name": name},
    )
    Transfer(client, dataset_id, SOURCE, progress).run(source)


def created(client: Client, path: str, body: Mapping[str, str]) -> Accepted | None:
    """Create something; return the answer, None when it exists already."""
    try:
        return client.post(path, body)
    except Refused as refusal:
        if "exists already" not in str(refusal):
            raise
        return None
