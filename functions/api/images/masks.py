"""Masks that judgements name: sent for this project, or drawn on this image before; no other project's bytes."""

from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import Judgement
from kenpin.domain.decider import Missing
from kenpin.domain.ids import upload_name
from kenpin.ports import NotFound
from kenpin.read_models.datasets import projection as datasets
from kenpin.read_models.gallery.holdings import was_mask_of


class NoSuchMask(Missing):
    def __init__(self, mask: str) -> None:
        super().__init__(f"mask {mask[:12]}… has not arrived; upload it first (POST …/uploads)")


def keep_masks(dataset_id: str, judgements: tuple[Judgement, ...]) -> None:
    """Give uploaded masks their lasting place. Raises NoSuchMask."""
    drawn = [(j.image_id, d.mask) for j in judgements for d in j.defects if d.mask]
    if not drawn:
        return
    with platform().database.reading() as sql:
        project_id = datasets.project_of(sql, dataset_id) or ""
        fresh = [mask for image, mask in drawn if not was_mask_of(sql, dataset_id, image, mask)]
    for mask in fresh:
        try:
            platform().objects.keep(upload_name(project_id, mask), f"images/{mask}")
        except NotFound:
            raise NoSuchMask(mask) from None
