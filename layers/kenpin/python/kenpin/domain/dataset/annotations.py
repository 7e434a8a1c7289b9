"""Rules of annotations: people judge images, and a second look accepts or returns the judgement."""

from kenpin.domain.dataset.commands import (
    Judgement,
    ReviewAnnotations,
    SubmitAnnotations,
    WithdrawAnnotations,
)
from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    DatasetEvent,
)
from kenpin.domain.dataset.images import image_of, refuse_erased, unique
from kenpin.domain.dataset.refusals import (
    DefectOnOk,
    ImageIsExcluded,
    JudgedTwice,
    NothingToReview,
    OutsideImage,
    OverrideNeedsReason,
    OwnAnnotation,
)
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import ImageId


def submit(state: DatasetState, command: SubmitAnnotations) -> list[DatasetEvent]:
    """Judge images, all or nothing; the same judgement again adds nothing unless it was returned or confirms a label.

    Raises UnknownImage, ImageIsErased, ImageIsExcluded, DefectOnOk, OutsideImage, JudgedTwice, OverrideNeedsReason.
    """
    seen: set[ImageId] = set()
    events: list[DatasetEvent] = []
    for judgement in command.annotations:
        image = _judgeable(state, judgement)
        if judgement.image_id in seen:
            raise JudgedTwice(judgement.image_id)
        seen.add(judgement.image_id)
        if _is_new_fact(image, judgement, command):
            events.append(_annotation(state, judgement, command.label_book_revision))
    return events


def _judgeable(state: DatasetState, judgement: Judgement) -> ImageState:
    image = image_of(state, judgement.image_id)
    refuse_erased(state, (judgement.image_id,))
    if image.excluded is not None:
        raise ImageIsExcluded(judgement.image_id, image.excluded)
    if judgement.verdict == "OK" and judgement.defects:
        raise DefectOnOk(judgement.image_id)
    if not all(_inside(defect, image.file.width, image.file.height) for defect in judgement.defects):
        raise OutsideImage(judgement.image_id, image.file.width, image.file.height)
    return image


def _inside(defect: Defect, width: int, height: int) -> bool:
    points = list(defect.polygon or ())
    if defect.box:
        x, y, w, h = defect.box
        points += [(x, y), (x + w, y + h)]
        if w < 0 or h < 0:
            return False
    return all(0 <= x <= width and 0 <= y <= height for x, y in points)


def _is_new_fact(image: ImageState, judgement: Judgement, command: SubmitAnnotations) -> bool:
    """Return True for a judgement that does not repeat the one that stands. Raises OverrideNeedsReason."""
    standing = image.annotation
    if standing is None or image.review == "returned":
        return True
    needs_reason = not judgement.gives_reason and _is_protected(image, judgement.image_id, command.of_others)
    if _says_the_same(standing, judgement, command):
        return judgement.reason != standing.reason and not needs_reason
    if needs_reason:
        raise OverrideNeedsReason(judgement.image_id)
    return True


def _says_the_same(standing: AnnotationSubmitted, judgement: Judgement, command: SubmitAnnotations) -> bool:
    """Return True for the same judgement under the same label standard; under a newer one it is a new fact.

    So is the first one in answer to a run's label review.
    """
    if standing.label_book_revision != command.label_book_revision:
        return False
    if judgement.label_review not in (None, standing.label_review):
        return False
    return (standing.verdict, standing.defects) == (judgement.verdict, judgement.defects)


def _is_protected(image: ImageState, image_id: ImageId, of_others: tuple[ImageId, ...]) -> bool:
    """Return True for an accepted judgement, and for another person's: overriding one needs a reason.

    A returned judgement and another person's HOLD wait for a decision, which overrides nothing.
    """
    if image.review is not None or image.annotation is None:
        return image.review == "accepted"
    return image_id in of_others and image.annotation.verdict != "HOLD"


def withdraw(state: DatasetState, command: WithdrawAnnotations) -> list[DatasetEvent]:
    """Take judgements back, all or nothing; an image without one is skipped.

    Raises UnknownImage, OverrideNeedsReason.
    """
    events: list[DatasetEvent] = []
    for id in unique(command.image_ids):
        image = image_of(state, id)
        if image.annotation is None:
            continue
        if not command.reason.strip() and _is_protected(image, id, command.of_others):
            raise OverrideNeedsReason(id)
        events.append(AnnotationWithdrawn(image_id=id, reason=command.reason))
    return events


def _annotation(state: DatasetState, judgement: Judgement, label_book_revision: int) -> AnnotationSubmitted:
    answered = state.suggestion_id if judgement.image_id in state.candidates else None
    return AnnotationSubmitted(
        image_id=judgement.image_id,
        verdict=judgement.verdict,
        defects=judgement.defects,
        label_book_revision=label_book_revision,
        reason=judgement.reason,
        seconds_spent=judgement.seconds_spent,
        suggestion_id=judgement.suggestion_id or answered,
        label_review=judgement.label_review,
    )


def review(state: DatasetState, command: ReviewAnnotations) -> list[DatasetEvent]:
    """Accept or return annotations, all or nothing; the same review again adds nothing.

    Raises UnknownImage, NothingToReview, JudgedTwice, OwnAnnotation.
    """
    seen: set[ImageId] = set()
    events: list[DatasetEvent] = []
    for one in command.reviews:
        image = image_of(state, one.image_id)
        if image.annotation is None:
            raise NothingToReview(one.image_id)
        if one.image_id in seen:
            raise JudgedTwice(one.image_id)
        if one.image_id in command.own:
            raise OwnAnnotation(one.image_id)
        seen.add(one.image_id)
        if image.review != one.outcome:
            events.append(AnnotationReviewed(**dict(one)))
    return events
