"""States of images in a folded history, and the effect of undoing a part of it."""

from collections.abc import Callable
from datetime import UTC, datetime

from kenpin.domain.dataset.commands import RevertChange
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    ChangeReverted,
    DatasetEvent,
    ImageErased,
    Judged,
)
from kenpin.domain.dataset.state import ImageState
from kenpin.domain.dataset.undo import ImageAtVersion, ImageVersions, undo
from kenpin.domain.dataset.values import Change
from kenpin.domain.ids import ImageId

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC).isoformat()


def past_of(history: list[DatasetEvent], image_id: ImageId) -> ImageVersions:
    """The image's stands as rows would tell them: one for each version that said something of it."""
    stands: list[ImageAtVersion] = []
    judged: Judged | None = None
    erased: int | None = None
    state = dataset.initial
    for version, event in enumerate(history, 1):
        state, before = dataset.evolve(state, event), state
        if isinstance(event, ImageErased) and event.image_id == image_id:
            erased = erased or version
        image, old = state.images.get(image_id), before.images.get(image_id)
        if image is None or image == old:
            continue
        judged = _judged(judged, image_id, image, event, version)
        stands.append(
            ImageAtVersion(version, image.split, image.excluded, image.capture, judged, image.group)
        )
    return ImageVersions(image_id, state.images[image_id].ordinal, stands, erased)


def _judged(
    before: Judged | None, image_id: ImageId, image: ImageState, event: DatasetEvent, version: int
) -> Judged | None:
    if image.annotation is None:
        return None
    if isinstance(event, ChangeReverted):
        [back] = [b.standing.judged for b in event.images if b.standing.image_id == image_id]
        return back if isinstance(back, Judged) else before
    fresh = isinstance(event, AnnotationSubmitted) or before is None
    at = version if fresh or before is None else before.version
    return Judged(image.annotation, "inspector", NOON, at, image.review)  # type: ignore[arg-type]


def within(*versions: int) -> Callable[[int], bool]:
    return lambda version: version in versions


def undoing(history: list[DatasetEvent], *versions: int) -> list[DatasetEvent]:
    """Return the effect of undoing these versions for every image."""
    state = dataset.fold(history)
    image_undos = [undo(past_of(history, id), within(*versions), "wrong").image_undo for id in state.images]
    change = Change(min(versions, default=0), max(versions, default=0))
    asked = tuple(image_undo for image_undo in image_undos if image_undo is not None)
    return (
        dataset.decide(state, RevertChange(reverts=change, image_undos=asked, reason="wrong"))
        if asked
        else []
    )
