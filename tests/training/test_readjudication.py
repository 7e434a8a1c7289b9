"""The job `readjudicate`: a standard that moves finds the old decisions it puts in question."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from msgspec import field
from PIL import Image, ImageEnhance

from kenpin.adapters.memory.checkpoints import MemoryCheckpoints
from kenpin.application.metrics import Metrics
from kenpin.application.react import Reactions
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import Judgement, SubmitAnnotations
from kenpin.domain.dataset.events import ReadjudicationRequested
from kenpin.domain.dataset.values import Defect
from kenpin.domain.ids import ImageId
from kenpin.domain.project.commands import (
    ApproveLimitSample,
    CreateProject,
    DefineDefectClass,
    ProjectCommand,
    RetireDefectClass,
    WithdrawLimitSample,
)
from kenpin.domain.project.decider import project
from kenpin.domain.project.refusals import NoSuchClass
from kenpin.domain.project.values import Rule
from kenpin.ports import Job
from kenpin_training.readjudicate import readjudicate
from kenpin_training.train import train
from tests.training.conftest import BY, Means, Photos, photo

PHOTOS = Path(__file__).parents[2] / "host/sample/cookies/training-images"
CRACK = DefineDefectClass(class_id="crack", name="Crack")
BURN = DefineDefectClass(class_id="burn", name="Burn")


class ReactionsWithoutRows(Reactions, frozen=True):
    """Reactors of a platform that keeps no rows; they are given the datasets of the project."""

    known: dict[str, str | None] = field(default_factory=dict)

    def datasets_of(self, project_id: str) -> dict[str, str | None]:
        return self.known if project_id == "demo" else {}


class Standard:
    """The label book of the photos' project, and what happens when it moves."""

    def __init__(self, photos: Photos) -> None:
        self.photos, self.platform = photos, photos.platform
        self.datasets: dict[str, str | None] = {"photos": None}
        self._reactions = self.reactions()
        for command in (CreateProject(project_id="demo", name="Demo"), CRACK, BURN):
            self.tell(command)

    def reactions(self) -> Reactions:
        """Reactors that have read nothing yet."""
        platform = self.platform
        return ReactionsWithoutRows(
            platform.events,
            MemoryCheckpoints(),
            platform.commands,
            platform.jobs,
            Metrics(),
            known=self.datasets,
        )

    def tell(self, command: ProjectCommand) -> None:
        self.platform.commands.execute(project, "demo", command, by=BY)
        self._reactions.advance("project-demo")

    def judge(self, ids: Sequence[ImageId], class_id: str | None, revision: int) -> None:
        defects = (Defect(class_id),) if class_id else ()
        verdict = "NG" if class_id else "OK"
        told = tuple(Judgement(image_id=id, verdict=verdict, defects=defects) for id in ids)
        self.photos.tell(SubmitAnnotations(annotations=told, label_book_revision=revision))

    def jobs(self) -> list[Job]:
        found = []
        while delivery := self.platform.jobs.receive(60):
            found.append(delivery.job)
            self.platform.jobs.done(delivery)
        return found

    def requests(self) -> list[ReadjudicationRequested]:
        """Carry out the waiting jobs and return the requests that they made."""
        before = len(self._told())
        for job in self.jobs():
            if job.kind == "readjudicate":
                readjudicate(self.platform, job)
        return self._told()[before:]

    def _told(self) -> list[ReadjudicationRequested]:
        commits = self.platform.events.read("dataset-photos")
        events = (event for commit in commits for event in events_in(commit))
        return [event for event in events if isinstance(event, ReadjudicationRequested)]


@pytest.fixture
def standard(photos: Photos) -> Standard:
    return Standard(photos)


def asked_for(request: ReadjudicationRequested) -> list[ImageId]:
    return [item.image_id for item in request.items]


def sample(image_id: ImageId, sample_id: str = "s1") -> ApproveLimitSample:
    return ApproveLimitSample(
        sample_id=sample_id, dataset_id="photos", image_id=image_id, class_id="crack", side="accepted"
    )


@pytest.mark.usefixtures("means")
def test_a_class_that_is_retired_puts_its_own_old_labels_in_question(standard: Standard) -> None:
    ids = standard.photos.add([photo(10 * n, n) for n in range(8)])
    standard.judge(ids[:3], "crack", revision=2)
    standard.judge(ids[3:5], "burn", revision=2)
    standard.judge(ids[5:], None, revision=2)
    standard.tell(RetireDefectClass(class_id="crack", reason="split in two"))
    (request,) = standard.requests()
    assert asked_for(request) == ids[:3]
    assert {(item.reason, item.verdict, item.class_ids) for item in request.items} == {
        ("class_revised", "NG", ("crack",))
    }
    assert (request.label_book_revision, request.class_id, request.run_id) == (3, "crack", None)
    assert (request.cause.what, request.cause.text, request.cause.by) == (
        "class_retired",
        "split in two",
        "tester",
    )
    assert request.cause.event_id == "project-demo@4"


@pytest.mark.usefixtures("means")
def test_labels_of_the_new_standard_are_not_asked_for(standard: Standard) -> None:
    ids = standard.photos.add([photo(10 * n, n) for n in range(4)])
    standard.judge(ids[:2], "crack", revision=2)
    standard.judge(ids[2:], "crack", revision=3)
    standard.tell(DefineDefectClass(class_id="crack", name="Crack", rule=Rule(limits="over 5 mm")))
    (request,) = standard.requests()
    assert asked_for(request) == ids[:2]
    assert request.cause.text == "over 5 mm"


@pytest.mark.usefixtures("means")
def test_a_name_or_a_key_moves_no_border(standard: Standard) -> None:
    standard.judge(standard.photos.add([photo(10)]), "crack", revision=2)
    standard.tell(DefineDefectClass(class_id="crack", name="Split", key=3))
    assert standard.requests() == []


@pytest.mark.usefixtures("means")
def test_of_changes_in_quick_succession_the_last_one_asks(standard: Standard) -> None:
    standard.judge(standard.photos.add([photo(10)]), "crack", revision=2)
    for limits in ("over 4 mm", "over 5 mm"):
        standard.tell(DefineDefectClass(class_id="crack", name="Crack", rule=Rule(limits=limits)))
    assert [request.cause.text for request in standard.requests()] == ["over 5 mm"]


@pytest.mark.usefixtures("means")
def test_a_sample_that_is_withdrawn_asks_only_for_what_was_judged_by_it(standard: Standard) -> None:
    ids = standard.photos.add([photo(10 * n, n) for n in range(6)])
    standard.judge(ids[1:], None, revision=2)
    standard.tell(sample(ids[0]))
    (opened,) = standard.requests()
    assert sorted(asked_for(opened)) == sorted(ids[1:])
    standard.judge(ids[1:3], "crack", revision=opened.label_book_revision)
    standard.tell(WithdrawLimitSample(sample_id="s1", reason="the wrong image"))
    (closed,) = standard.requests()
    assert (closed.cause.what, closed.sample_id) == ("sample_withdrawn", "s1")
    assert sorted(asked_for(closed)) == sorted(ids[1:3])


@pytest.mark.usefixtures("means")
def test_a_job_that_comes_again_asks_once(standard: Standard) -> None:
    standard.judge(standard.photos.add([photo(10)]), "crack", revision=2)
    standard.tell(RetireDefectClass(class_id="crack", reason="split"))
    (job,) = standard.jobs()
    readjudicate(standard.platform, job)
    readjudicate(standard.platform, job)
    assert len(standard._told()) == 1
    standard.reactions().advance("project-demo")
    assert standard.jobs() == []


@pytest.mark.usefixtures("means")
def test_a_person_asks_by_hand(standard: Standard) -> None:
    ids = standard.photos.add([photo(10 * n, n) for n in range(3)])
    standard.judge(ids[:1], "crack", revision=0)
    arguments: dict[str, str | int | None] = {
        "readjudication_id": "r1",
        "run_id": None,
        "class_id": "crack",
        "text": "the book was on paper before",
        "by": "qa-lead",
    }
    readjudicate(standard.platform, Job("readjudicate-r1", "readjudicate", "photos", arguments, None, "demo"))
    (request,) = standard._told()
    assert asked_for(request) == ids[:1]
    assert (request.cause.what, request.cause.by, request.cause.event_id) == ("asked", "qa-lead", None)
    unknown = Job("r2", "readjudicate", "photos", {**arguments, "class_id": "dent"}, None, "demo")
    with pytest.raises(NoSuchClass, match="dent"):
        readjudicate(standard.platform, unknown)


def test_with_a_model_each_decision_carries_its_score(standard: Standard, means: Means) -> None:
    photos = standard.photos
    dark, light = photos.add([photo(20, n) for n in range(6)]), photos.add([photo(150, n) for n in range(6)])
    standard.judge(dark, None, revision=2)
    standard.judge(light, "crack", revision=2)
    train(photos.platform, photos.request(), "line-pc:7")
    standard.jobs()
    standard.datasets["photos"] = "run1"
    standard.tell(RetireDefectClass(class_id="crack", reason="split"))
    (request,) = standard.requests()
    assert request.run_id == "run1"
    assert set(asked_for(request)) == set(light)
    assert all(item.score is not None and item.distance is None for item in request.items)


def real(standard: Standard, *names: str) -> list[ImageId]:
    return standard.photos.add([(PHOTOS / name).read_bytes() for name in names])


def brighter(name: str) -> bytes:
    out = BytesIO()
    with Image.open(PHOTOS / name) as picture:
        ImageEnhance.Brightness(picture).enhance(1.15).save(out, "JPEG", quality=85)
    return out.getvalue()


def test_on_real_photos_a_split_finds_its_labels_and_a_sample_the_nearest_first(standard: Standard) -> None:
    """The network is the real one: frozen, without any model of this project."""
    cracked = real(standard, *(f"anomaly-{n}.jpg" for n in range(1, 9)))
    good = real(standard, *(f"normal-{n}.jpg" for n in range(1, 17)))
    standard.judge(cracked, "crack", revision=2)
    standard.judge(good, None, revision=2)
    (like_the_third,) = standard.photos.add([brighter("anomaly-3.jpg")])
    standard.tell(sample(like_the_third))
    (request,) = standard.requests()
    assert asked_for(request)[0] == cracked[2]
    distances = [item.distance or 0.0 for item in request.items]
    assert distances == sorted(distances) and distances[0] < distances[1] / 2
    assert set(cracked) <= set(asked_for(request)) and len(request.items) >= 20
    assert {item.reason for item in request.items} == {"near_sample"}
    standard.tell(DefineDefectClass(class_id="rim-crack", name="Rim crack"))
    standard.tell(RetireDefectClass(class_id="crack", reason="split into rim crack and through crack"))
    (split,) = standard.requests()
    assert set(asked_for(split)) == set(cracked)
