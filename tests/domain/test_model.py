"""Commands to a model, and its refusals."""

import pytest
from msgspec.structs import replace

from kenpin.domain.gates import GateLimit, GateReport, GateResult
from kenpin.domain.model.commands import (
    ChooseThreshold,
    EvaluateGates,
    FailInspection,
    ModelCommand,
    PromoteModel,
    RegisterModel,
    ReportExport,
    ReportInspection,
    RequestInspection,
    RetireModel,
    RollBackModel,
)
from kenpin.domain.model.decider import model
from kenpin.domain.model.events import (
    GatesEvaluated,
    ImagesInspected,
    InspectionFailed,
    InspectionRequested,
    ModelExported,
    ModelPromoted,
    ModelRegistered,
    ModelRetired,
    ModelRolledBack,
    ThresholdChosen,
)
from kenpin.domain.model.refusals import GatesNotPassed, ModelIsRetired, NoSuchModel, SecondPersonNeeded
from tests.domain.specification import Specification

spec = Specification(model)

ARTIFACT = "a" * 64
REGISTER = RegisterModel(
    model_id="r1", project_id="bakery", dataset_id="cookies", run_id="r1", artifact=ARTIFACT, threshold=0.4
)
REGISTERED = ModelRegistered(
    model_id="r1", project_id="bakery", dataset_id="cookies", run_id="r1", artifact=ARTIFACT, threshold=0.4
)
CHOSEN = ThresholdChosen(threshold=0.3, reason="an escape came back")
PROMOTED = ModelPromoted(stage="production", reason="passed the gate")
RETIRED = ModelRetired(reason="the line was rebuilt")

CHOOSE = ChooseThreshold(threshold=0.3, reason="an escape came back")
PROMOTE = PromoteModel(stage="production", reason="passed the gate")
RETIRE = RetireModel(reason="the line was rebuilt")
REPORT = ReportExport(
    export_id="e1",
    format="onnx",
    digest=ARTIFACT,
    size=17,
    images=32,
    largest_difference=0.0,
    tolerance=0.001,
)
REPORT_INSPECTION = ReportInspection(
    inspection_id="i1",
    dataset_id="cookies",
    dataset_version=9,
    threshold=0.4,
    predictions=ARTIFACT,
    images=30,
    judged_ng=2,
    unfamiliar=1,
    left_out=0,
    remaining=0,
)

GATE = GateLimit(metric="escape_bound", direction="at_most", limit=0.05)
PASSED = GateReport(
    project_version=4, threshold=0.4, results=(GateResult(gate=GATE, figure=0.04, passed=True),)
)
FAILED = replace(PASSED, results=(GateResult(gate=GATE, figure=0.12, passed=False),))
EVALUATE = EvaluateGates(report=FAILED)
ROLL_BACK = RollBackModel(back_to="r0", reason="overkills on the new lot")


def test_a_model_is_registered() -> None:
    spec.when(REGISTER).then(REGISTERED)


def test_a_model_registered_again_adds_nothing_whoever_asks() -> None:
    spec.given(REGISTERED).when(REGISTER).then_nothing()
    spec.given(REGISTERED, RETIRED).when(REGISTER).then_nothing()


@pytest.mark.parametrize(
    "command",
    [CHOOSE, EVALUATE, PROMOTE, ROLL_BACK, RETIRE, REPORT, REPORT_INSPECTION],
    ids=lambda command: type(command).__name__,
)
def test_nothing_can_be_asked_of_a_model_that_is_not_there(command: ModelCommand) -> None:
    spec.when(command).then_refused(NoSuchModel)


def test_a_threshold_is_chosen() -> None:
    spec.given(REGISTERED).when(CHOOSE).then(CHOSEN)


def test_the_threshold_that_stands_adds_nothing() -> None:
    spec.given(REGISTERED).when(ChooseThreshold(threshold=0.4, reason="as trained")).then_nothing()
    spec.given(REGISTERED, CHOSEN).when(CHOOSE).then_nothing()


def test_a_grey_zone_below_the_same_threshold_is_chosen_and_left_again() -> None:
    grey = ThresholdChosen(threshold=0.3, reason="an escape came back", grey_from=0.1)
    wider = ChooseThreshold(threshold=0.3, reason="an escape came back", grey_from=0.1)
    spec.given(REGISTERED, CHOSEN).when(wider).then(grey)
    spec.given(REGISTERED, grey).when(wider).then_nothing()
    spec.given(REGISTERED, grey).when(CHOOSE).then(CHOSEN)


def test_a_model_is_promoted_and_put_back() -> None:
    back = PromoteModel(stage="candidate", reason="too many overkills")
    spec.given(REGISTERED).when(PROMOTE).then(PROMOTED)
    spec.given(REGISTERED, PROMOTED).when(back).then(
        ModelPromoted(stage="candidate", reason="too many overkills")
    )


def test_a_model_promoted_to_where_it_is_adds_nothing() -> None:
    spec.given(REGISTERED, PROMOTED).when(PROMOTE).then_nothing()
    spec.given(REGISTERED).when(PromoteModel(stage="candidate", reason="new")).then_nothing()


def test_a_model_is_retired_and_stays_retired() -> None:
    spec.given(REGISTERED, PROMOTED).when(RETIRE).then(RETIRED)
    spec.given(REGISTERED, RETIRED).when(RETIRE).then_nothing()


@pytest.mark.parametrize(
    "command",
    [CHOOSE, PROMOTE, RequestInspection(inspection_id="i1")],
    ids=lambda command: type(command).__name__,
)
def test_a_retired_model_takes_no_decisions(command: ModelCommand) -> None:
    spec.given(REGISTERED, RETIRED).when(command).then_refused(ModelIsRetired)


def test_an_export_is_reported_once_even_of_a_model_that_was_retired_meanwhile() -> None:
    exported = ModelExported(**REPORT.model_dump())
    spec.given(REGISTERED).when(REPORT).then(exported)
    spec.given(REGISTERED, RETIRED).when(REPORT).then(exported)
    spec.given(REGISTERED, exported).when(REPORT).then_nothing()


def test_an_inspection_is_reported_once_even_of_a_model_that_was_retired_meanwhile() -> None:
    inspected = ImagesInspected(**REPORT_INSPECTION.model_dump())
    spec.given(REGISTERED).when(REPORT_INSPECTION).then(inspected)
    spec.given(REGISTERED, RETIRED).when(REPORT_INSPECTION).then(inspected)
    spec.given(REGISTERED, inspected).when(REPORT_INSPECTION).then_nothing()


REQUEST_INSPECTION = RequestInspection(inspection_id="i1", image_ids=(ARTIFACT,))
REQUESTED = InspectionRequested(
    inspection_id="i1", project_id="bakery", dataset_id="cookies", image_ids=(ARTIFACT,)
)
FAIL = FailInspection(inspection_id="i1", reason="ended by signal SIGKILL")
INSPECTION_FAILED = InspectionFailed(inspection_id="i1", reason="ended by signal SIGKILL")


def test_an_inspection_is_asked_for_once() -> None:
    spec.given(REGISTERED).when(REQUEST_INSPECTION).then(REQUESTED)
    spec.given(REGISTERED, REQUESTED).when(REQUEST_INSPECTION).then_nothing()
    spec.given(REGISTERED, REQUESTED, INSPECTION_FAILED).when(REQUEST_INSPECTION).then_nothing()


def test_an_inspection_that_is_at_work_fails_once() -> None:
    inspected = ImagesInspected(**REPORT_INSPECTION.model_dump())
    spec.given(REGISTERED, REQUESTED).when(FAIL).then(INSPECTION_FAILED)
    spec.given(REGISTERED, REQUESTED, INSPECTION_FAILED).when(FAIL).then_nothing()
    spec.given(REGISTERED, REQUESTED, inspected).when(FAIL).then_nothing()
    spec.given(REGISTERED).when(FAIL).then_nothing()


def test_an_inspection_that_failed_may_end_well_after_all() -> None:
    inspected = ImagesInspected(**REPORT_INSPECTION.model_dump())
    spec.given(REGISTERED, REQUESTED, INSPECTION_FAILED).when(REPORT_INSPECTION).then(inspected)


def test_gates_are_evaluated_without_promotion_and_the_same_figures_add_nothing() -> None:
    spec.given(REGISTERED).when(EVALUATE).then(GatesEvaluated(report=FAILED))
    spec.given(REGISTERED, GatesEvaluated(report=FAILED)).when(EVALUATE).then_nothing()
    spec.given(REGISTERED, GatesEvaluated(report=FAILED)).when(EvaluateGates(report=PASSED)).then(
        GatesEvaluated(report=PASSED)
    )


def test_a_promotion_keeps_the_gates_that_it_passed() -> None:
    promote = PROMOTE.model_copy(update={"report": PASSED, "override_reason": "not needed"})
    spec.given(REGISTERED).when(promote).then(GatesEvaluated(report=PASSED), PROMOTED)


def test_production_without_passed_gates_needs_a_reason() -> None:
    promote = PROMOTE.model_copy(update={"report": FAILED})
    overridden = promote.model_copy(update={"override_reason": "the customer agreed"})
    spec.given(REGISTERED).when(promote).then_refused(
        GatesNotPassed, saying="escape_bound on test is 0.12, at most 0.05 is asked"
    )
    spec.given(REGISTERED).when(overridden).then(
        GatesEvaluated(report=FAILED), replace(PROMOTED, override_reason="the customer agreed")
    )


def test_with_a_second_person_nobody_promotes_a_model_of_their_own_run() -> None:
    own = PROMOTE.model_copy(update={"needs_second_person": True, "override_reason": "in a hurry"})
    spec.given(REGISTERED).when(own).then_refused(SecondPersonNeeded)


def test_a_model_that_another_one_replaced_is_promoted_again() -> None:
    again = PROMOTE.model_copy(update={"replaced_by": "r2"})
    spec.given(REGISTERED, PROMOTED).when(again).then(PROMOTED)


def test_a_model_is_rolled_back_once() -> None:
    back = ModelRolledBack(back_to="r0", reason="overkills on the new lot")
    spec.given(REGISTERED, PROMOTED).when(ROLL_BACK).then(back)
    spec.given(REGISTERED, PROMOTED, back).when(ROLL_BACK).then_nothing()
