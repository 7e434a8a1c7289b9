"""Collects the history of chosen images from the commits of a pack while they are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, cast

import msgspec
from msgspec import Struct, field

from kenpin.domain.catalogue import events_in
from kenpin.domain.commit import Commit
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.eligibility import use_of_image
from kenpin.domain.dataset.events import DatasetEvent, GroupingSet
from kenpin.domain.dataset.groups import group_of_image
from kenpin.domain.dataset.in_slice import holds
from kenpin.domain.dataset.judges import JudgesDraft
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import GroupingField
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.ids import ActorId, category_of, id_of

Data = dict[str, object]
PARTS: Final = ("candidates", "items", "images")
"""Fields in which an event about several images speaks of each."""
HIDDEN_FIELDS: Final = frozenset({"type", "image_id", "image_ids", "file", *PARTS})
MIN_DIGITS: Final = 6
"""The fewest digits that identify an image."""


class HistoryStep(Struct, frozen=True):
    """Something that happened to an image."""

    version: int
    at: str
    by: str
    type: str
    details: dict[str, str]


class RunUse(Struct, frozen=True):
    """A run that learnt from the image or was measured by it."""

    run_id: str
    dataset_version: int
    split: str
    models: tuple[str, ...] = ()


class ImageHistory(Struct):
    """One image in one dataset."""

    dataset_id: str
    image_id: str
    steps: list[HistoryStep] = field(default_factory=list)
    uses: list[RunUse] = field(default_factory=list)
    picture: str = ""
    """A data: address, or nothing"""


class ImageSince(Struct, frozen=True):
    """State of an image from `version` on, and who gave the judgement that stands."""

    version: int
    image: ImageState
    judged_by: ActorId | None


class ImageHistoryCollector:
    """Collects the steps of chosen images. `images`: ids, or enough of their first digits."""

    def __init__(self, images: Sequence[str]) -> None:
        self._wanted = tuple(image.lower() for image in images if len(image) >= MIN_DIGITS)
        self._histories: dict[tuple[str, str], ImageHistory] = {}
        self._states: dict[str, DatasetState] = {}
        self._judges: dict[str, JudgesDraft] = defaultdict(JudgesDraft)
        self._groupings: dict[str, list[tuple[int, GroupingField]]] = defaultdict(list)
        self._images: dict[tuple[str, str], list[ImageSince]] = defaultdict(list)
        """Each chosen image after every version that names it."""
        self._runs: list[tuple[str, Data]] = []
        self._models: dict[str, list[str]] = defaultdict(list)

    def add(self, commit: Commit) -> None:
        """Add a commit. A commit without a chosen image is not decoded."""
        category = category_of(commit.stream)
        if category == "dataset" and b'"GroupingSet@' in commit.body:
            self._add_groupings(commit)
        if category == "dataset" and any(image.encode() in commit.body for image in self._wanted):
            self._add_dataset_commit(commit)
        elif category == "run" and b'"RunRequested@' in commit.body:
            self._runs += [
                (id_of(commit.stream), each) for each in _events(commit) if "dataset_version" in each
            ]
        elif category == "model":
            self._add_model_commit(commit)

    def _add_groupings(self, commit: Commit) -> None:
        for version, event in enumerate(events_in(commit), commit.first):
            if isinstance(event, GroupingSet):
                self._groupings[id_of(commit.stream)].append((version, event.field))

    def _add_dataset_commit(self, commit: Commit) -> None:
        meta = cast(Data, msgspec.json.decode(commit.meta))
        dataset_id = id_of(commit.stream)
        stored = zip(_events(commit), events_in(commit), strict=True)
        for version, (fields, event) in enumerate(stored, commit.first):
            chosen = self._chosen_images(fields)
            if chosen:
                self._fold(dataset_id, cast(DatasetEvent, event), str(meta["actor"]), version)
            for image_id in chosen:
                key = (dataset_id, image_id)
                history = self._histories.setdefault(key, ImageHistory(*key))
                step_fields = (str(meta["recorded_at"]), str(meta["actor"]), _type(fields))
                history.steps.append(HistoryStep(version, *step_fields, _details(fields, image_id)))
                if image := self._states[dataset_id].images.get(image_id):
                    judged_by = self._judges[dataset_id].judged_by(image_id)
                    self._images[key].append(ImageSince(version, image, judged_by))

    def _fold(self, dataset_id: str, event: DatasetEvent, actor: ActorId, version: int) -> None:
        self._states[dataset_id] = dataset.fold([event], self._states.get(dataset_id, dataset.initial))
        self._judges[dataset_id].add(event, actor, version)

    def _chosen_images(self, event: Data) -> list[str]:
        candidates = [event.get("image_id"), *cast("list[object]", event.get("image_ids", []))]
        candidates += [_image_of(part) for part in _parts(event)]
        return (
            [id for id in candidates if isinstance(id, str) and id.startswith(self._wanted)]
            if self._wanted
            else []
        )

    def _add_model_commit(self, commit: Commit) -> None:
        for event in _events(commit):
            model = self._models[id_of(commit.stream)]
            match _type(event):
                case "ModelPromoted":
                    model.append(str(event["stage"]))
                case "ModelRolledBack":
                    model.append("candidate")
                case "ModelRetired":
                    model.append("retired")

    def histories(self) -> list[ImageHistory]:
        """Return the history of each chosen image, with the runs that used it, without its picture."""
        histories = sorted(
            self._histories.values(), key=lambda history: (history.dataset_id, history.image_id)
        )
        for history in histories:
            history.uses = [use for run in self._runs if (use := self._use_by_run(history, *run))]
        return histories

    def _use_by_run(self, history: ImageHistory, run_id: str, request: Data) -> RunUse | None:
        """Return how a run used the image, by its state at the run's version; None when it did not."""
        version, key = int(str(request["dataset_version"])), (history.dataset_id, history.image_id)
        if request["dataset_id"] != history.dataset_id:
            return None
        then = next((since for since in reversed(self._images[key]) if since.version <= version), None)
        if then is None:
            return None
        use = use_of_image(then.image, accepted_only=bool(request.get("accepted_only")))
        if use in (None, "pool") or (use == "train" and self._is_left_out(then, request)):
            return None
        stages = self._models.get(run_id)
        models = () if stages is None else (f"{run_id} ({stages[-1] if stages else 'candidate'})",)
        return RunUse(run_id, version, str(use), models)

    def _is_left_out(self, then: ImageSince, request: Data) -> bool:
        """Return True when the image is in the slice of history that the run does not learn from."""
        if (without := msgspec.convert(request.get("without"), HistorySlice | None)) is None:
            return False
        upto, set_then = int(str(request["dataset_version"])), self._groupings[str(request["dataset_id"])]
        grouping = next((name for at, name in reversed(set_then) if at <= upto), None)
        image, group = then.image, group_of_image(then.image, grouping)
        return holds(without, image.capture, group, image.annotation, then.judged_by)


def _events(commit: Commit) -> list[Data]:
    return msgspec.json.decode(commit.body, type=list[Data])


def _type(event: Data) -> str:
    return str(event["type"]).partition("@")[0]


def _details(event: Data, image_id: str) -> dict[str, str]:
    """Return the fields of an event; of an event about several images, the part about this one."""
    part = next((part for part in _parts(event) if _image_of(part) == image_id), {})
    fields = {**event, **part, **cast(Data, part.get("standing", {}))}
    return {name: _text(value) for name, value in fields.items() if name not in {*HIDDEN_FIELDS, "standing"}}


def _parts(event: Data) -> list[Data]:
    return [part for name in PARTS for part in cast("list[Data]", event.get(name, []))]


def _image_of(part: Data) -> object:
    """Return the image of a part. An undo names it in the state that it restores."""
    return cast(Data, part.get("standing", part)).get("image_id")


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
