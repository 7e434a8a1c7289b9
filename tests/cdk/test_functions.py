"""Rights, network and triggers of every function, read from the template."""

import json
from typing import Any

import pytest

from cdk.constructs.event_table import HEADS_ONLY
from functions.manifest import FUNCTIONS, Function
from kenpin.application.react import REACTORS
from tests.cdk.options import with_every_option
from tests.cdk.templates import Template, actions, custom, listed, of_type, properties, statements

RUNNING = [function for function in FUNCTIONS if not function.runs_at_deployment]
every_function = pytest.mark.parametrize("function", RUNNING, ids=lambda function: function.name)
WAKES = ("Lambda::EventSourceMapping", "Events::Rule", "Scheduler::Schedule")


def made(template: Template, function: Function) -> dict[str, Any]:
    found: dict[str, Any]
    [found] = [
        f["Properties"]
        for f in of_type(template, "Lambda::Function").values()
        if f["Properties"]["Handler"] == f"{function.handler}.handler"
    ]
    return found


def speaks_to_the_database(function: Function) -> bool:
    return any(grant.startswith("rows:") for grant in function.may)


def test_every_function_of_the_manifest_is_there_and_no_other(core: Template, data: Template) -> None:
    def handlers(template: Template) -> set[str]:
        return {f["Properties"]["Handler"] for f in of_type(template, "Lambda::Function").values()}

    assert handlers(core) == {f"{f.handler}.handler" for f in RUNNING}
    assert handlers(data) == {"functions.migrations.handler.handler"}


@every_function
def test_a_function_is_as_the_manifest_says(core: Template, function: Function) -> None:
    said = made(core, function)
    assert said["Timeout"] == function.timeout_seconds
    assert said["MemorySize"] == function.memory_mb
    assert said["EphemeralStorage"] == {"Size": function.disk_mb}
    assert said["Description"] == function.does
    assert said["TracingConfig"] == {"Mode": "Active"}
    assert "LogGroup" in said["LoggingConfig"]


@every_function
def test_a_function_carries_the_packages_it_needs_and_no_others(core: Template, function: Function) -> None:
    layers = [layer["Ref"] for layer in made(core, function)["Layers"]]
    names = [
        next(n for n in ("Kenpin", "Vendor", "Arrow", "Onnx", "Pictures") if n in layer) for layer in layers
    ]
    assert names == ["Kenpin", "Vendor", *(need.capitalize() for need in function.needs)]


@every_function
def test_a_function_runs_in_the_network_only_for_the_database(core: Template, function: Function) -> None:
    allowed = actions(core, f"Functions{function.name}role")
    inside = speaks_to_the_database(function)
    assert ("VpcConfig" in made(core, function)) is inside
    assert ("rds-db:connect" in allowed) is inside
    assert ("ec2:CreateNetworkInterface" in allowed) is inside


def test_a_function_is_told_where_it_is_and_what_it_is_called(core: Template) -> None:
    for function in RUNNING:
        told = made(core, function)["Environment"]["Variables"]
        assert told["KENPIN_STAGE"] == "dev"
        assert told["KENPIN_BASE"] == "aws"
        assert told["KENPIN_DATABASE_AUTH"] == "iam"
        assert told["POWERTOOLS_SERVICE_NAME"] == "kenpin"
        assert told["POWERTOOLS_METRICS_NAMESPACE"] == "Kenpin"
        assert told["POWERTOOLS_LOG_LEVEL"] == "DEBUG"


def test_core_reads_the_network_from_ssm_when_it_is_deployed(core: Template) -> None:
    [subnets] = [p for p in core["Parameters"].values() if p["Default"] == "/kenpin/dev/function-subnets"]
    assert subnets["Type"] == "AWS::SSM::Parameter::Value<List<String>>"
    read = {p["Default"] for p in core["Parameters"].values()}
    assert {
        f"/kenpin/dev/{name}"
        for name in ("functions-group", "database-url", "database-login-app", "database-login-reader")
    } < read


@every_function
def test_a_function_may_connect_in_its_role_alone(core: Template, function: Function) -> None:
    connects = [
        statement
        for statement in statements(core, f"Functions{function.name}role")
        if "rds-db:connect" in listed(statement["Action"])
    ]
    for statement in connects:
        [parameter] = [core["Parameters"][statement["Resource"]["Ref"]]]
        assert parameter["Default"] == f"/kenpin/dev/database-login-{function.database_role}"
    assert len(connects) == speaks_to_the_database(function)
    told = made(core, function)["Environment"]["Variables"]
    assert told["KENPIN_DATABASE_ROLE"] == function.database_role


def test_what_answers_reads_of_the_api_cannot_write_rows() -> None:
    roles = {function.name: function.database_role for function in FUNCTIONS}
    assert {name for name, role in roles.items() if role == "reader"} >= {"queries", "recovery"}
    assert {roles[name] for name in ("commands", "projector", "layouts")} == {"app"}


def test_functions_switch_when_their_rows_are_built(core: Template) -> None:
    [(build, step)] = custom(core, "Rows").items()
    assert step["Properties"]["step"] == "build"
    assert step["Properties"]["code"]["Ref"].startswith("FunctionsCodeKenpin")
    assert step["Properties"]["ServiceTimeout"] == "3600"
    functions = of_type(core, "Lambda::Function")
    [builder] = [id for id in functions if id.startswith("Functionslayouts")]
    assert step["Properties"]["ServiceToken"]["Fn::GetAtt"][0] == builder
    assert builder in step["DependsOn"]
    assert any(id.startswith("FunctionslayoutsroleDefaultPolicy") for id in functions[builder]["DependsOn"])
    for id, function in functions.items():
        assert (build in function.get("DependsOn", ())) == (id != builder), id


def test_who_drops_rows_is_told_to_the_stack_that_comes_last(core: Template) -> None:
    told = {
        it["Properties"]["Name"]: it["Properties"]["Value"] for it in of_type(core, "SSM::Parameter").values()
    }
    assert set(told) == {"/kenpin/dev/code", "/kenpin/dev/layouts-function"}


def test_what_makes_network_interfaces_is_lambda_not_the_function(core: Template) -> None:
    for function in filter(speaks_to_the_database, RUNNING):
        policy = properties(core, "IAM::Policy", f"Functions{function.name}role")["PolicyDocument"]
        [denied] = [s for s in policy["Statement"] if s["Effect"] == "Deny"]
        assert "ec2:CreateNetworkInterface" in denied["Action"]
        assert denied["Condition"] == {"Null": {"lambda:SourceFunctionArn": "false"}}


def test_a_function_may_do_what_the_manifest_grants_and_no_more(core: Template) -> None:
    for function in RUNNING:
        allowed = actions(core, f"Functions{function.name}role")
        seals = "events:seal" in function.may
        assert ("dynamodb:PutItem" in allowed) == ("events:append" in function.may or seals)
        writes = {
            *("anchors:write", "export-requests:write", "exports:write", "images:write"),
            *("marks:write", "thumbnails:write"),
        } & set(function.may)
        assert ("s3:PutObject" in allowed) == bool(writes or seals)
        deletes = {action for action in allowed if ":Delete" in action}
        own = {"ec2:DeleteNetworkInterface"} if speaks_to_the_database(function) else set()
        redrives = {"sqs:DeleteMessage"} if {"jobs:send", "jobs:read"} <= set(function.may) else set()
        erases = {"s3:DeleteObjectVersion"} if "images:erase" in function.may else set()
        assert deletes - own - redrives - erases <= (
            {"sqs:DeleteMessage"} if function.woken_by_queue else set()
        )
        assert erases <= deletes
        assert redrives <= deletes


@every_function
def test_every_function_that_something_wakes_is_wired_to_it(core: Template, function: Function) -> None:
    wired = [id for type in WAKES for id in of_type(core, type) if id.startswith(f"Functions{function.name}")]
    expected = (
        function.woken_by_events,
        function.woken_by_objects,
        function.every_seconds,
        function.woken_by_queue,
        function.woken_by_stopped_tasks,
    )
    assert len(wired) == sum(map(bool, expected))


def test_the_doorbell_tries_again_splits_and_tells_what_it_could_not_deliver(core: Template) -> None:
    mapping = properties(core, "Lambda::EventSourceMapping", "Functionsprojector")
    assert mapping["MaximumRetryAttempts"] == 3
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"]
    [pattern] = mapping["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == HEADS_ONLY == {"dynamodb": {"Keys": {"sk": {"S": ["H"]}}}}


def test_who_reads_the_stream_may_no_more_with_the_queue_of_failures_than_send(core: Template) -> None:
    sent = {action for action in actions(core, "Functionsprojectorrole") if action.startswith("sqs:")}
    assert sent == {"sqs:SendMessage"}


@pytest.mark.parametrize(("stage", "expected"), [("dev", (2, 0)), ("prod", (1, 1))])
def test_the_stream_has_no_more_than_the_two_readers_it_bears(
    core: Template, stage: str, expected: tuple[int, int]
) -> None:
    """A stage that sleeps has no pipe: its polling, four times a second, costs money."""
    core = core if stage == "dev" else with_every_option()["core"]

    def reads(source: object) -> bool:
        return "StreamArn" in json.dumps(source)

    mappings = of_type(core, "Lambda::EventSourceMapping").values()
    readers = [m for m in mappings if reads(m["Properties"]["EventSourceArn"])]
    pipes = [p for p in of_type(core, "Pipes::Pipe").values() if reads(p["Properties"]["Source"])]
    assert (len(readers), len(pipes)) == expected


def test_the_bus_calls_who_reacts_only_for_the_streams_that_are_reacted_to() -> None:
    pattern = properties(with_every_option()["core"], "Events::Rule", "Functionsreactors")["EventPattern"]
    assert pattern["detail"] == {"stream": [{"prefix": f"{category}-"} for category in REACTORS]}


def test_without_a_pipe_the_table_calls_who_reacts_for_these_streams_alone(core: Template) -> None:
    mapping = properties(core, "Lambda::EventSourceMapping", "Functionsreactors")
    [pattern] = [json.loads(it["Pattern"])["dynamodb"] for it in mapping["FilterCriteria"]["Filters"]]
    assert pattern["Keys"] == HEADS_ONLY["dynamodb"]["Keys"]
    prefixes = [{"prefix": f"{category}-"} for category in REACTORS]
    assert pattern["NewImage"] == {"stream": {"S": prefixes}}


def test_clocks_wait_for_a_database_that_sleeps_and_people_are_told_to_ask_again(core: Template) -> None:
    def waits(template: Template) -> dict[str, str | None]:
        found = [it["Properties"] for it in of_type(template, "Lambda::Function").values()]
        name = "KENPIN_DATABASE_WAKE_SECONDS"
        return {
            it["Handler"].split(".")[1]: it["Environment"]["Variables"].get(name)
            for it in found
            if it["Handler"].startswith("functions.")
        }

    told = waits(core)
    assert {told[f.name] for f in RUNNING if f.routes} == {"3"}
    assert {told[f.name] for f in RUNNING if not f.routes} == {"45"}
    assert set(waits(with_every_option()["core"]).values()) == {None}


def test_a_clock_says_which_it_is(core: Template) -> None:
    """Calls of a clock alone may be quiet: the catch-up looks at every row."""
    for id, schedule in of_type(core, "Scheduler::Schedule").items():
        said = json.loads(schedule["Properties"]["Target"]["Input"])["clock"]
        assert id.startswith(f"Functions{said}")


def test_no_rule_or_call_that_fails_is_forgotten() -> None:
    core = with_every_option()["core"]
    for rule in of_type(core, "Events::Rule").values():
        for target in rule["Properties"]["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]
    called = {
        json.dumps(config["Properties"]["FunctionName"])
        for config in of_type(core, "Lambda::EventInvokeConfig").values()
        if config["Properties"]["DestinationConfig"]["OnFailure"]
    }
    by_bus_or_clock = [
        f for f in RUNNING if f.every_seconds or f.woken_by_objects or f.woken_by_stopped_tasks
    ]
    reacting = [f for f in RUNNING if f.woken_by_events and "events:append" in f.may]
    assert len(called) == len({f.name for f in (*by_bus_or_clock, *reacting)})


def test_the_clock_gives_up_when_the_next_round_is_due_and_says_so(core: Template) -> None:
    schedule = properties(core, "Scheduler::Schedule", "Functionssweeper")
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    target = schedule["Target"]
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 3}
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("Unheard")
    assert actions(core, "Functionssweeperclock") == {"lambda:InvokeFunction", "sqs:SendMessage"}
    trust = properties(core, "IAM::Role", "Functionssweeperclock")["AssumeRolePolicyDocument"]["Statement"]
    assert trust[0]["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_a_queue_wakes_with_partial_failures_and_no_more_at_a_time_than_rows_bear(
    grown: dict[str, Template],
) -> None:
    mapping = properties(grown["core"], "Lambda::EventSourceMapping", "Functionstaken")
    assert mapping["EventSourceArn"]["Fn::GetAtt"][0].startswith("IntakeQueueIntake")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 10}
    assert {action for action in actions(grown["core"], "Functionstaken") if action.startswith("sqs:")} == {
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    }


def test_a_stopped_task_of_our_cluster_wakes(grown: dict[str, Template]) -> None:
    pattern = properties(grown["core"], "Events::Rule", "Functionsmourner")["EventPattern"]
    assert pattern["source"] == ["aws.ecs"]
    assert pattern["detail-type"] == ["ECS Task State Change"]
    assert pattern["detail"]["lastStatus"] == ["STOPPED"]
    [cluster] = pattern["detail"]["clusterArn"]
    assert cluster["Fn::Join"][1][-1].endswith(":cluster/kenpin-prod")


def test_an_hour_is_an_hour_and_concurrency_is_reserved_where_the_stage_says(
    grown: dict[str, Template],
) -> None:
    schedule = properties(grown["core"], "Scheduler::Schedule", "Functionshourly")
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    reserved = {
        f["Properties"]["Handler"]: f["Properties"]["ReservedConcurrentExecutions"]
        for f in of_type(grown["core"], "Lambda::Function").values()
        if "ReservedConcurrentExecutions" in f["Properties"]
    }
    assert reserved == {"functions.taken.handler.handler": 7}
