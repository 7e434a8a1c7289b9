"""Answers of custom resources to CloudFormation, over HTTP."""

import json
from collections.abc import Iterator
from threading import Thread

import boto3
import pytest
from moto import mock_aws

from functions.runtime.custom_resource import carry_out
from host.gateway import call
from tests.functions.custom_resource_double import CloudFormationServer


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


def test_its_deletion_leaves_what_was_made(cloudformation: CloudFormationServer) -> None:
    done: list[str] = []
    carry_out(cloudformation.event("Delete", PhysicalResourceId="Run-before"), lambda: done.append("work"))
    assert done == []
    [(_, answer)] = cloudformation.answers
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "Run-before")


def test_migrations_stop_the_deployment_when_the_database_does_not_answer(
    cloudformation: CloudFormationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to a token nor to the owner's password, both of which are tried."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv(
        "KENPIN_DATABASE_URL", "postgresql://kenpin_owner@127.0.0.1:1/kenpin?sslmode=verify-full"
    )
    with mock_aws():
        kept = json.dumps({"username": "kenpin_owner", "password": "first"})
        secret = boto3.client("secretsmanager").create_secret(Name="owner", SecretString=kept)["ARN"]
        monkeypatch.setenv("KENPIN_OWNER_SECRET", secret)
        call("migrations", cloudformation.event("Create"))
    [(_, answer)] = cloudformation.answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("Unavailable: PostgreSQL does not answer: connection failed")
