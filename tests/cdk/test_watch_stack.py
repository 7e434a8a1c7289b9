"""The watch stack: what goes wrong is mailed, and silence of what should speak is wrong too."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.manifest import FUNCTIONS, Function
from kenpin_training import run_seconds
from tests.cdk.options import MAIL, with_every_option
from tests.cdk.templates import Template, of_type, properties

ALWAYS_THERE = [function for function in FUNCTIONS if not function.runs_at_deployment]
"""CloudFormation itself waits for the others, and says how it went."""


@pytest.fixture(scope="session")
def watch(read: Callable[[str], Template]) -> Template:
    return read("watch")


@pytest.fixture(scope="session")
def alarms(watch: Template) -> dict[str, dict[str, Any]]:
    return alarms_of(watch)


def alarms_of(watch: Template) -> dict[str, dict[str, Any]]:
    """By name, without the digest that the library appends."""
    found = of_type(watch, "CloudWatch::Alarm")
    return {id.removeprefix("Alarms")[:-8]: alarm["Properties"] for id, alarm in found.items()}


def test_every_alarm_says_what_it_means_to_one_topic(
    watch: Template, alarms: dict[str, dict[str, Any]]
) -> None:
    topic = {"Ref": next(iter(of_type(watch, "SNS::Topic")))}
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
        assert alarm["AlarmDescription"].endswith(".")
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"


def test_the_topic_is_encrypted_and_only_tls_reaches_it(watch: Template) -> None:
    assert properties(watch, "SNS::Topic")["KmsMasterKeyId"]
    [policy] = [
        it["Properties"]["PolicyDocument"]["Statement"] for it in of_type(watch, "SNS::TopicPolicy").values()
    ]
    assert {"Bool": {"aws:SecureTransport": "false"}} in [it.get("Condition") for it in policy]
    key = properties(watch, "KMS::Key")
    assert key["EnableKeyRotation"] is True
    told = [it for it in key["KeyPolicy"]["Statement"] if "cloudwatch.amazonaws.com" in str(it["Principal"])]
    assert [it["Action"] for it in told] == [["kms:Decrypt", "kms:GenerateDataKey"]]
    assert "aws:SourceAccount" in str(told[0]["Condition"])


def test_a_mail_address_is_an_option(watch: Template) -> None:
    assert of_type(watch, "SNS::Subscription") == {}
    subscription = properties(with_every_option()["watch"], "SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", MAIL)


@pytest.mark.parametrize("name", ["ProjectionLag", "ParkedStreams", "AppendConflicts", "RunsFailed"])
def test_what_kenpin_tells_of_itself_is_watched(alarms: dict[str, dict[str, Any]], name: str) -> None:
    alarm = alarms[name]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Kenpin", name)
    told = {it["Name"]: it["Value"] for it in alarm["Dimensions"]}
    assert told == {"service": "kenpin", "stage": "dev"}


def test_a_sweeper_that_says_nothing_is_an_alarm_and_nothing_else_is(
    alarms: dict[str, dict[str, Any]],
) -> None:
    silent = {name for name, alarm in alarms.items() if alarm["TreatMissingData"] == "breaching"}
    assert silent == {"ProjectionLag"}
    assert {alarm["TreatMissingData"] for alarm in alarms.values()} == {"breaching", "notBreaching"}


@pytest.mark.parametrize(
    ("name", "queue"),
    [("DeadJobs", "JobQueueDead"), ("DeadIntake", "IntakeQueueDead"), ("Unheard", "Unheard")],
)
def test_one_dead_letter_is_enough(alarms: dict[str, dict[str, Any]], name: str, queue: str) -> None:
    alarm = alarms[name]
    assert queue in str(alarm["Dimensions"])
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 1)


@pytest.mark.parametrize(
    ("name", "queue"), [("OldestJob", "JobQueueJobs"), ("OldestArrival", "IntakeQueueIntake")]
)
def test_nothing_waits_unseen(alarms: dict[str, dict[str, Any]], name: str, queue: str) -> None:
    assert queue in str(alarms[name]["Dimensions"])
    assert alarms[name]["MetricName"] == "ApproximateAgeOfOldestMessage"


@pytest.mark.parametrize("function", ALWAYS_THERE, ids=lambda function: function.name)
def test_a_function_that_fails_is_seen(alarms: dict[str, dict[str, Any]], function: Function) -> None:
    metrics = {
        it["MetricStat"]["Metric"]["MetricName"]
        for it in alarms[f"{function.name}fails"]["Metrics"]
        if "MetricStat" in it
    }
    assert metrics == {"Errors", "Throttles"}
    [expression] = [
        it["Expression"] for it in alarms[f"{function.name}fails"]["Metrics"] if "Expression" in it
    ]
    assert expression == "FILL(errors, 0) + FILL(throttles, 0)"


@pytest.mark.parametrize("function", ALWAYS_THERE, ids=lambda function: function.name)
def test_a_function_that_is_slow_is_seen_where_it_runs_every_minute(
    alarms: dict[str, dict[str, Any]], function: Function
) -> None:
    slow = alarms.get(f"{function.name}isslow")
    assert (slow is None) is (function.every_seconds > 60)
    if slow is None:
        return
    assert (slow["MetricName"], slow["ExtendedStatistic"]) == ("Duration", "p99")
    assert slow["Threshold"] == pytest.approx(function.timeout_seconds * 800)


@pytest.mark.parametrize(
    ("name", "namespace", "metric"),
    [
        ("ApiFails", "AWS/ApiGateway", "5xx"),
        ("ApiIsSlow", "AWS/ApiGateway", "Latency"),
        ("AuroraIsFull", "AWS/RDS", "ACUUtilization"),
        ("NoConnection", "AWS/RDS", "DatabaseConnectionsBorrowLatency"),
        ("PipeFails", "AWS/EventBridge/Pipes", "ExecutionFailed"),
    ],
)
def test_what_aws_counts_is_watched(name: str, namespace: str, metric: str) -> None:
    alarms = alarms_of(with_every_option()["watch"])
    assert (alarms[name]["Namespace"], alarms[name]["MetricName"]) == (namespace, metric)
    assert alarms[name]["Dimensions"]


def test_a_throttled_table_is_seen(alarms: dict[str, dict[str, Any]]) -> None:
    metrics = [it["MetricStat"]["Metric"] for it in alarms["TableThrottles"]["Metrics"] if "MetricStat" in it]
    assert {it["MetricName"] for it in metrics} == {"ReadThrottleEvents", "WriteThrottleEvents"}


def widgets(template: Template) -> list[dict[str, Any]]:
    body = properties(template, "CloudWatch::Dashboard")["DashboardBody"]
    text = "".join(part if isinstance(part, str) else "filled-in" for part in body["Fn::Join"][1])
    return [widget["properties"] for widget in json.loads(text)["widgets"]]


def test_one_page_shows_it_all(watch: Template, alarms: dict[str, dict[str, Any]]) -> None:
    shown = str([widget.get("metrics") for widget in widgets(watch)])
    for metric in (
        "ProjectionLag",
        "ParkedStreams",
        "AppendConflicts",
        "RunSeconds",
        "ServerlessDatabaseCapacity",
    ):
        assert metric in shown
    [overview] = [widget for widget in widgets(watch) if "alarms" in widget]
    assert len(overview["alarms"]) == len(alarms)


def test_a_run_is_counted_in_the_stage_where_it_ran(watch: Template) -> None:
    """With the dimensions that the worker tells, or the metric would be another one."""
    said = json.loads(run_seconds.line("run1", 1.0, "dev"))
    [dimensions] = said["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    [cost] = [widget for widget in widgets(watch) if widget["title"].startswith("Cost per run")]
    asked = [it[2:-1] for it in cost["metrics"] if it[:2] == ["Kenpin", "RunSeconds"]]
    pairs = [dict(zip(it[::2], it[1::2], strict=True)) for it in asked]
    assert pairs and all(it.keys() == set(dimensions) and it["stage"] == "dev" for it in pairs)


def test_a_run_costs_its_seconds_at_the_price_of_its_machine(watch: Template) -> None:
    """Two runs of an hour on Fargate, one of half an hour on a GPU, at the prices of cdk.json."""
    [cost] = [widget for widget in widgets(watch) if widget["title"].startswith("Cost per run")]
    [expression] = [
        it[0]["expression"] for it in cost["metrics"] if isinstance(it[0], dict) and "expression" in it[0]
    ]
    values = {"cpu_sum": 7_200, "cpu_n": 2, "gpu_sum": 1_800, "gpu_n": 1}
    usd = eval(expression, {"FILL": lambda value, _: value}, values)
    assert usd == pytest.approx((2 * 0.27 + 0.5 * 0.66) / 3, rel=1e-6)
