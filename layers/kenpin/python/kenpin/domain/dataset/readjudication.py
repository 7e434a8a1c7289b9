"""Rules of re-adjudication: decisions made under an older label standard are judged again."""

from msgspec.structs import replace

from kenpin.domain.dataset.commands import RequestReadjudication
from kenpin.domain.dataset.events import AnnotationSubmitted, DatasetEvent, ReadjudicationRequested
from kenpin.domain.dataset.images import image_of
from kenpin.domain.dataset.state import DatasetState, ImageState
from kenpin.domain.dataset.values import BorderCase


def request(state: DatasetState, command: RequestReadjudication) -> list[DatasetEvent]:
    """Ask for these images again, without those excluded, withdrawn or judged again in the meantime.

    Raises UnknownImage.
    """
    if command.readjudication_id in state.readjudications:
        return []
    items: dict[str, BorderCase] = {}
    for item in command.items:
        image = image_of(state, item.image_id)
        if standing := outdated_annotation(image, command.label_book_revision):
            items.setdefault(item.image_id, _with_decision(item, standing))
    return [ReadjudicationRequested(**(dict(command) | {"items": tuple(items.values())}))]


def outdated_annotation(image: ImageState, revision: int) -> AnnotationSubmitted | None:
    """Return the annotation that stands, if it is older than this label standard and the image takes part."""
    standing = image.annotation
    is_outdated = image.excluded is None and standing and standing.label_book_revision < revision
    return standing if is_outdated else None


def _with_decision(item: BorderCase, standing: AnnotationSubmitted) -> BorderCase:
    return replace(item, verdict=standing.verdict, class_ids=classes_in(standing))


def classes_in(annotation: AnnotationSubmitted) -> tuple[str, ...]:
    """Return the classes that a judgement names, each once, sorted by name."""
    return tuple(sorted({defect.class_id for defect in annotation.defects}))
