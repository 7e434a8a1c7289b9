"""Masks that people draw: they come as runs of pixels with the judgement, and are stored as PNG."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Annotated, Final

from msgspec import Meta
from msgspec.structs import asdict
from pydantic import Field

from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.images import image_of, refuse_erased
from kenpin.domain.dataset.refusals import EmptyMask, MaskDoesNotFit
from kenpin.domain.dataset.values import Defect, ImageFile
from kenpin.domain.decider import Scope
from kenpin.domain.ids import DatasetId, ImageId, ProjectId, upload_name
from kenpin.importing.faults import InvalidItem
from kenpin.importing.mask import png_of_row_runs

MOST_RUNS: Final = 500_000
Runs = Annotated[tuple[Annotated[int, Meta(ge=0)], ...], Meta(min_length=1, max_length=MOST_RUNS)]


class DrawnDefect(Defect):
    """A defect as a person draws it: its mask may come as runs instead of the digest of a stored one."""

    mask_runs: Runs | None = None
    """Runs of pixels, off and on in turn, along the rows of the image from the upper left corner"""

    def __post_init__(self) -> None:
        if self.mask and self.mask_runs:
            raise ValueError("give mask or mask_runs, not both")


class DrawnJudgement(Judgement):
    defects: Annotated[tuple[DrawnDefect, ...], Field(max_length=200)] = ()


def with_stored_masks(
    platform: PlatformParts, dataset_id: DatasetId, judgements: Sequence[DrawnJudgement]
) -> list[Judgement]:
    """Store the drawn masks as uploads, and return the judgements with their digests.

    Raises UnknownImage, ImageIsErased, MaskDoesNotFit, EmptyMask.
    """
    ids = tuple({each.image_id: None for each in judgements if _has_runs(each)})
    if not ids:
        return [_stored(platform, "", each, {}) for each in judgements]
    state = platform.commands.state(dataset, dataset_id, Scope(about=ids))
    refuse_erased(state, ids)
    files = {id: image_of(state, id).file for id in ids}
    return [_stored(platform, state.project_id, each, files) for each in judgements]


def _has_runs(judgement: DrawnJudgement) -> bool:
    return any(defect.mask_runs for defect in judgement.defects)


def _stored(
    platform: PlatformParts,
    project_id: ProjectId,
    judgement: DrawnJudgement,
    files: Mapping[ImageId, ImageFile],
) -> Judgement:
    defects = []
    for drawn in judgement.defects:
        fields = asdict(drawn)
        if runs := fields.pop("mask_runs"):
            body = _png(judgement.image_id, files[judgement.image_id], runs)
            fields["mask"] = sha256(body).hexdigest()
            platform.objects.put(upload_name(project_id, fields["mask"]), BytesIO(body))
        defects.append(Defect(**fields))
    given = {name: getattr(judgement, name) for name in Judgement.model_fields}
    return Judgement(**given | {"defects": tuple(defects)})


def _png(image_id: ImageId, file: ImageFile, runs: tuple[int, ...]) -> bytes:
    try:
        body = png_of_row_runs(file.width, file.height, runs)
    except InvalidItem:
        raise MaskDoesNotFit(image_id, sum(runs), file.width, file.height) from None
    if body is None:
        raise EmptyMask(image_id)
    return body
