"""The training stack: the container of the Dockerfile, no more rights than it needs, and no idle hour."""

import json
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from cdk.constructs.training_task import build_context
from tests.architecture.checkout import ROOT
from tests.cdk.options import with_every_option
from tests.cdk.templates import Template, actions, custom, listed, of_type, properties, statements

DOCKERFILE = (ROOT / "training_container/Dockerfile").read_text()


@pytest.fixture(scope="session")
def training(read: Callable[[str], Template]) -> Template:
    return read("training")


@pytest.fixture(scope="session")
def both() -> Template:
    """With machines that have a GPU."""
    return with_every_option()["training"]


def task(template: Template, kind: str = "Cpu") -> dict[str, Any]:
    return properties(template, "ECS::TaskDefinition", f"Task{kind}")


def container(template: Template, kind: str = "Cpu") -> dict[str, Any]:
    [found] = task(template, kind)["ContainerDefinitions"]
    return dict(found)


def environment(template: Template, kind: str = "Cpu") -> dict[str, Any]:
    return {it["Name"]: it["Value"] for it in container(template, kind)["Environment"]}


def in_dockerfile(pattern: str) -> str:
    [found] = re.findall(pattern, DOCKERFILE, flags=re.MULTILINE)
    return str(found)


def test_the_container_starts_as_the_dockerfile_says(training: Template) -> None:
    assert container(training)["EntryPoint"] == json.loads(in_dockerfile(r"^ENTRYPOINT (.*)$"))
    assert container(training)["User"] == in_dockerfile(r"^USER (.*)$")
    assert environment(training)["KENPIN_DATA_DIR"] == in_dockerfile(r"KENPIN_DATA_DIR=(\S+)")


def test_nothing_in_the_container_can_be_changed_but_its_data(training: Template) -> None:
    it = container(training)
    assert it["ReadonlyRootFilesystem"] is True
    assert it["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    folder = environment(training)["KENPIN_DATA_DIR"]
    assert it["MountPoints"] == [{"ContainerPath": folder, "ReadOnly": False, "SourceVolume": "data"}]
    assert environment(training)["TMPDIR"] == environment(training)["HOME"] == folder
    assert in_dockerfile(r"^VOLUME (.*)$") == folder  # or it would belong to root
    assert task(training)["Volumes"] == [{"Name": "data"}]


def test_a_task_has_two_minutes_to_save_what_it_has(training: Template, both: Template) -> None:
    assert container(training)["StopTimeout"] == container(both, "Gpu")["StopTimeout"] == 120


def test_the_container_is_told_what_the_functions_are_told(training: Template, core: Template) -> None:
    told = environment(training)
    assert told["KENPIN_BASE"] == "aws"
    assert told["KENPIN_DATABASE_AUTH"] == "iam"
    assert told["KENPIN_DATABASE_ROLE"] == "reader"
    commands = properties(core, "Lambda::Function", "Functionscommands")["Environment"]["Variables"]
    ours = {name for name in told if name.startswith("KENPIN_")}
    assert ours - set(commands) == {"KENPIN_DATA_DIR"}
    assert told["KENPIN_TENANT"] == commands["KENPIN_TENANT"]
    assert told["KENPIN_RUNS_PER_PROJECT"] == commands["KENPIN_RUNS_PER_PROJECT"] == "2"
    for name in ("EVENT_TABLE", "BUCKET", "QUEUE_URL", "DEAD_LETTER_URL"):
        assert commands[f"KENPIN_{name}"]["Ref"] in str(told[f"KENPIN_{name}"])


def test_rows_of_other_code_go_when_no_task_uses_them_any_more(training: Template, both: Template) -> None:
    for template in (training, both):
        [step] = custom(template, "Rows").values()
        assert step["Properties"]["step"] == "drop"
        assert set(step["DependsOn"]) >= set(of_type(template, "ECS::Service"))
        for property, name in {"ServiceToken": "layouts-function", "code": "code"}.items():
            parameter = template["Parameters"][step["Properties"][property]["Ref"]]
            assert parameter["Default"].endswith(f"/{name}")


def test_the_image_is_made_of_what_the_dockerfile_copies() -> None:
    context = build_context()
    sources = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)
    assert sources
    for requirements in ("requirements.txt", "requirements-gpu.txt"):
        for name in " ".join(sources).replace("${REQUIREMENTS}", requirements).split():
            assert (context / name).exists(), name
    assert {path.name for path in context.iterdir()} == {
        "LICENSE",
        "THIRD_PARTY_NOTICES.md",
        "edge",
        "layers",
        "training_container",
    }


def test_a_task_may_do_its_work_and_no_more(training: Template) -> None:
    assert actions(training, "TaskRole") == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "ecs:UpdateTaskProtection",
        "rds-db:connect",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    }


def test_a_task_protects_tasks_of_its_cluster_alone(training: Template) -> None:
    [protection] = [it for it in statements(training, "TaskRole") if "ecs:" in str(it["Action"])]
    assert str(protection["Resource"]).endswith(":task/kenpin-dev/*']]}")


def test_ecs_may_fetch_the_image_and_write_the_log(training: Template) -> None:
    assert actions(training, "TaskCpuExecutionRole") == {
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }


def test_the_cluster_has_the_name_by_which_the_rule_of_stopped_tasks_knows_it(
    training: Template, grown: dict[str, Template]
) -> None:
    cluster = properties(training, "ECS::Cluster")
    assert cluster["ClusterName"] == "kenpin-dev"
    stopped = properties(grown["core"], "Events::Rule", "Functionsmourner")["EventPattern"]["detail"]
    assert ":cluster/kenpin-prod" in str(stopped["clusterArn"])
    assert {"Name": "containerInsights", "Value": "enabled"} in cluster["ClusterSettings"]


def test_tasks_run_without_a_way_out(both: Template) -> None:
    services = of_type(both, "ECS::Service").values()
    assert len(services) == 2
    for service in services:
        network = service["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"]
        assert network["AssignPublicIp"] == "DISABLED"
        [group] = network["SecurityGroups"]
        assert both["Parameters"][group["Ref"]]["Default"] == "/kenpin/dev/functions-group"
        assert "Capacity" in service["DependsOn"]


def test_fargate_takes_spare_machines_where_the_stage_says_so(training: Template, both: Template) -> None:
    def provider(template: Template) -> str:
        service = properties(template, "ECS::Service", "cpu")
        return str(service["CapacityProviderStrategy"][0]["CapacityProvider"])

    assert (provider(training), provider(both)) == ("FARGATE_SPOT", "FARGATE")


def measured(template: Template, alarm: str, **values: int) -> float:
    """Value of the alarm's expression for these metrics, in CloudWatch's arithmetic."""
    [expression] = [
        it["Expression"]
        for it in properties(template, "CloudWatch::Alarm", alarm)["Metrics"]
        if "Expression" in it
    ]
    words = {"FILL": lambda value, otherwise: value, "IF": lambda yes, one, other: one if yes else other}
    return float(eval(expression.replace(" AND ", " and "), words, values))


def more_tasks(template: Template, kind: str, jobs: int, tasks: int, working: int = 0) -> int:
    """Tasks that the policy adds at once; of the jobs, so many are in work."""
    alarm = properties(template, "CloudWatch::Alarm", f"{kind}scalingTooFew")
    metrics = {"waiting": jobs - working, "working": working, "tasks": tasks}
    over = measured(template, f"{kind}scalingTooFew", **metrics) - alarm["Threshold"]
    if over <= 0:
        return 0
    policy = properties(template, "ApplicationAutoScaling::ScalingPolicy", f"{kind}scalingMore")
    [step] = [
        step["ScalingAdjustment"]
        for step in policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
        if step["MetricIntervalLowerBound"] <= over < step.get("MetricIntervalUpperBound", float("inf"))
    ]
    return int(step)


def test_there_are_never_more_tasks_than_jobs_and_soon_as_many(training: Template) -> None:
    for jobs, tasks in product(range(40), range(40)):
        more = more_tasks(training, "cpu", jobs, tasks, working=min(jobs, tasks))
        assert (more > 0) == (jobs > tasks), (jobs, tasks)
        assert more == 0 or tasks + more <= jobs, (jobs, tasks)


def test_no_task_comes_while_another_finds_nothing_to_take(training: Template) -> None:
    """Or is starting still. Jobs of a project beyond its share wait, whatever comes."""
    assert more_tasks(training, "cpu", jobs=10, tasks=3, working=2) == 0
    assert more_tasks(training, "cpu", jobs=10, tasks=3, working=3) > 0


def test_the_first_jobs_wake_machines_with_a_gpu_and_the_rest_fargate(both: Template) -> None:
    assert more_tasks(both, "gpu", jobs=1, tasks=0) == 1
    assert [more_tasks(both, "cpu", jobs, tasks=0) > 0 for jobs in (1, 3, 4)] == [False, False, True]


@pytest.mark.parametrize(
    ("waiting", "working", "tasks", "idle"),
    [(0, 0, 1, True), (0, 1, 2, True), (0, 2, 2, False), (9, 2, 2, False), (9, 2, 3, True), (0, 0, 0, False)],
)
def test_a_task_goes_when_one_has_nothing_to_do(
    training: Template, waiting: int, working: int, tasks: int, idle: bool
) -> None:
    found = measured(training, "cpuscalingIdle", waiting=waiting, working=working, tasks=tasks)
    alarm = properties(training, "CloudWatch::Alarm", "cpuscalingIdle")
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert (found < alarm["Threshold"]) is idle
    assert alarm["EvaluationPeriods"] == 10


def test_without_jobs_nothing_runs_and_no_alarm_wakes_anybody(training: Template) -> None:
    target = properties(training, "ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 2)
    for alarm in of_type(training, "CloudWatch::Alarm").values():
        assert alarm["Properties"]["TreatMissingData"] == "notBreaching"


def test_the_number_of_tasks_is_left_to_scaling(both: Template) -> None:
    """Or each deployment would set it back, and wait for tasks that protect themselves."""
    for service in of_type(both, "ECS::Service").values():
        assert "DesiredCount" not in service["Properties"]


def test_a_deployment_starts_new_tasks_beside_those_at_work(both: Template) -> None:
    for service in of_type(both, "ECS::Service").values():
        said = service["Properties"]["DeploymentConfiguration"]
        assert (said["MinimumHealthyPercent"], said["MaximumPercent"]) == (0, 200)


def test_machines_with_a_gpu_are_an_option(training: Template, both: Template) -> None:
    assert of_type(training, "AutoScaling::AutoScalingGroup") == {}
    machines = properties(both, "AutoScaling::AutoScalingGroup")
    assert (machines["MinSize"], machines["MaxSize"]) == ("0", "3")
    assert machines["NewInstancesProtectedFromScaleIn"] is True
    provider = properties(both, "ECS::CapacityProvider")["AutoScalingGroupProvider"]
    assert provider["ManagedScaling"]["Status"] == "ENABLED"
    assert provider["ManagedTerminationProtection"] == provider["ManagedDraining"] == "ENABLED"
    assert container(both, "Gpu")["ResourceRequirements"] == [{"Type": "GPU", "Value": "1"}]
    assert container(both, "Gpu")["Image"] != container(both, "Cpu")["Image"]


def test_a_machine_keeps_its_role_to_itself_and_its_disk_encrypted(both: Template) -> None:
    made = properties(both, "EC2::LaunchTemplate")["LaunchTemplateData"]
    assert made["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    assert all(device["Ebs"]["Encrypted"] for device in made["BlockDeviceMappings"])
    start = str(made["UserData"])
    assert "ECS_AWSVPC_BLOCK_IMDS=true" in start
    assert "ECS_CLUSTER=kenpin-dev" in start
    ami = both["Parameters"][made["ImageId"]["Ref"]]["Default"]
    assert ami == "/aws/service/ecs/optimized-ami/amazon-linux-2023/gpu/recommended/image_id"
    [agent] = properties(both, "IAM::Role", "GpuRole")["Policies"]
    may = {action for it in agent["PolicyDocument"]["Statement"] for action in listed(it["Action"])}
    assert all(action.startswith("ecs:") and "*" not in action for action in may)
