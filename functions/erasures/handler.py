"""Lambda on a schedule: delete the bytes of erased images, which no event can wait for."""

from typing import Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.erasures.settled import rows_are_up_to_date
from functions.event import Json
from functions.telemetry import observed
from kenpin.application.erasing import Wanted, carry_out
from kenpin.bootstrap import platform
from kenpin.projections.database import Row
from kenpin.read_models.erasures import projection as erasures

AT_ONCE: Final = 50
"""Images in one call; the rest is next time's."""


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """Answers for how many images it was carried out; what fails stays as it is, and is tried again when it is due.

    Nothing is deleted while rows lag behind: a dataset that has just got the same image would not be seen.
    """
    with platform().database.reading() as sql:
        pending = erasures.pending(sql, AT_ONCE)
    if not pending or not rows_are_up_to_date():
        return {"erased": 0, "left": len(pending)}
    for row in pending:
        _erase(row)
    return {"erased": len(pending), "left": 0}


def _erase(row: Row) -> None:
    dataset_id, image_id = row["dataset_id"], row["image_id"]
    with platform().database.reading() as sql:
        wanted = Wanted(dataset_id, image_id, frozenset(erasures.masks_of(sql, dataset_id, image_id)))
        shared = erasures.masks_of_others(sql, set(wanted.masks))
        carry_out(
            wanted, lambda digests: erasures.held(sql, list(digests)) | (shared & digests), platform().objects
        )
    with platform().database.transaction() as sql:
        erasures.done(sql, dataset_id, image_id)
