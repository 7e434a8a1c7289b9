"""Data health of a dataset. Writes, as what pictures look like is noted."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Final

from msgspec.structs import asdict
from pydantic import Field

from functions.api.data_health.answers import (
    DatasetHealth,
    FindingAnswer,
    HealthPicture,
    HealthSize,
    HealthSlice,
)
from functions.http.paging import decoded_number, encoded, rows
from functions.http.pictures import ShownImages
from functions.http.resolver import new_router
from kenpin.application.data_health import data_health
from kenpin.application.duplicates import look_at_pictures
from kenpin.bootstrap import platform
from kenpin.domain.command import Command
from kenpin.domain.dataset.health import OddPicture

router = new_router()
SECONDS: Final = 8.0
"""A request works so long; what is left is for the next."""
SHOWN: Final = 50
"""Pictures of each oddity"""


class HealthCheck(Command):
    cursor: Annotated[str, Field(max_length=200)] | None = None


@router.post("/datasets/<dataset_id>/health", tags=["datasets"])
def check_health(dataset_id: str, body: HealthCheck) -> DatasetHealth:
    """Tell what is missing for learning, and which pictures are unlike the others of their camera.

    With a `next_cursor` not all pictures were looked at yet: send it, until there is none.
    """
    after = look_at_pictures(platform(), dataset_id, after=decoded_number(body.cursor) or 0, seconds=SECONDS)
    if after is not None:
        return DatasetHealth(next_cursor=encoded(after))
    found = data_health(platform(), dataset_id)
    return DatasetHealth(
        version=found.version,
        findings=[FindingAnswer(**asdict(each)) for each in found.findings],
        verdicts=found.verdicts,
        classes=found.classes,
        sizes=[HealthSize(**each) for each in found.sizes],
        slices=[HealthSlice(**asdict(each)) for each in found.slices],
        pictures=_shown(dataset_id, found.odd),
    )


def _shown(dataset_id: str, odd: Sequence[OddPicture]) -> list[HealthPicture]:
    seen: Counter[str] = Counter()
    shown = []
    for picture in odd:
        seen[picture.oddity] += 1
        if seen[picture.oddity] <= SHOWN:
            shown.append(picture)
    with rows() as sql:
        images = ShownImages(sql, ((dataset_id, each.image_id) for each in shown))
    return [
        HealthPicture(**asdict(each), thumbnail_url=images.thumbnail_url(dataset_id, each.image_id))
        for each in shown
    ]
