"""Gates: the results of limits, and the texts of what failed."""

import pytest
from pydantic import ValidationError

from kenpin.domain.gates import FoundFigure, GateLimit, GateReport, check_gates
from kenpin.domain.project.commands import SetGates
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import GatesSet, ProjectCreated
from tests.domain.specification import Specification

ESCAPES = GateLimit(metric="escape_bound", direction="at_most", limit=0.05)
RANKING = GateLimit(metric="auroc", direction="at_least", limit=0.9)
spec = Specification(project)
CREATED = ProjectCreated(project_id="bakery", name="Bakery")


@pytest.mark.parametrize(
    ("gate", "figure", "passed", "text"),
    [
        (ESCAPES, 0.05, True, "escape_bound on test is 0.05, at most 0.05 is asked"),
        (ESCAPES, 0.051, False, "escape_bound on test is 0.051, at most 0.05 is asked"),
        (RANKING, 0.9, True, "auroc on test is 0.9, at least 0.9 is asked"),
        (RANKING, 0.89, False, "auroc on test is 0.89, at least 0.9 is asked"),
        (RANKING, None, False, "auroc on test was not measured, at least 0.9 is asked"),
    ],
)
def test_a_figure_passes_within_its_limit(
    gate: GateLimit, figure: float | None, passed: bool, text: str
) -> None:
    (result,) = check_gates([gate], lambda _: None if figure is None else FoundFigure(figure))
    assert (result.passed, result.figure, str(result)) == (passed, figure, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "escape_rate on test by line L3 is 0.2, at most 0.1 is asked"),
        ("L3", "escape_rate on test by line L3 is 0.2, at most 0.1 is asked"),
    ],
)
def test_a_result_names_the_slice_that_it_is_of(value: str | None, text: str) -> None:
    gate = GateLimit(metric="escape_rate", direction="at_most", limit=0.1, slice_by="line", slice_value=value)
    (result,) = check_gates([gate], lambda _: FoundFigure(0.2, "L3"))
    assert (result.slice_value, str(result)) == ("L3", text)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"slice_value": "L3"}, "slice_value L3 needs slice_by"),
        ({"slice_by": "line", "metric": "aupro"}, "aupro is not measured by line"),
    ],
)
def test_a_limit_that_no_slice_can_keep_is_refused(given: dict[str, str], why: str) -> None:
    gate = {"metric": "escape_rate", "direction": "at_most", "limit": 0.1, **given}
    with pytest.raises(ValidationError, match=why):
        SetGates.model_validate({"limits": [gate]})


def test_a_report_names_what_failed() -> None:
    results = check_gates(
        [ESCAPES, RANKING], lambda gate: FoundFigure(0.01) if gate.metric == "escape_bound" else None
    )
    report = GateReport(project_version=3, threshold=0.5, results=results)
    assert report.failed() == results[1:]


def test_gates_replace_those_before_and_the_same_add_nothing() -> None:
    both = SetGates(limits=(ESCAPES, RANKING), second_person=True, reason="contract")
    were = GatesSet(limits=(ESCAPES, RANKING), second_person=True, reason="contract")
    spec.given(CREATED).when(both).then(were)
    spec.given(CREATED, were).when(both).then_nothing()
    spec.given(CREATED, were).when(SetGates(limits=())).then(GatesSet(limits=()))


def test_a_report_names_the_version_that_set_the_gates() -> None:
    events = [CREATED, *project.decide(project.fold([CREATED]), SetGates(limits=(ESCAPES,)))]
    events += project.decide(project.fold(events), SetGates(limits=(RANKING,)))
    state = project.fold(events)
    assert (state.gates_version, state.gates and state.gates.limits) == (3, (RANKING,))
