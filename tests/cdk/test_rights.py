"""The manifest, the statements in the templates, and the calls that our code really makes, compared.

A right that is allowed and never used in `scenario.run_scenario` fails, and so does one that is used and not allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from moto import mock_aws
from moto.awslambda.models import LambdaBackend

from cdk.constructs.function import NETWORK_INTERFACE_ACTIONS
from functions.manifest import FUNCTIONS
from host.embedded_postgres import EmbeddedPostgres
from tests.cdk import scenario
from tests.cdk.account import ENTRIES, RDS, AccountRoles, account, url
from tests.cdk.deployment import REGION, deploy
from tests.cdk.functions_by_role import FunctionsByRole
from tests.cdk.recorder import Recorder
from tests.cdk.rights import PSEUDO, Right, missing, of_lambda, unused
from tests.cdk.simulator import ALLOWED, DENIED, KEY_STATEMENT, NOT_ALLOWED, RequestToAws, decisions
from tests.cdk.templates import Template, listed, of_type, statements
from tests.functions.custom_resource_double import CloudFormationServer

ROLES = (*(function.name for function in FUNCTIONS), "training")
every_role = pytest.mark.parametrize("role", ROLES)
Used = dict[str, set[Right]]


@pytest.fixture(scope="module")
def rds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server as Aurora is when it is new: its owner is let in with a token, and there is nobody else yet."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("rds")) as server:
        entries = server.cluster / "pg_hba.conf"
        entries.write_text(ENTRIES + entries.read_text())
        with psycopg.connect(server.url, autocommit=True) as administrator:
            for statement in RDS:
                administrator.execute(statement.encode())
        yield server


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
        # The scenario delivers appends itself.
        patch.setattr(LambdaBackend, "send_dynamodb_items", lambda *_: None)
        yield patch


@pytest.fixture(scope="module")
def here(
    assembly: Path,
    read: Callable[[str], Template],
    rds: EmbeddedPostgres,
    patch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AccountRoles]:
    with mock_aws(config={"lambda": {"use_docker": False}}):
        deploy(assembly, url(rds))
        yield account(read, rds, tmp_path_factory.mktemp("training"))


@pytest.fixture(scope="module")
def recorder(here: AccountRoles, rds: EmbeddedPostgres, patch: pytest.MonkeyPatch) -> Recorder:
    deployed = FunctionsByRole(here.environments, patch)
    with CloudFormationServer() as cloudformation:
        thread = Thread(target=cloudformation.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        scenario.run_scenario(deployed, cloudformation, rds.url.replace("/postgres?", "/kenpin?"), patch)
        cloudformation.shutdown()
        thread.join()
    deployed.restart_processes()
    return deployed.recorder


@pytest.fixture(scope="module")
def used(recorder: Recorder) -> Used:
    return recorder.used


@every_role
def test_a_role_uses_all_that_it_is_allowed(here: AccountRoles, used: Used, role: str) -> None:
    assert unused(here.allowed[role], used[role]) == set()


@every_role
def test_a_role_is_allowed_all_that_it_uses(here: AccountRoles, used: Used, role: str) -> None:
    assert missing(here.allowed[role], used[role]) == set()


@every_role
def test_a_right_that_is_invented_or_taken_away_is_found_out(
    here: AccountRoles, used: Used, role: str
) -> None:
    allowed = here.allowed[role]
    for action in ("s3:DeleteObject", *(right.action for right in allowed)):
        invented = Right(action, "arn:aws:nothing:of-ours")
        assert unused({*allowed, invented}, used[role]) == {invented}
        others = {right for right in allowed if right.action != action}
        assert {right.action for right in missing(others, used[role])} == {action} - {"s3:DeleteObject"}


def test_nobody_else_was_at_work(used: Used) -> None:
    assert used.keys() == set(ROLES)


def test_what_is_left_to_lambda_is_there_for_a_reason_and_our_code_has_no_part_in_it(
    here: AccountRoles, used: Used
) -> None:
    left = {function.name: of_lambda(function) for function in FUNCTIONS}
    for right, why in {right: why for rights in left.values() for right, why in rights.items()}.items():
        holders = [role for role, rights in here.by_lambda.items() if unused([right], rights) == set()]
        assert why and holders, f"{right} is allowed to nobody"
    for role, rights in left.items():
        assert [one for one in used[role] if any(right.covers(one) for right in rights)] == []


def context_of(role: str, action: str) -> dict[str, str | list[str]]:
    """Return the condition keys that AWS adds to a call of our code."""
    keys: dict[str, str | list[str]] = {"aws:SecureTransport": "true"}
    if action.startswith("dynamodb:"):
        keys["dynamodb:LeadingKeys"] = ["kenpin#run-1"]
    if role != "training":
        keys["lambda:SourceFunctionArn"] = f"arn:aws:lambda:{REGION}:123456789012:function:{role}"
    return keys


def test_iam_lets_each_role_make_its_calls_and_no_call_of_another(here: AccountRoles, used: Used) -> None:
    """The simulation includes the conditions and denials of the policies."""
    everything = sorted({right for rights in used.values() for right in rights})
    requests = [
        RequestToAws(role, right, context_of(role, right.action)) for role in ROLES for right in everything
    ]
    wrong = {
        (request.role, request.right, decision)
        for request, decision in zip(requests, decisions(requests, here.statements), strict=True)
        if (decision == ALLOWED) is not (missing(here.allowed[request.role], [request.right]) == set())
    }
    assert wrong == set()


def test_iam_denies_the_network_interfaces_to_code_and_allows_them_to_lambda(here: AccountRoles) -> None:
    inside = [role for role in ROLES if role != "training" and uses_interfaces(here, role)]
    rights = [Right(action, "*") for action in NETWORK_INTERFACE_ACTIONS if "Describe" in action]
    for context, decision in (({}, ALLOWED), (context_of("queries", ""), DENIED)):
        asked = [RequestToAws(role, right, context) for role in inside for right in rights]
        assert asked and set(decisions(asked, here.statements)) == {decision}


def uses_interfaces(here: AccountRoles, role: str) -> bool:
    return any(NETWORK_INTERFACE_ACTIONS[1] in listed(it["Action"]) for it in here.statements[role])


def test_the_keys_leave_the_decision_to_the_policies_of_roles(core: Template, data: Template) -> None:
    for template in (core, data):
        for key in of_type(template, "KMS::Key").values():
            [first, *_] = key["Properties"]["KeyPolicy"]["Statement"]
            parts = first["Principal"]["AWS"]["Fn::Join"][1]
            root = "".join(part if isinstance(part, str) else PSEUDO[part["Ref"]] for part in parts)
            assert {**first, "Principal": {"AWS": root}} == KEY_STATEMENT


WITHOUT_CALL = {
    "ecs": "the agent of ECS beside the container asks",
    "rds-db": "a token is signed and not asked for",
}


def test_training_appends_to_the_streams_that_it_may_append_to_and_no_other(
    read: Callable[[str], Template], recorder: Recorder
) -> None:
    [put] = [
        it for it in statements(read("training"), "TaskRole") if "dynamodb:PutItem" in listed(it["Action"])
    ]
    streams = put["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert streams == ["kenpin#run-*", "kenpin#dataset-*", "kenpin#model-*"]
    assert put["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"}
    keys = recorder.appended["training"]
    assert {next(stream for stream in streams if fnmatchcase(key, stream)) for key in keys} == set(streams)


def test_iam_lets_training_append_to_no_stream_of_a_member(here: AccountRoles) -> None:
    [put] = [right for right in here.allowed["training"] if right.action == "dynamodb:PutItem"]
    for streams, decision in (
        (["run-1", "dataset-1", "model-1"], ALLOWED),
        (["run-1", "member-1"], NOT_ALLOWED),
    ):
        context = {"dynamodb:LeadingKeys": [f"kenpin#{stream}" for stream in streams]}
        assert decisions([RequestToAws("training", put, context)], here.statements) == [decision]


FOR_TASKS = {"ecr.api", "ecr.dkr", "logs"}
"""Calls of ECS itself from inside the network."""
FOR_MACHINES = {"ecs", "ecs-agent", "ecs-telemetry"}
"""Calls of machines with a GPU."""


def test_every_service_that_is_called_from_the_network_has_an_endpoint_in_it(
    grown: dict[str, Template], used: Used
) -> None:
    """A stage that does not sleep; one that sleeps reaches the services over IPv6."""
    outside = {f.name for f in FUNCTIONS if not any(grant.startswith("rows:") for grant in f.may)}
    called = {
        right.action.partition(":")[0] for role in used.keys() - outside for right in used[role]
    } - WITHOUT_CALL.keys()
    endpoints = {
        point["Properties"]["ServiceName"]["Fn::Join"][1][-1].removeprefix(".")
        for point in of_type(grown["data"], "EC2::VPCEndpoint").values()
    }
    assert called | FOR_TASKS | FOR_MACHINES == endpoints
