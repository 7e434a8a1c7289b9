"""The state machine that catches up: walked through as its language says, and its rights."""

import json
from typing import Any

from cdk.constructs.catch_up import definition
from tests.cdk.templates import Template, actions, properties, statements

STATES: dict[str, dict[str, Any]] = definition("arn:sweeper")["States"]  # type: ignore[assignment]


def walk(answers: list[int]) -> list[str]:
    """The states passed through while the sweeper answers so."""
    name, passed = definition("arn:sweeper")["StartAt"], []
    left, remaining = 0, list(answers)
    while name:
        passed.append(str(name))
        state = STATES[str(name)]
        if state["Type"] == "Task":
            left = remaining.pop(0)
        if state["Type"] == "Choice":
            [choice] = state["Choices"]
            assert (choice["Variable"], list(choice)[1]) == ("$.left", "NumericGreaterThan")
            name = choice["Next"] if left > choice["NumericGreaterThan"] else state["Default"]
        else:
            name = state.get("Next")
    assert remaining == []
    return passed


def test_it_sweeps_until_no_stream_is_left_behind() -> None:
    assert walk([0]) == ["Sweep", "IsAnyLeft", "Done"]
    assert walk([12, 3, 0]) == [*["Sweep", "IsAnyLeft", "Breathe"] * 2, "Sweep", "IsAnyLeft", "Done"]


def test_it_reads_the_answer_of_the_sweeper() -> None:
    assert STATES["Sweep"]["ResultSelector"] == {"left.$": "$.Payload.left"}
    assert STATES["Sweep"]["Parameters"] == {"FunctionName": "arn:sweeper"}


def test_a_sweep_that_fails_is_tried_again_but_not_for_ever() -> None:
    assert [retry["MaxAttempts"] for retry in STATES["Sweep"]["Retry"]] == [6, 3]
    assert STATES["Sweep"]["Retry"][-1]["ErrorEquals"] == ["States.ALL"]


def test_it_ends_within_a_day_and_tells_what_it_does(core: Template) -> None:
    machine = properties(core, "StepFunctions::StateMachine")
    assert definition("arn:sweeper")["TimeoutSeconds"] == 86_400
    assert (
        machine["DefinitionString"]["Fn::Join"][1][0] == json.dumps(definition("here")).partition("here")[0]
    )
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_it_may_call_the_sweeper_and_no_other_function(core: Template) -> None:
    named = [s for s in statements(core, "CatchUp") if s["Resource"] != "*"]
    [invoke] = named
    assert invoke["Action"] == "lambda:InvokeFunction"
    assert invoke["Resource"]["Fn::GetAtt"][0].startswith("Functionssweeper")
    others = {action.partition(":")[0] for action in actions(core, "CatchUp")} - {"lambda"}
    assert others == {"logs", "xray"}
