"""Automatic inspections: the sweeper asks for scores of what arrived, one inspection at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from kenpin.application.automatic_inspections import inspect_arrivals
from kenpin.bootstrap import platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.model.commands import FailInspection, ReportInspection
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import InspectionRequested
from tests.functions.conftest import Api
from tests.functions.test_decisions import trained
from tests.functions.training import WORKER

SETTING = "/v1/projects/cookies/automatic-inspection"


@pytest.fixture
def model_id(api: Api, labelled: list[str]) -> str:
    """A model in production, of a project whose models inspect by themselves."""
    id = trained(api, {labelled[0]: 0.8}, 0.5)
    promotion = {"stage": "production", "reason": "spring"}
    assert api.post(f"/v1/models/{id}/promotion", promotion).status == 201
    turn(api, True)
    return id


def turn(api: Api, is_on: bool) -> None:
    assert api.post(SETTING, {"is_on": is_on}, method="PUT").status == 200


def arrive(api: Api, *colours: int) -> None:
    images = [{"digest": api.image(colour), "name": f"{colour}.png"} for colour in colours]
    assert api.post("/v1/datasets/cookies/images", {"images": images}).status == 201
    api.catch_up()


def requests(model_id: str) -> list[InspectionRequested]:
    events = [event for commit in platform().events.read(f"model-{model_id}") for event in events_in(commit)]
    return [event for event in events if isinstance(event, InspectionRequested)]


def finish(api: Api, model_id: str, asked: InspectionRequested) -> None:
    report = ReportInspection(
        inspection_id=asked.inspection_id,
        dataset_id="cookies",
        dataset_version=head(),
        threshold=0.5,
        predictions="c" * 64,
        images=1,
        judged_ng=0,
        unfamiliar=0,
        left_out=0,
        remaining=0,
    )
    platform().commands.execute(model, model_id, report, by=WORKER)
    api.catch_up()


def sweep_in(api: Api, minutes: int) -> int:
    """Look for arrivals as at a later time; return the datasets with images that wait."""
    waiting = inspect_arrivals(platform(), datetime.now(UTC) + timedelta(minutes=minutes))
    api.catch_up()
    return waiting


def test_what_arrives_is_inspected_once_and_by_itself(api: Api, model_id: str) -> None:
    assert requests(model_id) == [], "nothing has arrived since the run"
    arrive(api, 900)
    (first,) = requests(model_id)
    assert (first.image_ids, first.after is not None, first.upto) == ((), True, head())
    arrive(api, 901, 902)
    assert requests(model_id) == [first], "one at a time"
    finish(api, model_id, first)
    assert requests(model_id) == [first], "those wait for the pause"
    assert sweep_in(api, 11) == 1
    _, second = requests(model_id)
    assert (second.after, second.upto) == (first.upto, head())
    finish(api, model_id, second)
    assert (sweep_in(api, 30), len(requests(model_id))) == (0, 2), "all have a score"


def head() -> int:
    return platform().events.head("dataset-cookies").version


def test_the_job_of_an_automatic_inspection_is_queued_for_its_model(api: Api, model_id: str) -> None:
    arrive(api, 900)
    (asked,) = requests(model_id)
    jobs = []
    while (delivery := platform().jobs.receive(30)) is not None:
        platform().jobs.done(delivery)
        jobs.append(delivery.job)
    (job,) = [job for job in jobs if job.kind == "inspect"]
    assert (job.subject, job.arguments["after"], job.arguments["upto"]) == (model_id, asked.after, asked.upto)
    answer = api.get(f"/v1/models/{model_id}/inspections/{asked.inspection_id}").json
    assert (answer["state"], answer["is_automatic"], answer["requested_by"]) == ("working", True, "kenpin")


def test_one_that_failed_is_tried_again_after_an_hour(api: Api, model_id: str) -> None:
    arrive(api, 900)
    (first,) = requests(model_id)
    failed = FailInspection(inspection_id=first.inspection_id, reason="no memory")
    platform().commands.execute(model, model_id, failed, by=WORKER)
    api.catch_up()
    sweep_in(api, 30)
    assert requests(model_id) == [first]
    sweep_in(api, 61)
    _, second = requests(model_id)
    assert (second.after, second.upto) == (first.after, first.upto)


def test_more_than_one_inspection_takes_is_left_for_the_next(
    api: Api, model_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kenpin.application.automatic_inspections.MOST_ARRIVALS", 2)
    turn(api, False)
    arrive(api, 900, 901, 902)
    turn(api, True)
    (first,) = requests(model_id)
    assert first.upto == head() - 1
    finish(api, model_id, first)
    sweep_in(api, 11)
    assert requests(model_id)[1].upto == head()


def test_an_inspection_by_hand_of_all_images_counts(api: Api, model_id: str) -> None:
    turn(api, False)
    arrive(api, 900)
    assert requests(model_id) == [], "the project has turned it off"
    assert api.post(f"/v1/models/{model_id}/inspections", {}).status == 202
    (by_hand,) = requests(model_id)
    finish(api, model_id, by_hand)
    turn(api, True)
    assert requests(model_id) == [by_hand]
    reached = head()
    arrive(api, 901)
    assert [asked.after for asked in requests(model_id)] == [None, reached]


@pytest.mark.parametrize("stage", ["candidate", "retired"])
def test_a_model_out_of_production_inspects_nothing(api: Api, model_id: str, stage: str) -> None:
    if stage == "retired":
        api.post(f"/v1/models/{model_id}/retirement", {"reason": "worn out"})
    else:
        api.post(f"/v1/models/{model_id}/promotion", {"stage": "candidate", "reason": "too strict"})
    arrive(api, 900)
    assert requests(model_id) == []
