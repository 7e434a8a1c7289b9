"""Masks that people draw come as runs of pixels and are stored as PNG, for images that have their size."""

from hashlib import sha256
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from kenpin.application.drawn_masks import DrawnDefect, DrawnJudgement
from kenpin.application.judge import submit_drawn
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import EraseImages
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import AnnotationSubmitted
from kenpin.domain.dataset.refusals import EmptyMask, ImageIsErased, MaskDoesNotFit, UnknownImage
from kenpin.domain.dataset.values import Defect
from kenpin.domain.decider import Refusal
from kenpin.domain.project.refusals import NoSuchClass
from tests.application.conftest import HANAKO, IMAGES, MemoryResources

PIXELS = 64 * 48
MARKED = (2, 3, PIXELS - 5)
"""Three pixels of the first row, from the third on."""


def judge(
    resources: MemoryResources, *defects: DrawnDefect, image_id: str = IMAGES[0]
) -> AnnotationSubmitted:
    drawn = DrawnJudgement(image_id=image_id, verdict="NG", defects=defects)
    appended = submit_drawn(resources, "cookies", [drawn], HANAKO, {})
    (commit,) = resources.events.read(appended.stream, after=appended.version - 1)
    event = events_in(commit)[-1]
    assert isinstance(event, AnnotationSubmitted)
    return event


def test_runs_become_a_stored_mask_of_the_size_of_the_image(cookies: MemoryResources) -> None:
    outline = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))
    (masked, drawn) = judge(
        cookies, DrawnDefect("crack", mask_runs=MARKED), DrawnDefect("crack", polygon=outline)
    ).defects
    assert drawn == Defect("crack", polygon=outline)
    assert masked.mask
    body = cookies.objects.open(f"images/{masked.mask}").read()
    assert sha256(body).hexdigest() == masked.mask
    with Image.open(BytesIO(body)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "1", (64, 48))
        ys, xs = np.nonzero(np.asarray(picture))
    assert list(zip(xs.tolist(), ys.tolist(), strict=True)) == [(2, 0), (3, 0), (4, 0)]


def test_a_drawn_mask_is_stored_once_and_leaves_no_upload(cookies: MemoryResources) -> None:
    (masked,) = judge(cookies, DrawnDefect("crack", mask_runs=MARKED)).defects
    assert list(cookies.objects.names("")) == [f"images/{masked.mask}"]


def test_a_mask_of_a_refused_judgement_is_not_stored(cookies: MemoryResources) -> None:
    with pytest.raises(NoSuchClass):
        judge(cookies, DrawnDefect("dent", mask_runs=MARKED))
    assert list(cookies.objects.names("")) == []


def test_a_stored_mask_is_named_by_its_digest_from_then_on(cookies: MemoryResources) -> None:
    (first,) = judge(cookies, DrawnDefect("crack", mask_runs=MARKED)).defects
    again = judge(cookies, DrawnDefect("crack", mask=first.mask), DrawnDefect("crack", box=(0, 0, 2, 2)))
    assert [defect.mask for defect in again.defects] == [first.mask, None]


@pytest.mark.parametrize(
    ("runs", "image_id", "refusal"),
    [
        ((2, 3), IMAGES[0], MaskDoesNotFit),
        ((2, 3, PIXELS), IMAGES[0], MaskDoesNotFit),
        ((PIXELS,), IMAGES[0], EmptyMask),
        (MARKED, "e" * 64, UnknownImage),
    ],
)
def test_runs_that_do_not_fit_are_refused_and_not_stored(
    cookies: MemoryResources, runs: tuple[int, ...], image_id: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        judge(cookies, DrawnDefect("crack", mask_runs=runs), image_id=image_id)
    assert list(cookies.objects.names("")) == []


def test_an_erased_image_takes_no_mask(cookies: MemoryResources) -> None:
    erased = EraseImages(image_ids=IMAGES[:1], reason="a face")
    cookies.commands.execute(dataset, "cookies", erased, by=HANAKO.by)
    with pytest.raises(ImageIsErased):
        judge(cookies, DrawnDefect("crack", mask_runs=MARKED))
    assert list(cookies.objects.names("")) == []


def test_a_defect_has_one_mask() -> None:
    both = {"class_id": "crack", "mask": "f" * 64, "mask_runs": [1, 2]}
    with pytest.raises(ValidationError, match="mask or mask_runs, not both"):
        DrawnJudgement.model_validate({"image_id": IMAGES[0], "verdict": "NG", "defects": [both]})
