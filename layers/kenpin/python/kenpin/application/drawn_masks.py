"""Masks that people draw: they come as runs of pixels with the judgement, and become PNG."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
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
from kenpin.domain.ids import DatasetId, ImageId, Sha256
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


def with_digests(
    platform: PlatformParts, dataset_id: DatasetId, judgements: Sequence[DrawnJudgement]
) -> tuple[list[Judgement], dict[Sha256, bytes]]:
    """Return the judgements with the digests of the drawn masks, and these masks as PNG by their digests.

    Raises UnknownImage, ImageIsErased, MaskDoesNotFit, EmptyMask.
    """
    masks: dict[Sha256, bytes] = {}
    ids = tuple({each.image_id: None for each in judgements if _has_runs(each)})
    if not ids:
        return [_judgement(each, {}, masks) for each in judgements], masks
    state = platform.commands.state(dataset, dataset_id, Scope(about=ids))
    refuse_erased(state, ids)
    files = {id: image_of(state, id).file for id in ids}
    return [_judgement(each, files, masks) for each in judgements], masks


def _has_runs(judgement: DrawnJudgement) -> bool:
    return any(defect.mask_runs for defect in judgement.defects)


def _judgement(
    drawn: DrawnJudgement, files: Mapping[ImageId, ImageFile], masks: dict[Sha256, bytes]
) -> Judgement:
    """Return the judgement with digests; its drawn masks are added to `masks`."""
    defects = []
    for defect in drawn.defects:
        fields = asdict(defect)
        if runs := fields.pop("mask_runs"):
            body = _png(drawn.image_id, files[drawn.image_id], runs)
            fields["mask"] = sha256(body).hexdigest()
            masks[fields["mask"]] = body
        defects.append(Defect(**fields))
    given = {name: getattr(drawn, name) for name in Judgement.model_fields}
    return Judgement(**given | {"defects": tuple(defects)})


def _png(image_id: ImageId, file: ImageFile, runs: tuple[int, ...]) -> bytes:
    try:
        body = png_of_row_runs(file.width, file.height, runs)
    except InvalidItem:
        raise MaskDoesNotFit(image_id, sum(runs), file.width, file.height) from None
    if body is None:
        raise EmptyMask(image_id)
    return body
