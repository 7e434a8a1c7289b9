"""Dead letters on SQS: read without removal, settled once, never lost by a failed repair."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from kenpin.adapters.aws.dead_letters import SqsDeadLetters

Sent = dict[str, str]


@pytest.fixture
def url() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sqs", region_name="eu-central-1").create_queue(QueueName="dead")["QueueUrl"]


@pytest.fixture
def letters(url: str) -> SqsDeadLetters:
    return SqsDeadLetters(url, boto3.client("sqs", region_name="eu-central-1"))


def send(url: str, body: str, **attributes: str) -> str:
    sqs = boto3.client("sqs", region_name="eu-central-1")
    said = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    return sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=said)["MessageId"]  # type: ignore[arg-type]


def test_a_look_takes_nothing(url: str, letters: SqsDeadLetters) -> None:
    ids = [send(url, f"letter {n}") for n in range(12)]
    for _ in range(2):
        assert {letter.id: letter.body for letter in letters.all()} == {
            id: f"letter {n}" for n, id in enumerate(ids)
        }


def test_a_letter_says_why_where_its_sender_did(url: str, letters: SqsDeadLetters) -> None:
    send(url, "{}", ERROR_CODE="NO_RESOURCE", ERROR_MESSAGE="there is no such function")
    lambdas = '{"requestPayload": {}, "responsePayload": {"errorMessage": "out of memory"}}'
    send(url, lambdas)
    send(url, "nothing")
    assert {letter.reason for letter in letters.all()} == {
        "there is no such function",
        "out of memory",
        "",
    }


def test_a_letter_is_settled_once(url: str, letters: SqsDeadLetters) -> None:
    kept, id = send(url, "other"), send(url, "body")
    done: list[str] = []
    assert letters.settle(id, done.append)
    assert not letters.settle(id, done.append)
    assert (done, [letter.id for letter in letters.all()]) == (["body"], [kept])


def test_a_repair_that_fails_leaves_the_letter(url: str, letters: SqsDeadLetters) -> None:
    id = send(url, "body")

    def fail(body: str) -> None:
        raise RuntimeError(body)

    with pytest.raises(RuntimeError, match="body"):
        letters.settle(id, fail)
    assert [letter.id for letter in letters.all()] == [id]
