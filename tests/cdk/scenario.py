"""A factory's day on AWS, with what goes wrong in it: it makes use of every right that anything has."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.runtime.event import Json
from kenpin.adapters.aws import clients, sealer
from kenpin.application.model_exports import CARD, object_of
from kenpin.application.segment import full
from kenpin.bootstrap import platform
from kenpin.domain.event import Context
from kenpin.domain.ids import upload_name
from kenpin.domain.model.commands import ReportExport
from kenpin.domain.model.decider import model
from kenpin.domain.run.commands import CompleteEpoch, RunCommand, StartRun
from kenpin.domain.run.decider import run
from kenpin.domain.run.values import Identity
from kenpin.read_models.layout import ROWS
from kenpin_training.exporting.archive import zipped
from tests.audit.conftest import verified
from tests.cdk.functions_by_role import FunctionsByRole, tiff
from tests.cdk.training_task import (
    TASK,
    inspection,
    suggestions,
    training,
    training_on_registered,
    unlike_export,
)
from tests.functions.custom_resource_double import CloudFormationServer
from tests.functions.keras_file import keras_file
from tests.pictures.samples import GREYS
from tests.training.mean_model import write_mean_model

DATASET = "/v1/datasets/cookies"
STREAM = "dataset-cookies"
IDENTITY = Identity(code_digest="1f", weights_digest="3d", libraries={}, threads=2, hardware="2 cores")
BY = Context(actor="trainer")


def migrations(deployed: FunctionsByRole, cloudformation: CloudFormationServer) -> None:
    """Create the schema as CloudFormation does, and the logins of this layout."""
    deployed.call("migrations", cloudformation.event("Create"))
    assert_success(cloudformation)


def assert_success(cloudformation: CloudFormationServer) -> None:
    [(_, answer)] = cloudformation.answers
    assert answer["Status"] == "SUCCESS", answer["Reason"]
    cloudformation.answers.clear()


def another_deployment(deployed: FunctionsByRole, cloudformation: CloudFormationServer) -> None:
    """Build the rows before functions switch, and drop those of other code after."""
    for step in ("build", "drop"):
        deployed.call("layouts", {**cloudformation.event("Update"), "ResourceProperties": {"step": step}})
        assert_success(cloudformation)


def images_and_judgements(deployed: FunctionsByRole) -> list[str]:
    deployed.post("/v1/projects", {"project_id": "p", "name": "P"})
    deployed.post("/v1/datasets", {"dataset_id": "cookies", "project_id": "p", "name": "Cookies"})
    deployed.deliver_appends("project-p", STREAM)
    ids = [deployed.image(n) for n in range(6)]
    files = [{"digest": d, "size": 10, "media_type": "image/png"} for d in (ids[0], "a" * 64)]
    deployed.post(f"{DATASET}/uploads", {"files": files})
    for _ in range(2):
        deployed.post(f"{DATASET}/images", {"images": [{"digest": id} for id in ids]}, idempotency_key="k")
    deployed.deliver_appends(STREAM)
    verdicts = [{"image_id": id, "verdict": "OK" if n % 2 else "NG"} for n, id in enumerate(ids[:4])]
    deployed.post(f"{DATASET}/annotations", {"annotations": verdicts})
    deployed.deliver_appends(STREAM)
    made = {"Records": [{"s3": {"object": {"key": f"images/{id}"}}} for id in ids]}
    assert deployed.call("thumbnails", made) == {"made": 6}
    assert deployed.post(f"{DATASET}/duplicates", {})["unseen"] == 0
    assert deployed.post(f"{DATASET}/health", {})["version"] > 0
    imported_labels(deployed, ids)
    return ids


def imported_labels(deployed: FunctionsByRole, ids: list[str]) -> None:
    """Judge an image by an import with two masks: one was uploaded, the other is an image of the project."""
    deployed.post("/v1/projects/p/defect-classes", {"class_id": "dent", "name": "dent"})
    deployed.deliver_appends("project-p")
    deployed.remove(upload_name("p", ids[0]))
    masks = {"a_mask.png": deployed.image(7), "b_mask.png": ids[0]}
    defects = [{"class_name": "dent", "mask": {"path": path}} for path in masks]
    assert label(deployed, ids[4], {"verdict": "NG", "split": "train", "defects": defects}, masks) == "judged"
    deployed.deliver_appends(STREAM)


def label(deployed: FunctionsByRole, image_id: str, said: Json, masks: Mapping[str, str]) -> str:
    """Return the outcome of an image that an import names."""
    item = {"image_id": image_id, "entry": {"path": "a.png", "name": "a.png", **said}}
    body = {"source": "photos.zip", "masks": masks, "items": [item]}
    [found] = deployed.post(f"{DATASET}/imports/labels", body)["items"]
    return str(found["outcome"])


def shown_pictures(deployed: FunctionsByRole) -> None:
    """Bring in a deep, a transparent and a plain PNG: the first two are seen by renditions, which are made."""
    kinds = {"16-bit PNG": "renditions", "grey and alpha PNG": "renditions", "8-bit PNG": "images"}
    for kind, folder in kinds.items():
        id = deployed.upload(GREYS[kind]())
        deployed.post(f"{DATASET}/images", {"images": [{"digest": id}]})
        deployed.deliver_appends(STREAM)
        deployed.call("thumbnails", {"Records": [{"s3": {"object": {"key": f"images/{id}"}}}]})
        shown = urlsplit(deployed.get(f"{DATASET}/images/{id}")["shown_url"]).path
        assert f"{folder}/{id}" in shown, kind
        assert deployed.has(shown[shown.index(f"{folder}/") :]), (kind, shown)
        assert deployed.has(f"renditions/{id}.npy.gz") == (folder == "renditions"), kind


def exports(deployed: FunctionsByRole) -> None:
    """Ask for an export, have it made as the request's object wakes the function, and look for the file."""
    export_id = deployed.post(f"{DATASET}/exports", {"format": "csv"})["export_id"]
    assert deployed.get(f"{DATASET}/exports/{export_id}")["state"] == "making"
    asked = {"Records": [{"s3": {"object": {"key": f"export-requests/cookies.{export_id}"}}}]}
    assert deployed.call("exports", asked) == {"made": 1}
    assert deployed.get(f"{DATASET}/exports/{export_id}")["state"] == "done"


def audit_pack(deployed: FunctionsByRole, image_id: str) -> None:
    """Ask for a pack of a dataset, have it written as an export is, and check the file without Kenpin."""
    asked = {"dataset_id": "cookies", "images": [image_id[:10]]}
    pack_id = deployed.post("/v1/proof/packs", asked)["pack_id"]
    assert deployed.get(f"/v1/proof/packs/{pack_id}")["state"] == "making"
    name = f"AuditPack.{pack_id}"
    request = {"Records": [{"s3": {"object": {"key": f"export-requests/{name}"}}}]}
    assert deployed.call("exports", request) == {"made": 1}
    pack = deployed.get(f"/v1/proof/packs/{pack_id}")
    assert (pack["state"], pack["contents"]["images"], name in pack["url"]) == ("done", 1, True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        path.write_bytes(deployed.stored(f"exports/{name}.zip"))
        assert verified(path).code == 0


def captured(digest: str, id: str) -> Json:
    event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/1", "id": id}
    return {**event, "data": {"dataset_id": "cookies", "digest": digest, "split": "train"}}


def inbox_object(deployed: FunctionsByRole, name: str, colour: int) -> Json:
    deployed.store(f"inbox/cookies/{name}", tiff(colour))
    detail = {"object": {"key": f"inbox/cookies/{name}"}}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def arrivals(deployed: FunctionsByRole) -> None:
    """Send image events by HTTP and queue: known, without bytes, from the inbox, and removed from there."""
    deployed.post("/v1/intake", [captured(deployed.image(20), "e1"), captured("b" * 64, "e2")])
    of_picture = captured(sha256(picture := tiff(23)).hexdigest(), "e7")
    told = json.dumps(of_picture).encode()
    files = {"event": ("event.json", told), "picture": ("23.tiff", picture)}
    form = httpx.Request("POST", "http://kenpin/v1/intake/images", files=files)
    type_of_form = form.headers["content-type"]
    answer = deployed.post("/v1/intake/images", form.read(), content_type=type_of_form)
    assert answer["outcome"] in ("registered", "known"), answer
    gone = {"source": "aws.s3", "detail": {"object": {"key": "inbox/cookies/gone.png"}}}
    messages = [captured(deployed.image(21), "e3"), captured("c" * 64, "e4"), gone]
    messages.append(inbox_object(deployed, "1.png", 22))
    records = [{"messageId": str(n), "body": json.dumps(message)} for n, message in enumerate(messages)]
    answer = deployed.call("deliveries", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    deployed.deliver_appends(STREAM)


def runs(deployed: FunctionsByRole) -> str:
    """Request a run, whose job the reactors send, and suggestions, whose job the API sends."""
    deployed.post(f"{DATASET}/suggestions", {"size": 2})
    run_id = str(deployed.post("/v1/runs", {"dataset_id": "cookies", "seed": 7})["id"])
    deployed.deliver_appends(f"run-{run_id}")
    return run_id


def gates(deployed: FunctionsByRole, model_id: str) -> None:
    """Set a gate for the worst line, and compare a model with it."""
    project = deployed.get("/v1/datasets/cookies")["project_id"]
    limit = {"metric": "escape_rate", "direction": "at_most", "limit": 1, "slice_by": "line"}
    deployed.put(f"/v1/projects/{project}/gates", {"limits": [limit]})
    assert "version" in deployed.post(f"/v1/models/{model_id}/gates", {})


def registered_network(deployed: FunctionsByRole) -> str:
    """Register a network by its file, and request a run on it."""
    body = keras_file("tap")
    sent = {"digest": deployed.upload(body), "size": len(body)}
    assert deployed.post("/v1/projects/p/backbones/uploads", sent)["url"] is None
    network = {"name": "ours", "digest": sent["digest"], "taps": ["tap"]}
    deployed.post("/v1/projects/p/backbones", network)
    deployed.deliver_appends(STREAM)
    asked = {"dataset_id": "cookies", "recipe": {"architecture": "ours"}}
    run_id = str(deployed.post("/v1/runs", asked)["id"])
    deployed.deliver_appends(f"run-{run_id}")
    return run_id


def missed_deliveries(deployed: FunctionsByRole, finished: str) -> None:
    """Miss the delivery of a run: the sweeper sends its job. Then its worker dies silently."""
    run_id = str(deployed.post("/v1/runs", {"dataset_id": "cookies", "seed": 8})["id"])
    deployed.call("sweeper", {})
    for id in (finished, run_id):
        job = {"job_id": f"run-{id}@1", "kind": "train", "subject": id, "arguments": {}}
        deployed.message("DEAD_LETTER", job, group=id)
    deployed.call("sweeper", {})
    assert [dead["subject"] for dead in deployed.get("/v1/dead-letters")["items"]][1:] == [run_id]


def dead_letters(deployed: FunctionsByRole, ids: list[str]) -> None:
    """Read all dead letters and redrive them."""
    deployed.message("DEAD_INTAKE", captured(deployed.image(30), "e5"))
    deployed.message("DEAD_INTAKE", inbox_object(deployed, "2.png", 31))
    deployed.message("DEAD_INTAKE", captured("d" * 64, "e6"))
    deployed.message("UNHEARD", {"source": "kenpin.events", "detail": {"stream": "run-r1", "version": 1}})
    deployed.message("UNHEARD", {"Records": [{"s3": {"object": {"key": f"images/{ids[0]}"}}}]})
    deployed.store(f"images/{(fresh := deployed.image(32))}", tiff(32))
    deployed.message("UNHEARD", {"Records": [{"s3": {"object": {"key": f"images/{fresh}"}}}]})
    letters = deployed.get("/v1/dead-letters")["items"]
    assert {letter["source"] for letter in letters} == {"jobs", "intake", "unheard"}
    for letter in letters:
        deployed.post(f"/v1/dead-letters/{letter['source']}/{letter['id']}/redrive", {})
    [left] = deployed.get("/v1/dead-letters")["items"]
    assert json.loads(left["details"])["id"] == "e6", "what has not arrived stays dead"
    for arrival in deployed.get("/v1/intake/rejected")["items"]:
        deployed.post(f"/v1/intake/rejected/{arrival['rejected_id']}/retry", {})
    deployed.deliver_appends(STREAM)


def reads(deployed: FunctionsByRole, run_id: str, image_id: str) -> None:
    """Read what needs more than rows."""
    for path in (
        "queue",
        "streams",
        f"streams/{STREAM}/commits",
        f"streams/{STREAM}/events",
        "datasets/cookies/images",
        "intake/answers?source=/lines/1&id=e1",
        f"datasets/cookies/images/{image_id}/history",
        f"runs/{run_id}",
        f"runs/{run_id}/predictions",
    ):
        deployed.get(f"/v1/{path}")


def picture_in_a_request(deployed: FunctionsByRole, model_id: str, folder: Path) -> None:
    """Judge a picture by an export of the model, whose history is sealed; then name an export that is not there.

    Both have their card read, too.
    """
    write_mean_model(folder)
    (folder / CARD).write_text("# Model", "utf-8")
    body = zipped(folder)
    digest = sha256(body).hexdigest()
    deployed.store(object_of(digest), body)
    report = ReportExport(
        export_id="e0",
        format="onnx",
        digest=digest,
        size=len(body),
        images=1,
        largest_difference=0,
        tolerance=0.1,
    )
    with deployed.as_role("training"):
        platform().commands.execute(model, model_id, report, by=BY)
    seal(deployed)
    sent = {"image": b64encode(tiff(40)).decode()}
    assert deployed.post(f"/v1/models/{model_id}/inspect", sent)["export"] == digest
    with deployed.as_role("training"):
        platform().commands.execute(
            model, model_id, report.model_copy(update={"export_id": "e1", "digest": "0" * 64}), by=BY
        )
    assert deployed.post(f"/v1/models/{model_id}/inspect", sent)["code"] == "UnusableExport"
    assert deployed.get(f"/v1/models/{model_id}/exports/e0/card")["text"] == "# Model"
    assert deployed.get(f"/v1/models/{model_id}/exports/e1/card")["code"] == "UnusableExport"


def missing_file(deployed: FunctionsByRole, run_id: str) -> None:
    deployed.remove("predictions/")
    deployed.post(f"/v1/models/{run_id}/gates", {})
    problem = deployed.get(f"/v1/runs/{run_id}/predictions")
    assert problem["status"] == 404, problem


def started_run(deployed: FunctionsByRole) -> str:
    """Return the id of a run that a task has started."""
    run_id = str(deployed.post("/v1/runs", {"dataset_id": "cookies", "seed": 9})["id"])
    with deployed.as_role("training"):
        start = StartRun(attempt=1, identity=IDENTITY, worker=TASK)
        epochs = [CompleteEpoch(attempt=1, epoch=n, epochs=9, metrics={}) for n in (1, 2, 3)]
        commands: list[RunCommand] = [start, *epochs]
        for command in commands:
            platform().commands.execute(run, run_id, command, by=BY)
    deployed.deliver_appends(f"run-{run_id}")
    return run_id


def stopped_task(deployed: FunctionsByRole, run_id: str) -> None:
    """Stop the container of a run; then cancel the run."""
    stopped = {"taskArn": TASK, "lastStatus": "STOPPED", "containers": [{"exitCode": 137}]}
    assert deployed.call("recovery", {"detail": stopped}) == {"failed": [run_id]}
    deployed.post(f"/v1/runs/{run_id}/cancellation", {})


def old_history(deployed: FunctionsByRole, patch: pytest.MonkeyPatch) -> None:
    """Seal history in small segments; then restart every process."""
    patch.setattr(sealer, "EVENTS", 2)
    patch.setattr(sealer, "UNSEALED_EVENTS", 1)
    patch.setattr(sealer, "full", lambda commits: full(commits, 2))
    seal(deployed)
    deployed.restart_processes()


def seal(deployed: FunctionsByRole) -> None:
    while deployed.call("sealer", {})["sealed"]:
        pass


class Kms:
    """Signs with an Ed25519 key instead of KMS: moto lacks ECC_NIST_EDWARDS25519."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def answer(self, model: OperationModel, params: Json, **_: object) -> tuple[AWSResponse, Json]:
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        response = {"PublicKey": public}
        if model.name == "Sign":
            response = {"Signature": self._key.sign(b64decode(json.loads(params["body"])["Message"]))}
        return AWSResponse("https://kms", 200, HTTPHeaders(), None), response


def proofs(deployed: FunctionsByRole) -> None:
    """Sign the heads twice. People read the anchors and cannot sign through the API."""
    clients.session().register("before-call.kms", Kms().answer)  # type: ignore[arg-type]  # it may answer
    assert deployed.call("anchors", {}) == {"taken": 1}
    deployed.post("/v1/projects", {"project_id": "later", "name": "Later"})
    assert deployed.call("anchors", {}) == {"taken": 1}
    assert [each["name"] for each in deployed.get("/v1/proof/anchors")["items"]] == [
        "anchor-00000002.json",
        "anchor-00000001.json",
    ]
    assert len(deployed.get("/v1/proof/records")["items"]) == 3
    assert deployed.post("/v1/proof/anchors", {})["status"] == 409


def erasure(deployed: FunctionsByRole, image_id: str) -> None:
    deployed.post(f"{DATASET}/erasures", {"image_ids": [image_id], "reason": "a face"})
    deployed.deliver_appends(STREAM)
    assert deployed.call("erasures", {}) == {"erased": 1, "left": 0}


def quiet_clocks(deployed: FunctionsByRole) -> None:
    """Let clocks find nothing to do, note it, and look at no row while no stream grows."""
    for clock in ("sweeper", "erasures"):
        for _ in range(4):
            answer = deployed.call(clock, {"clock": clock})
        assert not any(answer.values())


def lost_rows(
    deployed: FunctionsByRole, cloudformation: CloudFormationServer, database: str, run_id: str
) -> None:
    """Lose all rows: they are rebuilt from history while new events arrive."""
    with psycopg.connect(database) as administrator:
        names = administrator.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('read_models', %s)", [ROWS]
        )
        tables = ", ".join(f"{schema}.{name}" for schema, name in names.fetchall())
        administrator.execute(f"truncate {tables}".encode())
    assert label(deployed, "e" * 64, {}, {}) == "rejected"
    for letter in deployed.get("/v1/dead-letters")["items"]:
        deployed.post(f"/v1/dead-letters/{letter['source']}/{letter['id']}/redrive", {})
    arrivals(deployed)
    deployed.deliver_appends(f"run-{run_id}")
    assert deployed.call("rebuild", {"models": ["gallery"]}) == {"models": [], "left": 0}
    another_deployment(deployed, cloudformation)
    assert deployed.call("sweeper", {})["left"] == 0


def run_scenario(
    deployed: FunctionsByRole,
    cloudformation: CloudFormationServer,
    database: str,
    patch: pytest.MonkeyPatch,
) -> None:
    """Run every step. `database`: the administrator's URL."""
    migrations(deployed, cloudformation)
    ids = images_and_judgements(deployed)
    arrivals(deployed)
    run_id = runs(deployed)
    training(deployed, run_id, patch)
    deployed.deliver_appends(STREAM, f"run-{run_id}", f"model-{run_id}")
    missed_deliveries(deployed, run_id)
    dead_letters(deployed, ids)
    lost = started_run(deployed)
    old_history(deployed, patch)
    gates(deployed, run_id)
    reads(deployed, run_id, ids[0])
    shown_pictures(deployed)
    exports(deployed)
    inspection(deployed, run_id)
    with TemporaryDirectory() as folder:
        picture_in_a_request(deployed, run_id, Path(folder))
    missing_file(deployed, run_id)
    stopped_task(deployed, lost)
    suggestions(deployed, run_id)
    training_on_registered(deployed, registered_network(deployed), patch)
    unlike_export(deployed, run_id, patch)
    proofs(deployed)
    audit_pack(deployed, ids[1])
    erasure(deployed, ids[5])
    lost_rows(deployed, cloudformation, database, lost)
    quiet_clocks(deployed)
