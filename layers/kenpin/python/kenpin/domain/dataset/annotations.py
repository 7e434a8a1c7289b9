"""Rules of annotations: people judge images, and a second look accepts or returns the judgement."""

from kenpin.domain.dataset.commands import Judgement, ReviewAnnotations, SubmitAnnotations
from kenpin.domain.dataset.events import AnnotationReviewed, AnnotationSubmitted, DatasetEvent
from kenpin.domain.dataset.images import image_of, refuse_erased
from kenpin.domain.dataset.refusals import (
    DefectOnOk,
    ImageIsExcluded,
    JudgedTwice,
    NothingToReview,
    OutsideImage,
    OwnAnnotation,
)
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import ImageId


def submit(state: DatasetState, command: SubmitAnnotations) -> list[DatasetEvent]:
    """Judge images, all or nothing; the same judgement again adds nothing unless it was returned or confirms a label.

    Raises UnknownImage, ImageIsErased, ImageIsExcluded, DefectOnOk, OutsideImage, JudgedTwice.
    """
    seen: set[ImageId] = set()
    events: list[DatasetEvent] = []
    for judgement in command.annotations:
        image = _judgeable(state, judgement)
        if judgement.image_id in seen:
            raise JudgedTwice(judgement.image_id)
        seen.add(judgement.image_id)
        if image.review == "returned" or not _is_same(image.annotation, judgement, command):
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


def _is_same(standing: AnnotationSubmitted | None, judgement: Judgement, command: SubmitAnnotations) -> bool:
    """Return True for the same judgement under the same label standard; under a newer one it is a new fact.

    So is the first one in answer to a run's label review.
    """
    if standing is None or standing.label_book_revision != command.label_book_revision:
        return False
    if judgement.label_review not in (None, standing.label_review):
        return False
    return (standing.verdict, standing.defects, standing.reason) == (
        judgement.verdict,
        judgement.defects,
        judgement.reason,
    )


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
