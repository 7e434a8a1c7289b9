"""The rule of re-adjudication: which decisions of an older label standard are asked for anew."""

from msgspec.structs import replace

from kenpin.domain.dataset.commands import RequestReadjudication
from kenpin.domain.dataset.events import AnnotationSubmitted, DatasetEvent, ReadjudicationRequested
from kenpin.domain.dataset.refusals import UnknownImage
from kenpin.domain.dataset.state import Dataset
from kenpin.domain.dataset.values import BorderCase


def request(state: Dataset, command: RequestReadjudication) -> list[DatasetEvent]:
    """What was excluded, taken back or judged anew while somebody ranked is in question no more."""
    if command.readjudication_id in state.readjudications:
        return []
    items: dict[str, BorderCase] = {}
    for item in command.items:
        if (image := state.images.get(item.image_id)) is None:
            raise UnknownImage(item.image_id)
        standing = image.annotation
        if image.excluded is None and standing and standing.label_book_revision < command.label_book_revision:
            items.setdefault(item.image_id, _with_decision(item, standing))
    return [ReadjudicationRequested(**(dict(command) | {"items": tuple(items.values())}))]


def _with_decision(item: BorderCase, standing: AnnotationSubmitted) -> BorderCase:
    return replace(item, verdict=standing.verdict, class_ids=classes_in(standing))


def classes_in(annotation: AnnotationSubmitted) -> tuple[str, ...]:
    """The classes that a judgement names, each once, in order of their names."""
    return tuple(sorted({defect.class_id for defect in annotation.defects}))
