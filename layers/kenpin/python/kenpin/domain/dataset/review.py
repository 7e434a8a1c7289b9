"""The rule of reviews: a second look at what stands, by somebody else where the project asks for two people."""

from kenpin.domain.dataset.commands import ReviewAnnotations
from kenpin.domain.dataset.events import AnnotationReviewed, DatasetEvent
from kenpin.domain.dataset.refusals import JudgedTwice, NothingToReview, OwnAnnotation, UnknownImage
from kenpin.domain.dataset.state import Dataset
from kenpin.domain.ids import ImageId


def review(state: Dataset, command: ReviewAnnotations) -> list[DatasetEvent]:
    """All or nothing; what is reviewed alike already adds nothing."""
    seen: set[ImageId] = set()
    events: list[DatasetEvent] = []
    for one in command.reviews:
        if (image := state.images.get(one.image_id)) is None:
            raise UnknownImage(one.image_id)
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
