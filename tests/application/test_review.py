"""People review annotations; where the project asks for two people, nobody reviews their own."""

import pytest

from kenpin.application.execute import RequestContext
from kenpin.application.judge import submit_annotations
from kenpin.application.review import review_annotations
from kenpin.domain.dataset.commands import Judgement, Review
from kenpin.domain.dataset.refusals import NoSuchDataset, OwnAnnotation
from kenpin.domain.project.commands import SetReviewPolicy
from kenpin.domain.project.decider import project
from kenpin.ports import EntityConflict, Unavailable
from tests.application.conftest import HANAKO, IMAGES, TARO, MemoryResources


@pytest.fixture
def judged(cookies: MemoryResources) -> MemoryResources:
    """Two images judged by hanako."""
    judgements = [Judgement(image_id=id, verdict="OK") for id in IMAGES[:2]]
    submit_annotations(cookies, "cookies", judgements, HANAKO, {})
    return cookies


def ask_for_two_people(resources: MemoryResources) -> None:
    resources.commands.execute(project, "cookies", SetReviewPolicy(two_person=True), by=HANAKO.by)


def accept(
    resources: MemoryResources, by: RequestContext, revision: int | None = None, dataset_id: str = "cookies"
) -> int:
    seen = {} if revision is None else {IMAGES[0]: revision}
    reviews = [Review(image_id=IMAGES[0], outcome="accepted")]
    return review_annotations(resources, dataset_id, reviews, by, seen).version


def test_one_person_may_do_both_where_the_project_asks_for_one(judged: MemoryResources) -> None:
    assert accept(judged, HANAKO) == judged.events.head("dataset-cookies").version


def test_an_own_annotation_is_not_reviewed_where_the_project_asks_for_two(judged: MemoryResources) -> None:
    ask_for_two_people(judged)
    with pytest.raises(OwnAnnotation):
        accept(judged, HANAKO)
    assert accept(judged, TARO) == judged.events.head("dataset-cookies").version


def test_who_judged_is_asked_at_a_revision_that_must_still_stand(judged: MemoryResources) -> None:
    ask_for_two_people(judged)
    with pytest.raises(EntityConflict):
        accept(judged, TARO, revision=1)


def test_a_review_waits_for_rows_that_say_who_judged(
    judged: MemoryResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for_two_people(judged)
    judged.doorbell.is_heard = False
    submit_annotations(
        judged, "cookies", [Judgement(image_id=IMAGES[0], verdict="NG", reason="a chip")], TARO, {}
    )
    monkeypatch.setattr("kenpin.application.fresh_rows.wait_for", lambda *_: False)
    with pytest.raises(Unavailable, match="have not reached"):
        accept(judged, HANAKO)


def test_a_dataset_that_is_not_there_has_nothing_to_review(cookies: MemoryResources) -> None:
    with pytest.raises(NoSuchDataset):
        accept(cookies, TARO, dataset_id="cakes")
