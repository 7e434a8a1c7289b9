"""People judge images under the label book as it stands, with masks that are there."""

from io import BytesIO

import pytest

from kenpin.application.execute import RequestContext
from kenpin.application.judge import answer_blind, submit_annotations, withdraw_annotations
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import JudgeBlind, Judgement, OpenAgreementTask
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import AnnotationSubmitted, DatasetEvent
from kenpin.domain.dataset.refusals import NoSuchDataset, NoSuchMask, OverrideNeedsReason
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import Verdict, upload_name
from kenpin.domain.project.commands import RetireDefectClass
from kenpin.domain.project.decider import project
from kenpin.domain.project.refusals import ClassIsRetired, NoSuchClass
from kenpin.ports import EntityConflict
from tests.application.conftest import HANAKO, IMAGES, TARO, MemoryResources

MASK = "f" * 64


def judge(resources: MemoryResources, *defects: Defect, dataset_id: str = "cookies") -> DatasetEvent:
    """Judge the first image, and return the event of it."""
    judgement = Judgement(image_id=IMAGES[0], verdict="NG", defects=defects)
    appended = submit_annotations(resources, dataset_id, [judgement], HANAKO, {})
    (commit,) = resources.events.read(appended.stream, after=appended.version - 1)
    event = events_in(commit)[-1]
    assert isinstance(event, AnnotationSubmitted)
    return event


def retire(resources: MemoryResources) -> None:
    command = RetireDefectClass(class_id="crack", reason="split in two")
    resources.commands.execute(project, "cookies", command, by=HANAKO.by)


def test_a_judgement_names_the_revision_of_the_label_book_that_stands(cookies: MemoryResources) -> None:
    before = judge(cookies, Defect("crack"))
    retire(cookies)
    after = judge(cookies)
    assert isinstance(before, AnnotationSubmitted) and isinstance(after, AnnotationSubmitted)
    assert (before.label_book_revision, after.label_book_revision) == (1, 2)


def test_a_class_that_is_not_in_the_book_is_refused(cookies: MemoryResources) -> None:
    with pytest.raises(NoSuchClass, match="dent"):
        judge(cookies, Defect("dent"))


def test_a_retired_class_is_refused_with_the_reason(cookies: MemoryResources) -> None:
    retire(cookies)
    with pytest.raises(ClassIsRetired, match="split in two"):
        judge(cookies, Defect("crack"))


def test_a_dataset_that_is_not_there_has_no_label_book(cookies: MemoryResources) -> None:
    with pytest.raises(NoSuchDataset):
        judge(cookies, dataset_id="cakes")


def test_a_mask_that_was_sent_for_the_project_is_kept_for_good(cookies: MemoryResources) -> None:
    sent = upload_name("cookies", MASK)
    cookies.objects.put(sent, BytesIO(b"mask"))
    judge(cookies, Defect("crack", mask=MASK))
    cookies.objects.expire(sent)
    judge(cookies, Defect("crack", mask=MASK))
    judge(cookies)
    another = "e" * 64
    cookies.objects.put(upload_name("cookies", another), BytesIO(b"another"))
    judge(cookies, Defect("crack", mask=MASK), Defect("crack", mask=another))
    kept = [cookies.objects.open(f"images/{mask}").read() for mask in (MASK, another)]
    assert kept == [b"mask", b"another"]


def test_a_mask_of_another_project_is_not_there(cookies: MemoryResources) -> None:
    cookies.objects.put(upload_name("cakes", MASK), BytesIO(b"mask"))
    with pytest.raises(NoSuchMask):
        judge(cookies, Defect("crack", mask=MASK))
    assert cookies.events.head("dataset-cookies").version == 1 + len(IMAGES)


def test_a_blind_answer_names_classes_in_use(cookies: MemoryResources) -> None:
    task = OpenAgreementTask(task_id="t1", image_ids=IMAGES[:1], people=("hanako", "taro"))
    cookies.commands.execute(dataset, "cookies", task, by=HANAKO.by)
    answer = JudgeBlind(
        task_id="t1", image_id=IMAGES[0], person="hanako", verdict="NG", defect_classes=("crack",)
    )
    answered = answer_blind(cookies, "cookies", answer, HANAKO)
    assert answered.version == 3 + len(IMAGES)
    retire(cookies)
    with pytest.raises(NoSuchClass, match="crack"):
        answer_blind(cookies, "cookies", answer, HANAKO)


def judge_as(
    resources: MemoryResources,
    by: RequestContext,
    verdict: Verdict,
    reason: str = "",
    seen: int | None = None,
) -> int:
    judgement = Judgement(image_id=IMAGES[0], verdict=verdict, reason=reason)
    revisions = {} if seen is None else {IMAGES[0]: seen}
    return submit_annotations(resources, "cookies", [judgement], by, revisions).version


def test_a_colleagues_judgement_is_overridden_for_a_reason_only(cookies: MemoryResources) -> None:
    judge_as(cookies, HANAKO, "OK")
    with pytest.raises(OverrideNeedsReason, match="another person"):
        judge_as(cookies, TARO, "NG")
    with pytest.raises(OverrideNeedsReason):
        withdraw_annotations(cookies, "cookies", IMAGES[:1], "", TARO, {})
    judge_as(cookies, TARO, "NG", "chipped at the rim")
    withdraw_annotations(cookies, "cookies", IMAGES[:1], "", TARO, {})
    judge_as(cookies, HANAKO, "OK")


def test_of_two_who_judge_at_once_the_later_sees_what_the_first_decided(cookies: MemoryResources) -> None:
    cookies.doorbell.is_heard = False
    first = judge_as(cookies, HANAKO, "OK", seen=0)
    with pytest.raises(EntityConflict):
        judge_as(cookies, TARO, "NG", seen=0)
    cookies.doorbell.is_heard = True
    cookies.doorbell.ring("dataset-cookies")
    with pytest.raises(OverrideNeedsReason):
        judge_as(cookies, TARO, "NG", seen=first)


def test_rows_that_are_behind_hide_no_colleague(
    cookies: MemoryResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_as(cookies, TARO, "OK")
    cookies.doorbell.is_heard = False
    newest = judge_as(cookies, HANAKO, "NG", "chipped at the rim")

    def catch_up(*_: object) -> bool:
        cookies.doorbell.is_heard = True
        cookies.doorbell.ring("dataset-cookies")
        return True

    monkeypatch.setattr("kenpin.application.fresh_rows.wait_for", catch_up)
    with pytest.raises(OverrideNeedsReason):
        judge_as(cookies, TARO, "OK", seen=newest)
