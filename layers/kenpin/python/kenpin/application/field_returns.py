"""Field returns: record what a customer or a later process found on an image."""

from kenpin.application.execute import RequestContext
from kenpin.application.label_book import book_of, check_classes
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.commands import ReportFieldReturn
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.ids import DatasetId
from kenpin.ports import Appended


def report_field_return(
    platform: PlatformParts, dataset_id: DatasetId, report: ReportFieldReturn, request: RequestContext
) -> Appended:
    """Attach what was found to an image. Raises NoSuchDataset, NoSuchClass, and what a command raises."""
    with platform.database.reading() as sql:
        book = book_of(sql, dataset_id)
    if report.class_id is not None:
        check_classes(book, [report.class_id])
    return platform.commands.execute_request(dataset, dataset_id, report, request)
