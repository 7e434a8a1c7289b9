"""Judge images: check the label book, the masks and the authors, then submit annotations or withdraw them."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Final

from kenpin.application.authorship import Authorship, act_on_authors
from kenpin.application.drawn_masks import DrawnJudgement, with_digests
from kenpin.application.execute import RequestContext
from kenpin.application.label_book import book_of, check_classes, check_defects
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.dataset.commands import JudgeBlind, Judgement, SubmitAnnotations, WithdrawAnnotations
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import NoSuchMask
from kenpin.domain.ids import DatasetId, ImageId, Sha256, upload_name
from kenpin.ports import Appended, NotFound
from kenpin.read_models.datasets import queries as datasets
from kenpin.read_models.gallery.holdings import masks_of

NOTHING_DRAWN: Final[Mapping[Sha256, bytes]] = MappingProxyType({})


def submit_drawn(
    platform: PlatformParts,
    dataset_id: DatasetId,
    drawn: Sequence[DrawnJudgement],
    request: RequestContext,
    revisions: Mapping[ImageId, int],
) -> Appended:
    """Judge images by what people drew on them, all or nothing.

    Raises UnknownImage, MaskDoesNotFit, EmptyMask, and what `submit_annotations` raises.
    """
    judgements, masks = with_digests(platform, dataset_id, drawn)
    return submit_annotations(platform, dataset_id, judgements, request, revisions, masks)


def submit_annotations(
    platform: PlatformParts,
    dataset_id: DatasetId,
    judgements: Sequence[Judgement],
    request: RequestContext,
    revisions: Mapping[ImageId, int],
    drawn: Mapping[Sha256, bytes] = NOTHING_DRAWN,
) -> Appended:
    """Judge images, all or nothing. `revisions`: those that the person saw; `drawn`: masks that are not stored yet.

    Raises NoSuchDataset, NoSuchClass, ClassIsRetired, NoSuchMask, Unavailable (rows are behind), and what a command
    raises: OverrideNeedsReason among others.
    """
    with platform.database.reading() as sql:
        book = book_of(sql, dataset_id)
    for judgement in judgements:
        check_defects(book, judgement.defects)
    _keep_masks(platform, dataset_id, judgements, drawn)
    unexplained = [judgement.image_id for judgement in judgements if not judgement.gives_reason]

    def submit(known: Authorship) -> Appended:
        command = SubmitAnnotations(
            annotations=tuple(judgements),
            label_book_revision=book.revision,
            of_others=known.of_others(request.by.actor),
        )
        expected = {**known.revisions, **revisions}
        return platform.commands.execute_request(dataset, dataset_id, command, request, expected)

    return act_on_authors(platform, dataset_id, unexplained, revisions, submit)


def withdraw_annotations(
    platform: PlatformParts,
    dataset_id: DatasetId,
    image_ids: Sequence[ImageId],
    reason: str,
    request: RequestContext,
    revisions: Mapping[ImageId, int],
) -> Appended:
    """Take judgements back, all or nothing. `revisions`: those that the person saw.

    Raises NoSuchDataset, Unavailable (rows are behind), and what a command raises: OverrideNeedsReason among others.
    """

    def withdraw(known: Authorship) -> Appended:
        others = known.of_others(request.by.actor)
        command = WithdrawAnnotations(image_ids=tuple(image_ids), reason=reason, of_others=others)
        expected = {**known.revisions, **revisions}
        return platform.commands.execute_request(dataset, dataset_id, command, request, expected)

    return act_on_authors(platform, dataset_id, () if reason.strip() else image_ids, revisions, withdraw)


def _keep_masks(
    platform: PlatformParts,
    dataset_id: DatasetId,
    judgements: Sequence[Judgement],
    drawn: Mapping[Sha256, bytes],
) -> None:
    """Store drawn and uploaded masks under their permanent names.

    A mask was drawn, was uploaded for this project, or was on this image before; bytes of another project are not
    used.
    """
    masked = [(j.image_id, masks) for j in judgements if (masks := [d.mask for d in j.defects if d.mask])]
    if not masked:
        return
    with platform.database.reading() as sql:
        project_id = datasets.project_of(sql, dataset_id) or ""
        fresh = [
            mask
            for image_id, masks in masked
            for mask in set(masks) - masks_of(sql, dataset_id, image_id, masks)
        ]
    for mask in fresh:
        if mask in drawn:
            platform.objects.put(f"images/{mask}", BytesIO(drawn[mask]))
            continue
        try:
            platform.objects.keep(upload_name(project_id, mask), f"images/{mask}")
        except NotFound:
            raise NoSuchMask(mask) from None


def answer_blind(
    platform: PlatformParts, dataset_id: DatasetId, answer: JudgeBlind, request: RequestContext
) -> Appended:
    """Take one person's answer in an agreement task. Raises NoSuchDataset, NoSuchClass, and what a command raises."""
    with platform.database.reading() as sql:
        check_classes(book_of(sql, dataset_id), answer.defect_classes)
    return platform.commands.execute_request(dataset, dataset_id, answer, request)
