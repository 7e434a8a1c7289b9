"""The state machine that catches up: walked through as its language says, and its rights."""

import json
from typing import Any

from cdk.constructs.catch_up import definition
from tests.cdk.templates import Template, actions, properties, statements

BOTH = ("Functionsrebuild", "Functionssweeper")
STATES: dict[str, dict[str, Any]] = definition("arn:sweeper", "arn:rebuild")["States"]  # type: ignore[assignment]


def walk(answers: list[int], *, rebuilding: bool = False) -> list[str]:
    """The states passed through while the functions answer so."""
    name, passed = definition("arn:sweeper", "arn:rebuild")["StartAt"], []
    left, remaining = 0, list(answers)
    while name:
        passed.append(str(name))
        state = STATES[str(name)]
        if state["Type"] == "Task":
            left = remaining.pop(0)
        if state["Type"] == "Choice":
            [choice] = state["Choices"]
            name = choice["Next"] if _holds(choice, left, rebuilding) else state["Default"]
        else:
            name = state.get("Next")
    assert remaining == []
    return passed


def _holds(choice: dict[str, Any], left: int, rebuilding: bool) -> bool:
    if choice["Variable"] == "$.models":
        return bool(choice["IsPresent"]) == rebuilding
    assert (choice["Variable"], list(choice)[1]) == ("$.left", "NumericGreaterThan")
    return left > int(choice["NumericGreaterThan"])


def test_it_sweeps_until_no_stream_is_left_behind() -> None:
    assert walk([0]) == ["IsRebuild", "Sweep", "IsAnyLeft", "Done"]
    assert walk([12, 3, 0]) == [
        "IsRebuild",
        *["Sweep", "IsAnyLeft", "Breathe"] * 2,
        "Sweep",
        "IsAnyLeft",
        "Done",
    ]


def test_it_makes_rows_anew_before_when_it_is_asked_to() -> None:
    again = ["Rebuild", "IsModelLeft"]
    assert walk([2, 0, 0], rebuilding=True) == ["IsRebuild", *again * 2, "Sweep", "IsAnyLeft", "Done"]
    assert STATES["Rebuild"]["Parameters"] == {
        "FunctionName": "arn:rebuild",
        "Payload": {"models.$": "$.models"},
    }


def test_it_reads_the_answer_of_the_sweeper() -> None:
    assert STATES["Sweep"]["ResultSelector"] == {"left.$": "$.Payload.left"}
    assert STATES["Sweep"]["Parameters"] == {"FunctionName": "arn:sweeper"}


def test_a_sweep_that_fails_is_tried_again_but_not_for_ever() -> None:
    assert [retry["MaxAttempts"] for retry in STATES["Sweep"]["Retry"]] == [6, 3]
    assert STATES["Sweep"]["Retry"][-1]["ErrorEquals"] == ["States.ALL"]


def test_it_ends_within_a_day_and_tells_what_it_does(core: Template) -> None:
    machine = properties(core, "StepFunctions::StateMachine")
    assert definition("arn:sweeper", "arn:rebuild")["TimeoutSeconds"] == 86_400
    assert (
        machine["DefinitionString"]["Fn::Join"][1][0]
        == json.dumps(definition("here", "there")).partition("there")[0]
    )
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_it_may_call_two_functions_and_no_other(core: Template) -> None:
    named = [s for s in statements(core, "CatchUp") if s["Resource"] != "*"]
    [invoke] = named
    assert invoke["Action"] == "lambda:InvokeFunction"
    called = sorted(resource["Fn::GetAtt"][0] for resource in invoke["Resource"])
    assert [name.startswith(begin) for name, begin in zip(called, BOTH, strict=True)] == [True, True]
    others = {action.partition(":")[0] for action in actions(core, "CatchUp")} - {"lambda"}
    assert others == {"logs", "xray"}
