"""People judge images under the label book as it stands, with masks that are there."""

from io import BytesIO

import pytest

from kenpin.application.judge import answer_blind, submit_annotations
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import JudgeBlind, Judgement, OpenAgreementTask
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import AnnotationSubmitted, DatasetEvent
from kenpin.domain.dataset.refusals import NoSuchDataset, NoSuchMask
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import upload_name
from kenpin.domain.project.commands import RetireDefectClass
from kenpin.domain.project.decider import project
from kenpin.domain.project.refusals import ClassIsRetired, NoSuchClass
from tests.application.conftest import HANAKO, IMAGES, MemoryResources

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
    assert cookies.objects.open(f"images/{MASK}").read() == b"mask"


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
