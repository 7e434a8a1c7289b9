"""Gates: the results of limits, and the texts of what failed."""

import pytest

from kenpin.domain.gates import GateLimit, GateReport, check_gates
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
    (result,) = check_gates([gate], {"test": {gate.metric: figure}})
    assert (result.passed, result.figure, str(result)) == (passed, figure, text)


def test_a_figure_of_another_split_was_not_measured() -> None:
    (result,) = check_gates([RANKING], {"validation": {"auroc": 0.99}})
    assert (result.passed, result.figure) == (False, None)


def test_a_report_names_what_failed() -> None:
    results = check_gates([ESCAPES, RANKING], {"test": {"escape_bound": 0.01}})
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
