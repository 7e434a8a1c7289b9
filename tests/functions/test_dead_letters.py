"""Dead letters in one list, and their redrive, on AWS played by moto."""

import json
from hashlib import sha256

import boto3

from functions.runtime.event import Json
from host.gateway import call
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.domain.run.commands import RequestRun
from kenpin.domain.run.decider import run
from tests.functions.conftest import Api, picture, sent


def dead(api: Api) -> list[Json]:
    found: list[Json] = api.get("/v1/dead-letters").json["items"]
    return found


def redriven(api: Api, letter: Json) -> tuple[int, str]:
    reply = api.post(f"/v1/dead-letters/{letter['source']}/{letter['id']}/redrive", {})
    return reply.status, reply.json.get("detail", "")


def captured(digest: str, id: str) -> Json:
    event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/1", "id": id}
    return {**event, "data": {"dataset_id": "cookies", "digest": digest}}


def work_off_the_intake_queue() -> None:
    """As Lambda does: a batch at a time, what is not reported failed is deleted, until nothing comes any more."""
    sqs, url = boto3.client("sqs"), platform().settings.intake_queue_url
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        records = [{"messageId": m["MessageId"], "body": m["Body"]} for m in batch]
        failures = call("deliveries", {"Records": records})["batchItemFailures"]
        failed = {failure["itemIdentifier"] for failure in failures}
        for message in batch:
            if message["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def unheard(message: Json) -> None:
    url = platform().settings.unheard_url
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(message))


def test_on_one_machine_nothing_goes_unheard(api: Api) -> None:
    assert dead(api) == []
    assert redriven(api, {"source": "unheard", "id": "x"})[0] == 404


def test_an_arrival_whose_bytes_never_came_dies_and_is_taken_in_when_they_have(
    account: None, api: Api, cookies: list[str]
) -> None:
    late = picture(60)
    digest = sha256(late).hexdigest()
    queue = platform().settings.intake_queue_url
    for message in (captured(digest, "e1"), captured(api.image(61), "e2")):
        boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(message))
    work_off_the_intake_queue()
    (letter,) = dead(api)
    assert (letter["source"], letter["kind"], json.loads(letter["details"])["id"]) == (
        "intake",
        "arrival",
        "e1",
    )
    status, detail = redriven(api, letter)
    assert (status, "have not arrived" in detail, dead(api)) == (409, True, [letter])
    sent(late)
    assert redriven(api, letter) == (202, "")
    assert dead(api) == []
    assert api.get("/v1/datasets/cookies").json["images"] == len(cookies) + 2


def test_a_dead_arrival_that_is_hopeless_now_is_a_rejected_one(account: None, api: Api) -> None:
    url = platform().settings.dead_intake_url
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{oh")
    (letter,) = dead(api)
    assert redriven(api, letter) == (202, "")
    assert (dead(api), len(api.get("/v1/intake/rejected").json["items"])) == ([], 1)


def test_a_picture_that_no_function_was_woken_for_gets_its_thumbnail(
    account: None, api: Api, cookies: list[str]
) -> None:
    event = {"Records": [{"s3": {"object": {"key": f"images/{cookies[0]}"}}}]}
    unheard({"requestPayload": event, "responsePayload": {"errorMessage": "Task timed out"}})
    (letter,) = dead(api)
    assert (letter["source"], letter["reason"]) == ("unheard", "Task timed out")
    assert redriven(api, letter) == (202, "")
    thumbnail = f"thumbnails/{cookies[0]}.webp"
    assert (dead(api), platform().objects.has([thumbnail])) == ([], {thumbnail})


def test_an_append_that_no_reactor_heard_of_is_reacted_to(account: None, api: Api) -> None:
    asked = {"project_id": "p", "dataset_id": "cookies", "dataset_version": 1, "dataset_hash": "a" * 64}
    command = RequestRun.model_validate({"run_id": "r1", **asked})
    platform().commands.execute(run, "r1", command, by=Context(actor="inspector"))
    assert platform().jobs.depth().ready == 0
    unheard({"source": "kenpin.events", "detail": {"stream": "run-r1", "version": 1}})
    assert redriven(api, dead(api)[0]) == (202, "")
    assert platform().jobs.depth().ready == 1
