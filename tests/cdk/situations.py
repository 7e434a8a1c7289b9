"""A factory's day on AWS, with what goes wrong in it: it makes use of every right that anything has."""

from __future__ import annotations

import json
from base64 import b64decode

import psycopg
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.runtime.event import Json
from kenpin.adapters.aws import clients, sealer
from kenpin.application.segment import full
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.domain.run.commands import CompleteEpoch, RunCommand, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Identity
from tests.cdk.at_training import TASK, suggestions, training
from tests.cdk.plant import Plant
from tests.functions.conftest import picture
from tests.functions.custom_resource_double import CloudFormationServer

DATASET = "/v1/datasets/cookies"
STREAM = "dataset-cookies"
IDENTITY = Identity(code_digest="1f", weights_digest="3d", libraries={}, threads=2, hardware="2 cores")
BY = Context(actor="trainer")


def deployment(plant: Plant, told: CloudFormationServer) -> None:
    """CloudFormation has the schema made. The owner's token is not let in before it is there."""
    plant.call("migrations", told.event("Create"))
    [(_, answer)] = told.answers
    assert answer["Status"] == "SUCCESS", answer["Reason"]


def images_and_judgements(plant: Plant) -> list[str]:
    plant.post("/v1/projects", {"project_id": "p", "name": "P"})
    plant.post("/v1/datasets", {"dataset_id": "cookies", "project_id": "p", "name": "Cookies"})
    plant.ring("project-p", STREAM)
    ids = [plant.image(n) for n in range(6)]
    files = [{"digest": d, "size": 10, "media_type": "image/png"} for d in (ids[0], "a" * 64)]
    plant.post(f"{DATASET}/uploads", {"files": files})
    for _ in range(2):
        plant.post(f"{DATASET}/images", {"images": [{"digest": id} for id in ids]}, idempotency_key="k")
    plant.ring(STREAM)
    verdicts = [{"image_id": id, "verdict": "OK" if n % 2 else "NG"} for n, id in enumerate(ids[:4])]
    plant.post(f"{DATASET}/annotations", {"annotations": verdicts})
    plant.ring(STREAM)
    made = {"Records": [{"s3": {"object": {"key": f"images/{id}"}}} for id in ids]}
    assert plant.call("thumbnails", made) == {"made": 6}
    return ids


def captured(digest: str, id: str) -> Json:
    event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/1", "id": id}
    return {**event, "data": {"dataset_id": "cookies", "digest": digest, "split": "train"}}


def in_the_inbox(plant: Plant, name: str, colour: int) -> Json:
    plant.store(f"inbox/cookies/{name}", picture(colour))
    detail = {"object": {"key": f"inbox/cookies/{name}"}}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def arrivals(plant: Plant) -> None:
    """By HTTP and by queue: known already, too early for their bytes, through the inbox, gone from there."""
    plant.post("/v1/intake", [captured(plant.image(20), "e1"), captured("b" * 64, "e2")])
    gone = {"source": "aws.s3", "detail": {"object": {"key": "inbox/cookies/gone.png"}}}
    messages = [captured(plant.image(21), "e3"), captured("c" * 64, "e4"), gone]
    messages.append(in_the_inbox(plant, "1.png", 22))
    records = [{"messageId": str(n), "body": json.dumps(message)} for n, message in enumerate(messages)]
    answer = plant.call("deliveries", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    plant.ring(STREAM)


def runs(plant: Plant) -> str:
    """Asked for, and its job sent by the reactors; asked for suggestions, and theirs by the API."""
    plant.post(f"{DATASET}/suggestions", {"size": 2})
    run_id = str(plant.post("/v1/runs", {"dataset_id": "cookies", "seed": 7})["id"])
    plant.ring(f"run-{run_id}")
    return run_id


def lost_rings(plant: Plant, finished: str) -> None:
    """No doorbell rang for a run: the sweeper sends its job. Then its worker dies, without a word."""
    run_id = str(plant.post("/v1/runs", {"dataset_id": "cookies", "seed": 8})["id"])
    plant.call("sweeper", {})
    for id in (finished, run_id):
        job = {"job_id": f"run-{id}@1", "kind": "train", "subject": id, "arguments": {}}
        plant.message("DEAD_LETTER", job, group=id)
    plant.call("sweeper", {})
    assert [dead["subject"] for dead in plant.get("/v1/dead-letters")["items"]][1:] == [run_id]


def dead_letters(plant: Plant, ids: list[str]) -> None:
    """Everything that is dead is looked at, and brought back to life."""
    plant.message("DEAD_INTAKE", captured(plant.image(30), "e5"))
    plant.message("DEAD_INTAKE", in_the_inbox(plant, "2.png", 31))
    plant.message("DEAD_INTAKE", captured("d" * 64, "e6"))
    plant.message("UNHEARD", {"source": "kenpin.events", "detail": {"stream": "run-r1", "version": 1}})
    plant.message("UNHEARD", {"Records": [{"s3": {"object": {"key": f"images/{ids[0]}"}}}]})
    plant.store(f"images/{(fresh := plant.image(32))}", picture(32))
    plant.message("UNHEARD", {"Records": [{"s3": {"object": {"key": f"images/{fresh}"}}}]})
    letters = plant.get("/v1/dead-letters")["items"]
    assert {letter["source"] for letter in letters} == {"jobs", "intake", "unheard"}
    for letter in letters:
        plant.post(f"/v1/dead-letters/{letter['source']}/{letter['id']}/redrive", {})
    [left] = plant.get("/v1/dead-letters")["items"]
    assert json.loads(left["details"])["id"] == "e6", "what has not arrived stays dead"
    for arrival in plant.get("/v1/intake/rejected")["items"]:
        plant.post(f"/v1/intake/rejected/{arrival['rejected_id']}/retry", {})
    plant.ring(STREAM)


def reading(plant: Plant, run_id: str, image_id: str) -> None:
    """The reads of the API that ask more than rows."""
    for path in (
        "queue",
        "streams",
        f"streams/{STREAM}/commits",
        f"streams/{STREAM}/events",
        "datasets/cookies/images",
        f"datasets/cookies/images/{image_id}/history",
        f"runs/{run_id}",
        f"runs/{run_id}/predictions",
    ):
        plant.get(f"/v1/{path}")


def a_file_that_is_gone(plant: Plant, run_id: str) -> None:
    plant.remove("predictions/")
    problem = plant.get(f"/v1/runs/{run_id}/predictions")
    assert problem["status"] == 404, problem


def in_work(plant: Plant) -> str:
    """A run that a task has begun with."""
    run_id = str(plant.post("/v1/runs", {"dataset_id": "cookies", "seed": 9})["id"])
    with plant.at_work("training"):
        begun = StartRun(attempt=1, identity=IDENTITY, worker=TASK)
        epochs = [CompleteEpoch(attempt=1, epoch=n, epochs=9, metrics={}) for n in (1, 2, 3)]
        told: list[RunCommand] = [begun, *epochs]
        for command in told:
            platform().commands.execute(run, run_id, command, by=BY)
    plant.ring(f"run-{run_id}")
    return run_id


def death(plant: Plant, run_id: str) -> None:
    """The container dies at work; somebody has had enough."""
    stopped = {"taskArn": TASK, "lastStatus": "STOPPED", "containers": [{"exitCode": 137}]}
    assert plant.call("recovery", {"detail": stopped}) == {"failed": [run_id]}
    plant.post(f"/v1/runs/{run_id}/cancellation", {})


def old_history(plant: Plant, patch: pytest.MonkeyPatch) -> None:
    """It is sealed; segments are small here. Then every process begins anew."""
    patch.setattr(sealer, "EVENTS", 2)
    patch.setattr(sealer, "KEPT", 1)
    patch.setattr(sealer, "full", lambda commits: full(commits, 2))
    while plant.call("sealer", {})["sealed"]:
        pass
    plant.forget()


class Kms:
    """Signs in the place of a key of the kind ECC_NIST_EDWARDS25519, which moto does not know."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def answer(self, model: OperationModel, params: Json, **_: object) -> tuple[AWSResponse, Json]:
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        said = {"PublicKey": public}
        if model.name == "Sign":
            said = {"Signature": self._key.sign(b64decode(json.loads(params["body"])["Message"]))}
        return AWSResponse("https://kms", 200, HTTPHeaders(), None), said


def proofs(plant: Plant) -> None:
    """Heads are signed, twice: the second follows the first. People look, and cannot sign from the API."""
    clients.session().register("before-call.kms", Kms().answer)  # type: ignore[arg-type]  # it may answer
    assert plant.call("anchors", {}) == {"taken": 1}
    plant.post("/v1/projects", {"project_id": "later", "name": "Later"})
    assert plant.call("anchors", {}) == {"taken": 1}
    assert [each["name"] for each in plant.get("/v1/proof/anchors")["items"]] == [
        "anchor-00000002.json",
        "anchor-00000001.json",
    ]
    assert len(plant.get("/v1/proof/records")["items"]) == 3
    assert plant.post("/v1/proof/anchors", {})["status"] == 409


def an_erasure(plant: Plant, image_id: str) -> None:
    plant.post(f"{DATASET}/erasures", {"image_ids": [image_id], "reason": "a face"})
    plant.ring(STREAM)
    assert plant.call("erasures", {}) == {"erased": 1, "left": 0}


def lost_rows(plant: Plant, database: str, run_id: str) -> None:
    """They are made again from history while work goes on: of one run at once, of the rest by the sweeper."""
    with psycopg.connect(database) as administrator:
        names = administrator.execute("select tablename from pg_tables where schemaname = 'read_models'")
        tables = ", ".join(f"read_models.{name}" for (name,) in names.fetchall())
        administrator.execute(f"truncate {tables}".encode())
    for letter in plant.get("/v1/dead-letters")["items"]:
        plant.post(f"/v1/dead-letters/{letter['source']}/{letter['id']}/redrive", {})
    arrivals(plant)
    plant.ring(f"run-{run_id}")
    assert plant.call("rebuild", {"models": ["gallery"]}) == {"models": [], "left": 0}
    assert plant.call("sweeper", {})["left"] == 0


def a_day(plant: Plant, told: CloudFormationServer, database: str, patch: pytest.MonkeyPatch) -> None:
    """`database`: as its administrator sees it."""
    deployment(plant, told)
    ids = images_and_judgements(plant)
    arrivals(plant)
    run_id = runs(plant)
    training(plant, run_id, patch)
    plant.ring(STREAM, f"run-{run_id}", f"model-{run_id}")
    lost_rings(plant, run_id)
    dead_letters(plant, ids)
    lost = in_work(plant)
    old_history(plant, patch)
    reading(plant, run_id, ids[0])
    a_file_that_is_gone(plant, run_id)
    death(plant, lost)
    suggestions(plant, run_id)
    proofs(plant)
    an_erasure(plant, ids[5])
    lost_rows(plant, database, lost)
