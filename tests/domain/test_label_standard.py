"""The label standard: what a class means, and the limit samples that stand for it."""

from datetime import date

import pytest

from kenpin.domain.project.commands import (
    ApproveLimitSample,
    DefineDefectClass,
    ReviseLabelBook,
    WithdrawLimitSample,
)
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
    ProjectCreated,
    ProjectEvent,
)
from kenpin.domain.project.refusals import (
    AlreadyASample,
    ClassIsRetired,
    NoSuchClass,
    NoSuchSample,
    SampleExists,
    ValidityHasPassed,
)
from kenpin.domain.project.standard import check_validity, samples_of
from kenpin.domain.project.values import Example, Rule
from tests.domain.facts import A, B
from tests.domain.specification import Specification

RULE = Rule(counts="an open line", counts_not="a fold", limits="longer than 5 mm")
SHOWN = (Example("cookies", A, "7 mm"),)
CREATED = ProjectCreated(project_id="bakery", name="Bakery")
CRACK = DefectClassDefined(class_id="crack", name="Crack", rule=RULE, examples=SHOWN)
SAMPLE = LimitSampleApproved(
    sample_id="s1",
    dataset_id="cookies",
    image_id=A,
    class_id="crack",
    side="rejected",
    valid_until="2027-03-31",
)
WITHDRAWN = LimitSampleWithdrawn(sample_id="s1", reason="faded")
RETIRED = DefectClassRetired(class_id="crack", reason="split in two")

spec = Specification(project).given(CREATED, CRACK)


def approve(sample_id: str = "s1", image_id: str = A, **changes: object) -> ApproveLimitSample:
    given = {
        "sample_id": sample_id,
        "dataset_id": "cookies",
        "image_id": image_id,
        "class_id": "crack",
        "side": "rejected",
        "valid_until": date(2027, 3, 31),
    }
    return ApproveLimitSample.model_validate(given | changes)


def test_a_class_is_defined_with_its_rule_and_examples() -> None:
    define = DefineDefectClass(class_id="crack", name="Crack", rule=RULE, examples=SHOWN)
    Specification(project).given(CREATED).when(define).then(CRACK)


def test_a_rule_that_is_not_mentioned_stays_as_it_stands() -> None:
    renamed = DefineDefectClass(class_id="crack", name="Split")
    spec.when(renamed).then(DefectClassRevised(class_id="crack", name="Split", rule=RULE, examples=SHOWN))


def test_an_empty_rule_takes_the_rule_away() -> None:
    cleared = DefineDefectClass(class_id="crack", name="Crack", rule=Rule(), examples=())
    spec.when(cleared).then(DefectClassRevised(class_id="crack", name="Crack"))


def test_what_holds_for_every_class_is_said_once() -> None:
    revise, revised = ReviseLabelBook(rules="In doubt: hold."), LabelBookRevised(rules="In doubt: hold.")
    spec.when(revise).then(revised)
    spec.given(revised).when(revise).then_nothing()


def test_a_limit_sample_is_approved_once() -> None:
    spec.when(approve()).then(SAMPLE)
    spec.given(SAMPLE).when(approve()).then_nothing()


def test_a_sample_is_valid_up_to_its_last_day() -> None:
    check_validity(approve(), today=date(2027, 3, 31))
    check_validity(approve(valid_until=None), today=date(2027, 4, 1))
    with pytest.raises(ValidityHasPassed, match="2027-03-31 has passed"):
        check_validity(approve(), today=date(2027, 4, 1))


def test_an_id_of_a_sample_is_never_used_again() -> None:
    spec.given(SAMPLE).when(approve(image_id=B)).then_refused(SampleExists, saying="s1")
    spec.given(SAMPLE, WITHDRAWN).when(approve(image_id=B)).then_refused(SampleExists, saying="s1")


def test_an_image_stands_on_one_side_of_a_class() -> None:
    other = approve("s2", side="accepted")
    spec.given(SAMPLE).when(other).then_refused(AlreadyASample, saying="withdraw that one first")
    spec.given(SAMPLE, WITHDRAWN).when(other).then(
        LimitSampleApproved(
            sample_id="s2", dataset_id="cookies", image_id=A, class_id="crack", side="accepted",
            valid_until="2027-03-31",
        )
    )  # fmt: skip


def test_a_sample_needs_a_class_that_is_in_use() -> None:
    spec.when(approve(class_id="dent")).then_refused(NoSuchClass, saying="dent")
    spec.given(RETIRED).when(approve()).then_refused(ClassIsRetired, saying="split in two")


def test_a_sample_is_withdrawn_once() -> None:
    withdraw = WithdrawLimitSample(sample_id="s1", reason="faded")
    spec.given(SAMPLE).when(withdraw).then(WITHDRAWN)
    spec.given(SAMPLE, WITHDRAWN).when(withdraw).then_nothing()
    spec.when(withdraw).then_refused(NoSuchSample, saying="s1")


@pytest.mark.parametrize(
    "moved", [CRACK, RETIRED, LabelBookRevised(rules="In doubt: hold."), SAMPLE, WITHDRAWN]
)
def test_whatever_moves_the_standard_is_a_revision_of_it(moved: ProjectEvent) -> None:
    before = project.fold((CREATED, CRACK, SAMPLE))
    assert project.evolve(before, moved).label_book_revision == before.label_book_revision + 1


@pytest.mark.parametrize(
    ("later", "today", "count"),
    [
        ((), "2027-03-31", 1),
        ((), "2027-04-01", 0),
        ((WITHDRAWN,), "2027-01-01", 0),
        ((RETIRED,), "2027-01-01", 0),
    ],
    ids=["its last day", "expired", "withdrawn", "of a retired class"],
)
def test_a_sample_counts_until_its_last_day(later: tuple[ProjectEvent, ...], today: str, count: int) -> None:
    assert len(samples_of(project.fold((CREATED, CRACK, SAMPLE, *later)), "crack", today)) == count
