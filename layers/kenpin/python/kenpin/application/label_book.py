"""The label book: check what judgements and limit samples name, and ask for re-adjudications."""

from collections.abc import Iterable

from kenpin.application.ownership import project_in_rows
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.refusals import ImageIsExcluded, NoSuchDataset, UnknownImage
from kenpin.domain.dataset.values import Defect
from kenpin.domain.event import Context
from kenpin.domain.ids import DatasetId, ImageId, ProjectId, ReadjudicationId
from kenpin.domain.project.refusals import ClassIsRetired, NoSuchClass
from kenpin.ports import Job
from kenpin.projections.database import Sql
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.gallery import queries as gallery
from kenpin.read_models.projects.queries import LabelBookRows, label_book
from kenpin.read_models.runs import queries as runs


def book_of(sql: Sql, dataset_id: DatasetId) -> LabelBookRows:
    """Return the book that images of this dataset are judged by. Raises NoSuchDataset."""
    if (book := label_book(sql, dataset_id)) is None:
        raise NoSuchDataset
    return book


def check_defects(book: LabelBookRows, defects: Iterable[Defect]) -> None:
    """Check that every defect is of a class in use. Raises ClassIsRetired, NoSuchClass."""
    for defect in defects:
        if defect.class_id in book.retired:
            raise ClassIsRetired(defect.class_id, book.retired[defect.class_id])
        check_classes(book, [defect.class_id])


def check_classes(book: LabelBookRows, class_ids: Iterable[str]) -> None:
    """Check that these classes are in use. Raises NoSuchClass."""
    for class_id in class_ids:
        if class_id not in book.classes:
            raise NoSuchClass(class_id)


def check_pictures(sql: Sql, project_id: ProjectId, pictures: Iterable[tuple[DatasetId, ImageId]]) -> None:
    """Check that these images can stand for the standard of the project.

    Raises NoSuchDataset (none of this project), UnknownImage, ImageIsExcluded.
    """
    for dataset_id, image_id in pictures:
        if datasets.project_of(sql, dataset_id) != project_id:
            raise NoSuchDataset
        row = gallery.one(sql, dataset_id, image_id)
        if row is None:
            raise UnknownImage(image_id)
        if row["excluded"] is not None:
            raise ImageIsExcluded(image_id, row["excluded"])


def ask_for_readjudication(
    platform: PlatformParts,
    dataset_id: DatasetId,
    readjudication_id: ReadjudicationId,
    class_id: str,
    reason: str,
    *,
    by: Context,
) -> Job:
    """Queue the job that lists old decisions about a class, which may be retired.

    Raises NoSuchDataset, NoSuchClass.
    """
    with platform.database.reading() as sql:
        project_id = project_in_rows(sql, dataset_id)
        book = label_book(sql, dataset_id)
        if book is None or class_id not in book.classes | book.retired.keys():
            raise NoSuchClass(class_id)
        run_id = runs.latest_scored(sql, dataset_id)
    arguments: dict[str, str | int | None] = {
        "readjudication_id": readjudication_id,
        "run_id": run_id,
        "class_id": class_id,
        "text": reason,
        "by": by.actor,
    }
    job_id = f"readjudicate-{readjudication_id}"
    job = Job.requested(job_id, "readjudicate", dataset_id, arguments, project=project_id, by=by)
    platform.jobs.send(job)
    return job
