"""Answers of custom resources to CloudFormation, over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

import pytest
from moto import mock_aws

from functions.layouts.handler import handler as layouts
from functions.runtime.custom_resource import NotDoneYet, carry_out
from functions.runtime.event import Json
from host.gateway import LambdaContext, call
from kenpin.bootstrap import platform
from kenpin.read_models.catalogue import behind
from tests.functions.conftest import Api
from tests.functions.custom_resource_double import CloudFormationServer
from tests.read_models.rows import forget


@pytest.fixture
def cloudformation() -> Iterator[CloudFormationServer]:
    with CloudFormationServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_completed_work_is_answered(cloudformation: CloudFormationServer) -> None:
    done: list[str] = []
    carry_out(cloudformation.event("Create"), lambda: done.append("work"))
    assert done == ["work"]
    assert cloudformation.answers == [
        (
            "",
            {
                "Status": "SUCCESS",
                "Reason": "done",
                "PhysicalResourceId": "Run",
                "StackId": "arn:stack",
                "RequestId": "r-1",
                "LogicalResourceId": "Run",
            },
        )
    ]


def test_work_that_fails_stops_the_deployment_and_says_why(cloudformation: CloudFormationServer) -> None:
    def work() -> None:
        raise RuntimeError("no such table " + "x" * 5_000)

    carry_out(cloudformation.event("Update", PhysicalResourceId="Run"), work)
    [(_, answer)] = cloudformation.answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("RuntimeError: no such table xxx")
    assert len(json.dumps(answer)) < 4_096


def test_work_that_needs_another_call_is_not_answered_yet(cloudformation: CloudFormationServer) -> None:
    def work() -> None:
        raise NotDoneYet("half of it")

    with pytest.raises(NotDoneYet):
        carry_out(cloudformation.event("Update", PhysicalResourceId="Run"), work)
    assert cloudformation.answers == []


def test_its_deletion_leaves_what_was_made(cloudformation: CloudFormationServer) -> None:
    done: list[str] = []
    carry_out(cloudformation.event("Delete", PhysicalResourceId="Run-before"), lambda: done.append("work"))
    assert done == []
    [(_, answer)] = cloudformation.answers
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Run-before")


def test_migrations_stop_the_deployment_when_the_database_does_not_answer(
    cloudformation: CloudFormationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv(
        "KENPIN_DATABASE_URL", "postgresql://kenpin_owner@127.0.0.1:1/kenpin?sslmode=verify-full"
    )
    with mock_aws():
        call("migrations", cloudformation.event("Create"))
    [(_, answer)] = cloudformation.answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Unavailable: PostgreSQL does not answer: connection failed")


@dataclass(frozen=True)
class HurriedContext(LambdaContext):
    """A call that has no time left."""

    def get_remaining_time_in_millis(self) -> int:
        return 0


def step(cloudformation: CloudFormationServer, name: str) -> Json:
    return {**cloudformation.event("Update"), "ResourceProperties": {"step": name}}


def test_rows_are_built_in_as_many_calls_as_it_takes(
    cloudformation: CloudFormationServer, api: Api, cookies: list[str]
) -> None:
    forget(platform().settings.database_url)
    with pytest.raises(NotDoneYet):
        layouts(step(cloudformation, "build"), HurriedContext("layouts", "1"))  # type: ignore[arg-type]  # as much of it
    assert cloudformation.answers == []
    call("layouts", step(cloudformation, "build"))
    [(_, answer)] = cloudformation.answers
    assert answer["Status"] == "SUCCESS"
    assert list(behind(platform().events, platform().database)) == []


def test_rows_of_other_code_are_dropped_in_a_step_of_their_own(
    cloudformation: CloudFormationServer, api: Api
) -> None:
    with platform().database.transaction() as sql:
        sql.execute("select read_models.create_rows('rows_0123456789ab')")
    for name, left in (("build", True), ("drop", False)):
        call("layouts", step(cloudformation, name))
        with platform().database.reading() as sql:
            found = sql.execute("select to_regnamespace('rows_0123456789ab') is not null as left").fetchone()
        assert found == {"left": left}
    assert [answer["Status"] for _, answer in cloudformation.answers] == ["SUCCESS"] * 2
