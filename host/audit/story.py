"""Listens to the commits of a pack while they are written, and tells what was decided on the chosen images."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec
from msgspec import Struct, field

from kenpin.domain.commit import Commit, Head
from kenpin.domain.ids import category_of, id_of

if TYPE_CHECKING:
    from host.cli.client import Client

Data = dict[str, object]
PARTS: Final = ("candidates", "items", "images")
"""Where events that are about several images say something of each."""
NOT_TOLD: Final = frozenset({"type", "image_id", "image_ids", "file", *PARTS})
SHORTEST: Final = 6
"""digits that name an image"""


class Step(Struct, frozen=True):
    """Something that happened to an image."""

    version: int
    at: str
    by: str
    type: str
    details: dict[str, str]


class Use(Struct, frozen=True):
    """A run whose dataset version held the image."""

    run_id: str
    dataset_version: int
    split: str
    models: tuple[str, ...] = ()


class Story(Struct):
    """One image in one dataset."""

    dataset_id: str
    image_id: str
    steps: list[Step] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    picture: str = ""
    """A data: address, or nothing"""


class Chains:
    """`images`: ids, or enough of their first digits."""

    def __init__(self, images: Sequence[str]) -> None:
        self._wanted = tuple(image.lower() for image in images if len(image) >= SHORTEST)
        self._stories: dict[tuple[str, str], Story] = {}
        self._runs: list[tuple[str, Data]] = []
        self._models: dict[str, list[str]] = defaultdict(list)

    def hear(self, commit: Commit) -> None:
        """What no chosen image is in is not even decoded."""
        category = category_of(commit.stream)
        if category == "dataset" and any(image.encode() in commit.body for image in self._wanted):
            self._dataset(commit)
        elif category == "run" and b'"RunRequested@' in commit.body:
            self._runs += [
                (id_of(commit.stream), each) for each in _events(commit) if "dataset_version" in each
            ]
        elif category == "model":
            self._model(commit)

    def _dataset(self, commit: Commit) -> None:
        meta = cast(Data, msgspec.json.decode(commit.meta))
        for version, event in enumerate(_events(commit), commit.first):
            for image_id in self._of_interest(event):
                key = (id_of(commit.stream), image_id)
                story = self._stories.setdefault(key, Story(*key))
                who = (str(meta["recorded_at"]), str(meta["actor"]), _type(event))
                story.steps.append(Step(version, *who, _details(event, image_id)))

    def _of_interest(self, event: Data) -> list[str]:
        named = [event.get("image_id"), *cast("list[object]", event.get("image_ids", []))]
        named += [_image_of(part) for part in _parts(event)]
        return (
            [id for id in named if isinstance(id, str) and id.startswith(self._wanted)]
            if self._wanted
            else []
        )

    def _model(self, commit: Commit) -> None:
        for event in _events(commit):
            model = self._models[id_of(commit.stream)]
            match _type(event):
                case "ModelPromoted":
                    model.append(str(event["stage"]))
                case "ModelRetired":
                    model.append("retired")

    def write(
        self, client: Client, folder: Path, heads: Sequence[Head], records: Sequence[tuple[str, bytes]]
    ) -> int:
        """The report, in both languages; how many images it tells of."""
        from host.audit.report import write_report

        stories = sorted(self._stories.values(), key=lambda story: (story.dataset_id, story.image_id))
        for story in stories:
            story.uses = [use for run in self._runs if (use := self._use(story, *run))]
            story.picture = _picture(client, story)
        write_report(folder, heads, records, stories)
        return len(stories)

    def _use(self, story: Story, run_id: str, asked: Data) -> Use | None:
        """As the image stood at the version that the run learnt."""
        version, split, part = int(str(asked["dataset_version"])), "", False
        if asked["dataset_id"] != story.dataset_id:
            return None
        for step in story.steps:
            if step.version > version:
                break
            split = step.details.get("split", split).replace("null", "")
            if step.type == "ChangeReverted" and "excluded" in step.details:
                part = step.details["excluded"] == "null"
            part = {
                "ImageRegistered": True,
                "ImageRestored": True,
                "ImageExcluded": False,
                "ImageErased": False,
            }.get(step.type, part)
        stages = self._models.get(run_id)
        models = () if stages is None else (f"{run_id} ({stages[-1] if stages else 'candidate'})",)
        return Use(run_id, version, split, models) if part else None


def _events(commit: Commit) -> list[Data]:
    return msgspec.json.decode(commit.body, type=list[Data])


def _type(event: Data) -> str:
    return str(event["type"]).partition("@")[0]


def _details(event: Data, image_id: str) -> dict[str, str]:
    """What the event says, field by field; of several images what it says of this one."""
    mine = next((part for part in _parts(event) if _image_of(part) == image_id), {})
    told = {**event, **mine, **cast(Data, mine.get("standing", {}))}
    return {name: _text(value) for name, value in told.items() if name not in {*NOT_TOLD, "standing"}}


def _parts(event: Data) -> list[Data]:
    return [part for name in PARTS for part in cast("list[Data]", event.get(name, []))]


def _image_of(part: Data) -> object:
    """An undo says how the image stands again."""
    return cast(Data, part.get("standing", part)).get("image_id")


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _picture(client: Client, story: Story) -> str:
    """The small picture as a data: address; nothing when its bytes are erased or gone."""
    from base64 import b64encode

    from functions.api.answers import Image
    from host.cli.failures import Failure

    try:
        image = client.get(f"/datasets/{story.dataset_id}/images/{story.image_id}", Image)
        body = client.download(image.thumbnail_url) if image.thumbnail_url else b""
    except Failure:
        return ""
    return f"data:image/webp;base64,{b64encode(body).decode()}" if body else ""
