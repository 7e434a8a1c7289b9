"""Projects, their standard and their datasets: what must be there before a fact may name it."""

import pytest

from kenpin.application.datasets import create_dataset, tag_version
from kenpin.application.execute import RequestContext
from kenpin.application.field_returns import report_field_return
from kenpin.application.judge import submit_annotations
from kenpin.application.label_book import ask_for_readjudication
from kenpin.application.ownership import project_in_history
from kenpin.application.projects import approve_limit_sample, create_project
from kenpin.application.suggest import ask_for_suggestions
from kenpin.domain.dataset.commands import (
    AssignSplit,
    CreateDataset,
    ExcludeImages,
    Judgement,
    NewImage,
    RegisterImages,
    ReportFieldReturn,
    TagVersion,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.refusals import (
    ImageIsExcluded,
    InsideCommit,
    NoSuchDataset,
    NothingLeftToSuggest,
    NothingToSuggest,
    UnknownImage,
)
from kenpin.domain.decider import Scope
from kenpin.domain.member.decider import member
from kenpin.domain.project.commands import ApproveLimitSample, CreateProject, RetireDefectClass
from kenpin.domain.project.decider import project
from kenpin.domain.project.refusals import NoSuchClass, NoSuchProject
from kenpin.ports import IdempotencyKey
from tests.application.conftest import FILE, HANAKO, IMAGES, MemoryResources


def test_who_creates_a_project_is_its_admin(resources: MemoryResources) -> None:
    new, sent = CreateProject(project_id="cakes", name="Cakes"), IdempotencyKey("sent twice")
    request = RequestContext(HANAKO.by, sent)
    resources.commands.execute_request(project, "cakes", new, request)  # it failed after this half
    for _ in range(2):
        create_project(resources, new, request)
        assert set(resources.commands.state(member, "hanako", Scope()).roles) == {("cakes", "admin")}


def test_a_dataset_needs_a_project_that_history_knows_even_if_rows_do_not(
    resources: MemoryResources,
) -> None:
    new = CreateDataset(dataset_id="cakes", project_id="cakes", name="Cakes")
    with pytest.raises(NoSuchProject):
        create_dataset(resources, new, HANAKO)
    resources.doorbell.is_heard = False
    create_project(resources, CreateProject(project_id="cakes", name="Cakes"), HANAKO)
    create_dataset(resources, new, HANAKO)
    assert project_in_history(resources.events, "dataset", "cakes") == "cakes"
    assert project_in_history(resources.events, "dataset", "none") is None


def test_a_tag_names_a_version_that_a_commit_ends_with(cookies: MemoryResources) -> None:
    tag_version(cookies, "cookies", TagVersion(name="empty", version=1), HANAKO)
    with pytest.raises(InsideCommit):
        tag_version(cookies, "cookies", TagVersion(name="half", version=3), HANAKO)


def test_a_limit_sample_is_an_image_of_the_project_that_takes_part(cookies: MemoryResources) -> None:
    def approve(dataset_id: str, image_id: str) -> None:
        sample = ApproveLimitSample(
            sample_id="s1", dataset_id=dataset_id, image_id=image_id, class_id="crack", side="rejected"
        )
        approve_limit_sample(cookies, "cookies", sample, HANAKO)

    excluded = ExcludeImages(image_ids=IMAGES[1:2], reason="blurred")
    cookies.commands.execute(dataset, "cookies", excluded, by=HANAKO.by)
    with pytest.raises(NoSuchDataset):
        approve("cakes", IMAGES[0])
    with pytest.raises(UnknownImage):
        approve("cookies", "f" * 64)
    with pytest.raises(ImageIsExcluded, match="blurred"):
        approve("cookies", IMAGES[1])
    approve("cookies", IMAGES[0])


def test_a_field_return_names_a_class_in_use(cookies: MemoryResources) -> None:
    def report(class_id: str | None) -> int:
        command = ReportFieldReturn(
            return_id=f"r-{class_id or 'none'}",
            image_id=IMAGES[0],
            found_at="2026-09-14",
            found_by="customer",
            class_id=class_id,
        )
        return report_field_return(cookies, "cookies", command, HANAKO).version

    assert report(None) < report("crack")
    with pytest.raises(NoSuchClass):
        report("dent")


def test_old_decisions_are_asked_for_anew_also_of_a_retired_class(cookies: MemoryResources) -> None:
    def ask(class_id: str) -> None:
        ask_for_readjudication(cookies, "cookies", "a1", class_id, "looks odd", by=HANAKO.by)

    with pytest.raises(NoSuchClass):
        ask("dent")
    retired = RetireDefectClass(class_id="crack", reason="split")
    cookies.commands.execute(project, "cookies", retired, by=HANAKO.by)
    ask("crack")
    delivery = cookies.jobs.receive(60)
    assert delivery is not None
    assert (delivery.job.job_id, delivery.job.arguments["text"]) == ("readjudicate-a1", "looks odd")


def test_suggestions_are_asked_for_in_a_dataset_that_is_there(cookies: MemoryResources) -> None:
    def ask(dataset_id: str) -> str:
        job = ask_for_suggestions(cookies, dataset_id, "s1", size=5, run_id=None, seed=7, by=HANAKO.by)
        return job.job_id

    assert ask("cookies") == "suggest-s1"
    with pytest.raises(NoSuchDataset):
        ask("cakes")
    create_dataset(cookies, CreateDataset(dataset_id="cakes", project_id="cookies", name="Cakes"), HANAKO)
    with pytest.raises(NothingToSuggest):
        ask("cakes")


def ask_for_one(resources: MemoryResources, dataset_id: str = "cookies") -> None:
    ask_for_suggestions(resources, dataset_id, "s1", size=1, run_id=None, seed=7, by=HANAKO.by)


def test_nothing_is_suggested_where_all_that_is_learnt_from_is_judged(cookies: MemoryResources) -> None:
    submit_annotations(
        cookies, "cookies", [Judgement(image_id=id, verdict="OK") for id in IMAGES[:3]], HANAKO, {}
    )
    out = ExcludeImages(image_ids=IMAGES[3:4], reason="blurred")
    cookies.commands.execute(dataset, "cookies", out, by=HANAKO.by)
    ask_for_one(cookies)
    test = AssignSplit(image_ids=IMAGES[4:], split="test", rule="by hand")
    cookies.commands.execute(dataset, "cookies", test, by=HANAKO.by)
    with pytest.raises(NothingLeftToSuggest):
        ask_for_one(cookies)


def test_images_that_rows_do_not_show_yet_are_suggested(
    cookies: MemoryResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_dataset(cookies, CreateDataset(dataset_id="cakes", project_id="cookies", name="Cakes"), HANAKO)
    cookies.doorbell.is_heard = False
    images = RegisterImages(images=(NewImage(image_id=IMAGES[0], file=FILE),))
    cookies.commands.execute(dataset, "cakes", images, by=HANAKO.by)

    def catch_up(*_: object) -> bool:
        cookies.doorbell.is_heard = True
        cookies.doorbell.ring("dataset-cakes")
        return True

    monkeypatch.setattr("kenpin.application.fresh_rows.wait_for", catch_up)
    ask_for_one(cookies, "cakes")
    assert cookies.jobs.receive(60) is not None
