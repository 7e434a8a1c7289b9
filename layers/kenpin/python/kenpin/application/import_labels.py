"""Labels of an import: put images into their splits and judge them, and report each image."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kenpin.application import judge
from kenpin.application.defect_classes import known_classes
from kenpin.application.execute import RequestContext
from kenpin.application.import_judgements import JudgementMaker, PreparedJudgement, UnknownClass
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.uploaded_masks import UploadedMasks
from kenpin.domain.dataset.commands import AssignSplit
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import JudgedTwice, NoSuchDataset, UnknownImage
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.decider import Refusal, Scope
from kenpin.domain.event import Context
from kenpin.domain.ids import DatasetId, ImageId, Sha256, Split, stream_of
from kenpin.domain.invalid import place_and_wording
from kenpin.importing.class_ids import ClassIds, ids_by_name
from kenpin.importing.entry import SourceEntry
from kenpin.importing.faults import Fault, FaultPart, InvalidItem, part_of
from kenpin.ports import CommitTooLarge, EntityConflict

MASKS_AT_ONCE: Final = 2
"""A mask of 50 megapixels takes 0.7 GB while it is read."""
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")


class ImageLabels(Struct, frozen=True):
    """An image of the dataset, and what the source says of it."""

    image_id: ImageId
    entry: SourceEntry


class LabelSource(Struct, frozen=True):
    """The source of labels: its name, the rule of its splits, and path → digest of its uploaded masks."""

    name: str
    split_rule: str
    masks: Mapping[str, Sha256]


class LabelResult(Struct, frozen=True):
    """The result of one image. `parts` are the codes of `detail`; `lacks`: a class that the label book has not."""

    image_id: ImageId
    outcome: Literal["judged", "already_judged", "unjudged", "rejected"]
    detail: str = ""
    parts: tuple[FaultPart, ...] = ()
    clipped: bool = False
    split: bool = False
    """True when this request put it into its split"""
    lacks: str = ""
    differs: str = ""
    """The verdicts or splits of what stands and of the source, where they differ"""


class LabelReport(Struct, frozen=True):
    """The results of several images in their order, and the dataset's version after them."""

    stream: str
    version: int
    items: list[LabelResult]


def import_labels(
    platform: PlatformParts,
    dataset_id: DatasetId,
    labels: Sequence[ImageLabels],
    source: LabelSource,
    *,
    by: Context,
) -> LabelReport:
    """Label images of an import, each for itself. An image that has a verdict or a split keeps it.

    Raises NoSuchDataset, Unavailable.
    """
    ids, stream = tuple({each.image_id: None for each in labels}), stream_of("dataset", dataset_id)
    revisions = platform.events.revisions(stream, ids)  # before the state: who judges after it is noticed
    before = platform.commands.state(dataset, dataset_id, Scope(about=ids))
    if not before.version:
        raise NoSuchDataset
    taking = _LabelImport(platform, dataset_id, before, revisions, by)
    first = {each.image_id: each for each in reversed(labels)}
    in_split = taking.assign_splits(first.values(), source.split_rule)
    results = taking.judge(list(first.values()), source)
    items = [
        replace(
            results[each.image_id],
            split=each.image_id in in_split,
            differs=_difference(each.entry, before.images.get(each.image_id)),
        )
        if each is first[each.image_id]
        else _refused(each.image_id, JudgedTwice(each.image_id))
        for each in labels
    ]
    return LabelReport(stream, taking.version, items)


class _LabelImport:
    """One request, with the state of its images before it."""

    def __init__(
        self,
        platform: PlatformParts,
        dataset_id: DatasetId,
        before: DatasetState,
        revisions: Mapping[ImageId, int],
        by: Context,
    ) -> None:
        self._platform, self._dataset_id, self._by = platform, dataset_id, by
        self._before, self._revisions = before, revisions
        self.version = before.version

    def assign_splits(self, labels: Iterable[ImageLabels], rule: str) -> set[ImageId]:
        """Put images that have no split into theirs; return the images that were put."""
        moved = {each.image_id: each.entry.split for each in labels if self._has_no_split(each.image_id)}
        for split in SPLITS:
            if ids := tuple(id for id, wanted in moved.items() if wanted == split):
                command = AssignSplit(image_ids=ids, split=split, rule=rule)
                commands = self._platform.commands
                self.version = commands.execute(dataset, self._dataset_id, command, by=self._by).version
        return {id for id, split in moved.items() if split}

    def judge(self, labels: Sequence[ImageLabels], source: LabelSource) -> dict[ImageId, LabelResult]:
        """Judge the images that have no verdict, and return the result of each image."""
        results = {each.image_id: result for each in labels if (result := self._settled(each))}
        left = [each for each in labels if each.image_id not in results]
        judgements = []
        for each in self._prepared(left, source):
            if isinstance(each, PreparedJudgement):
                judgements.append(each)
            else:
                results[each.image_id] = each
        return results | {each.image_id: each for each in self._submitted(judgements)}

    def _has_no_split(self, image_id: ImageId) -> bool:
        image = self._before.images.get(image_id)
        return image is not None and image.excluded is None and image.split is None

    def _settled(self, labels: ImageLabels) -> LabelResult | None:
        """Return the result of an image that is not to be judged."""
        id, image = labels.image_id, self._before.images.get(labels.image_id)
        if image is None:
            return _refused(id, UnknownImage(id))
        if image.annotation is not None:
            return LabelResult(id, "already_judged")
        if image.excluded is not None:
            return LabelResult(id, "unjudged", f"the image is excluded ({image.excluded})")
        return None if labels.entry.verdict else LabelResult(id, "unjudged")

    def _prepared(
        self, labels: Sequence[ImageLabels], source: LabelSource
    ) -> list[PreparedJudgement | LabelResult]:
        if not labels:
            return []
        platform, project_id = self._platform, self._before.project_id
        maker = JudgementMaker(
            platform.objects,
            project_id,
            ClassIds(ids_by_name(known_classes(platform, project_id))),
            UploadedMasks(platform, project_id, source.masks),
            f"imported from {source.name}",
        )
        images: Mapping[ImageId, ImageState] = self._before.images
        with ThreadPoolExecutor(MASKS_AT_ONCE) as threads:
            return list(threads.map(lambda each: _prepare(maker, each, images[each.image_id]), labels))

    def _submitted(self, judgements: Sequence[PreparedJudgement]) -> Iterator[LabelResult]:
        """Submit judgements together; where that is refused, each half by itself, so that the others come in."""
        if not judgements:
            return
        named = [each.judgement for each in judgements]
        seen = {each.image_id: self._revisions.get(each.image_id, 0) for each in named}
        request = RequestContext(self._by)
        try:
            self.version = judge.submit_annotations(
                self._platform, self._dataset_id, named, request, seen
            ).version
        except (Refusal, EntityConflict, CommitTooLarge) as reason:
            if len(judgements) == 1:
                yield _refused(named[0].image_id, reason)
                return
            half = len(judgements) // 2
            yield from self._submitted(judgements[:half])
            yield from self._submitted(judgements[half:])
        else:
            yield from map(self._judged, judgements)

    def _judged(self, each: PreparedJudgement) -> LabelResult:
        id, file = each.judgement.image_id, self._before.images[each.judgement.image_id].file
        detail = f"a shape goes beyond the picture ({file.width}×{file.height}) and is cut off there"
        return LabelResult(id, "judged", detail if each.is_clipped else "", clipped=each.is_clipped)


def _difference(entry: SourceEntry, image: ImageState | None) -> str:
    """Return what the source says otherwise than the image before it, which stays so."""
    said, split = entry.verdict, entry.split
    found = []
    if image and image.annotation and said and said != image.annotation.verdict:
        found.append(f"is {image.annotation.verdict}, the source says {said}")
    if image and image.split and split and split != image.split:
        found.append(f"is in {image.split}, the source says {split}")
    return "; ".join(found)


def _prepare(
    maker: JudgementMaker, labels: ImageLabels, image: ImageState
) -> PreparedJudgement | LabelResult:
    try:
        return maker.judgement_of(labels.image_id, labels.entry, image)
    except UnknownClass as unknown:
        return LabelResult(labels.image_id, "rejected", lacks=unknown.name)
    except InvalidItem as bad:
        return LabelResult(labels.image_id, "rejected", str(bad), bad.parts)
    except ValidationError as invalid:
        what = "; ".join(map(place_and_wording, invalid.errors()))
        return LabelResult(labels.image_id, "rejected", what, _invalid_parts(invalid.errors()[0]))


def _invalid_parts(error: ErrorDetails) -> tuple[FaultPart, ...]:
    """Return the field of an invalid judgement, and the code that browsers have for an invalid field."""
    field = part_of(Fault.IN_FIELD, name=".".join(map(str, error["loc"])))
    parameters = {name: str(value) for name, value in error.get("ctx", {}).items()}
    return (part_of(Fault.INVALID_JUDGEMENT), field, FaultPart(error["type"], parameters))


def _refused(image_id: ImageId, reason: Refusal | EntityConflict | CommitTooLarge) -> LabelResult:
    if isinstance(reason, EntityConflict):
        bad = InvalidItem(Fault.DECIDED_MEANWHILE)
        return LabelResult(image_id, "rejected", str(bad), bad.parts)
    given = reason.parameters if isinstance(reason, Refusal) else {}
    parameters = {name: str(value) for name, value in given.items()}
    return LabelResult(image_id, "rejected", str(reason), (FaultPart(type(reason).__name__, parameters),))
