"""Commands to a project, and its refusals."""

import pytest

from kenpin.domain.decider import Refusal
from kenpin.domain.project.commands import (
    CreateProject,
    DefineDefectClass,
    DefineProduct,
    ProjectCommand,
    RetireDefectClass,
    SetAutomaticInspection,
    SetInspectionPolicy,
)
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import (
    AutomaticInspectionSet,
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    InspectionPolicySet,
    ProductDefined,
    ProjectCreated,
    ProjectEvent,
)
from kenpin.domain.project.refusals import (
    ColourTaken,
    KeyTaken,
    NameTaken,
    NoSuchClass,
    NoSuchProject,
    ProjectExists,
)
from tests.domain.specification import Specification

spec = Specification(project)

CREATED = ProjectCreated(project_id="bakery", name="Bakery")
ROUND = ProductDefined(product_id="round", name="Round cookie")
CRACK = DefectClassDefined(class_id="crack", name="Crack", name_ja="割れ", key=1)
CRACK_RETIRED = DefectClassRetired(class_id="crack", reason="now split in two")
POLICY = InspectionPolicySet(escape_cost=50, overkill_cost=1, defect_rate=0.01, reason="contract")


def test_a_project_is_created() -> None:
    spec.when(CreateProject(project_id="bakery", name="Bakery")).then(CREATED)


def test_a_project_is_created_once() -> None:
    again = CreateProject(project_id="bakery", name="Bakery")
    spec.given(CREATED).when(again).then_refused(ProjectExists, saying="bakery")


@pytest.mark.parametrize(
    "command",
    [
        DefineProduct(product_id="round", name="Round cookie"),
        DefineDefectClass(class_id="crack", name="Crack"),
        RetireDefectClass(class_id="crack", reason=""),
        SetInspectionPolicy(escape_cost=1, overkill_cost=1),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_can_be_asked_of_a_project_that_is_not_there(command: ProjectCommand) -> None:
    spec.when(command).then_refused(NoSuchProject)


def test_a_product_is_defined() -> None:
    spec.given(CREATED).when(DefineProduct(product_id="round", name="Round cookie")).then(ROUND)


def test_a_product_can_be_renamed() -> None:
    renamed = DefineProduct(product_id="round", name="Round biscuit")
    spec.given(CREATED, ROUND).when(renamed).then(ProductDefined(product_id="round", name="Round biscuit"))


def test_a_product_defined_as_it_is_adds_nothing() -> None:
    spec.given(CREATED, ROUND).when(DefineProduct(product_id="round", name="Round cookie")).then_nothing()


def test_a_defect_class_is_defined() -> None:
    define = DefineDefectClass(class_id="crack", name="Crack", name_ja="割れ", key=1)
    spec.given(CREATED).when(define).then(CRACK)


def test_a_class_that_is_there_is_revised() -> None:
    revise = DefineDefectClass(class_id="crack", name="Crack", name_ja="ひび", key=1)
    revised = DefectClassRevised(class_id="crack", name="Crack", name_ja="ひび", key=1)
    spec.given(CREATED, CRACK).when(revise).then(revised)
    spec.given(CREATED, CRACK, revised).when(revise).then_nothing()


def test_a_class_defined_as_it_is_adds_nothing() -> None:
    same = DefineDefectClass(class_id="crack", name="Crack", name_ja="割れ", key=1)
    spec.given(CREATED, CRACK).when(same).then_nothing()


def test_a_digit_chooses_one_class() -> None:
    clash = DefineDefectClass(class_id="burn", name="Burn", key=1)
    spec.given(CREATED, CRACK).when(clash).then_refused(KeyTaken, saying="crack")


@pytest.mark.parametrize(
    ("clash", "refusal", "saying"),
    [
        ({"name": "Crack"}, NameTaken, "class crack is named crack already"),
        ({"name": " ＣＲＡＣＫ"}, NameTaken, "crack"),
        ({"name": "割れ"}, NameTaken, "割れ"),
        ({"name": "Split", "name_ja": "割れ"}, NameTaken, "割れ"),
        ({"name": "Split", "key": 1}, KeyTaken, "key 1"),
        ({"name": "Split", "colour": "#e69f00"}, ColourTaken, "#e69f00"),
    ],
)
def test_two_classes_share_no_name_digit_or_colour(
    clash: dict[str, object], refusal: type[Refusal], saying: str
) -> None:
    crack = DefectClassDefined(class_id="crack", name="Crack", name_ja="割れ", key=1, colour="#e69f00")
    define = DefineDefectClass.model_validate({"class_id": "split", **clash})
    spec.given(CREATED, crack).when(define).then_refused(refusal, saying=saying)
    assert spec.given(CREATED, crack, CRACK_RETIRED).when(define).decided()


def test_a_revision_without_a_colour_keeps_it() -> None:
    crack = DefectClassDefined(class_id="crack", name="Crack", colour="#e69f00")
    revise = DefineDefectClass(class_id="crack", name="Split")
    revised = DefectClassRevised(class_id="crack", name="Split", colour="#e69f00")
    spec.given(CREATED, crack).when(revise).then(revised)


def test_classes_without_a_digit_do_not_clash() -> None:
    burn, stain = (DefectClassDefined(class_id=id, name=id) for id in ("burn", "stain"))
    spec.given(CREATED, burn).when(DefineDefectClass(class_id="stain", name="stain")).then(stain)


def test_a_retired_class_gives_its_digit_back() -> None:
    burn = DefineDefectClass(class_id="burn", name="Burn", key=1)
    defined = DefectClassDefined(class_id="burn", name="Burn", key=1)
    spec.given(CREATED, CRACK, CRACK_RETIRED).when(burn).then(defined)


def test_a_class_is_retired_and_stays_retired() -> None:
    retire = RetireDefectClass(class_id="crack", reason="now split in two")
    spec.given(CREATED, CRACK).when(retire).then(CRACK_RETIRED)
    spec.given(CREATED, CRACK, CRACK_RETIRED).when(retire).then_nothing()


def test_a_retired_class_comes_back_when_it_is_defined_again() -> None:
    back = DefineDefectClass(class_id="crack", name="Crack", name_ja="割れ", key=1)
    returned = DefectClassRevised(class_id="crack", name="Crack", name_ja="割れ", key=1)
    spec.given(CREATED, CRACK, CRACK_RETIRED).when(back).then(returned)
    spec.given(CREATED, CRACK, CRACK_RETIRED, returned).when(back).then_nothing()


def test_a_class_that_was_never_defined_cannot_be_retired() -> None:
    spec.given(CREATED).when(RetireDefectClass(class_id="dent", reason="")).then_refused(NoSuchClass, "dent")


def test_a_policy_is_set_and_set_anew() -> None:
    policy = SetInspectionPolicy(escape_cost=50, overkill_cost=1, defect_rate=0.01, reason="contract")
    other = InspectionPolicySet(escape_cost=10, overkill_cost=1)
    spec.given(CREATED).when(policy).then(POLICY)
    spec.given(CREATED, other).when(policy).then(POLICY)


def test_the_policy_that_stands_adds_nothing() -> None:
    same = SetInspectionPolicy(escape_cost=50, overkill_cost=1, defect_rate=0.01, reason="contract")
    spec.given(CREATED, POLICY).when(same).then_nothing()


@pytest.mark.parametrize(
    ("events", "revision"),
    [((CREATED, ROUND, POLICY), 0), ((CRACK,), 1), ((CRACK, CRACK_RETIRED), 2)],
)
def test_each_change_of_a_class_is_a_revision_of_the_label_book(
    events: tuple[ProjectEvent, ...], revision: int
) -> None:
    assert project.fold(events).label_book_revision == revision


def test_automatic_inspection_is_off_until_somebody_turns_it_on() -> None:
    on, off = SetAutomaticInspection(is_on=True, reason="day and night"), SetAutomaticInspection(is_on=False)
    turned_on = AutomaticInspectionSet(is_on=True, reason="day and night")
    spec.given(CREATED).when(off).then_nothing()
    spec.given(CREATED).when(on).then(turned_on)
    spec.given(CREATED, turned_on).when(on).then_nothing()
    spec.given(CREATED, turned_on).when(off).then(AutomaticInspectionSet(is_on=False))
