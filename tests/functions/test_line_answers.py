"""Answers to the line: the verdict of the model in production on the picture of an event."""

import json
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from functions.api.intake.line_answers import LATE_AFTER
from functions.runtime.event import Json
from kenpin.application import webhook_verdicts
from kenpin.application.webhooks import queue_messages
from kenpin.bootstrap import platform
from kenpin.domain.model.commands import ReportInspection, RequestInspection
from kenpin.domain.model.decider import model
from kenpin.read_models.models import inspections
from kenpin_edge import results
from kenpin_edge.answers import AnswerPoll
from kenpin_edge.config import EdgeConfig, Station
from kenpin_edge.spool import Spool
from kenpin_training.predictions import PredictionRow, to_parquet
from tests.functions.conftest import Api, ApiReply
from tests.functions.test_decisions import promote, trained
from tests.functions.test_member_tokens import with_token
from tests.functions.training import WORKER
from tests.functions.world import OURS, THEIRS, World

SOURCE = "/lines/1"
PATH = f"/v1/intake/answers?source={SOURCE}&id="


def captured(digest: str, id: str, line: str = "L1", dataset_id: str = "cookies") -> Json:
    data = {"dataset_id": dataset_id, "digest": digest, "capture": {"line": line}}
    head = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": SOURCE, "id": id}
    return {**head, "data": data}


def arrive(api: Api, *ids: str) -> dict[str, str]:
    """Send an event with a picture of its own for each id; return the images by event id."""
    images = {id: api.image(100 + sum(id.encode())) for id in ids}
    assert api.post("/v1/intake", [captured(image, id) for id, image in images.items()]).status == 202
    return images


def inspect(
    api: Api,
    model_id: str,
    id: str,
    found: Mapping[str, tuple[float, float]],
    after: int | None = None,
    named: tuple[str, ...] = (),
) -> None:
    """Report the scores and the unfamiliar figures of images; `after`: as an automatic inspection."""
    head = platform().events.head("dataset-cookies").version
    digest = id.encode().hex().ljust(64, "0")
    rows = [PredictionRow(image, None, None, score, unfamiliar=far) for image, (score, far) in found.items()]
    platform().objects.put(f"predictions/{digest}.parquet", BytesIO(to_parquet(rows)))
    upto = None if after is None else head
    asked = RequestInspection(inspection_id=id, image_ids=named, after=after, upto=upto)
    report = ReportInspection(
        inspection_id=id,
        dataset_id="cookies",
        dataset_version=head,
        threshold=0.5,
        predictions=digest,
        images=len(rows),
        judged_ng=0,
        unfamiliar=0,
        left_out=0,
        remaining=0,
        grey_from=0.3,
        grey=0,
    )
    for command in (asked, report):
        platform().commands.execute(model, model_id, command, by=WORKER)
    api.catch_up()


def age(by: timedelta) -> None:
    with platform().database.transaction() as sql:
        sql.execute("update intake_event set first_at = first_at - %s", (by,))


def answer(api: Api, id: str) -> Json:
    reply = api.get(PATH + id)
    assert reply.status == 200, reply.json
    return reply.json


def test_an_event_is_answered_by_the_inspection_of_the_model_in_production(
    everywhere: Api, labelled: list[str]
) -> None:
    model_id = trained(everywhere, {labelled[0]: 0.8}, 0.5)
    before = platform().events.head("dataset-cookies").version
    images = arrive(everywhere, "ok", "grey", "ng", "far")
    assert answer(everywhere, "ng")["state"] == "waiting", "no model is in production"
    given = {"ok": (0.1, 0.2), "grey": (0.3, 0.2), "ng": (0.5, 0.2), "far": (0.9, 1.0)}
    inspect(everywhere, model_id, "i1", {images[id]: scores for id, scores in given.items()}, after=before)
    assert answer(everywhere, "ng")["state"] == "waiting", "the model that inspected is not in production"
    promote(everywhere, model_id)
    found = {id: answer(everywhere, id) for id in given}
    assert {id: each["verdict"] for id, each in found.items()} == {
        "ok": "OK",
        "grey": "grey",
        "ng": "NG",
        "far": "unfamiliar",
    }
    told = found["ng"]
    assert (told["state"], told["score"], told["threshold"], told["model_id"]) == (
        *("answered", 0.5, 0.5),
        model_id,
    )
    assert told["at"] is not None
    age(LATE_AFTER * 2)
    assert answer(everywhere, "ng") == told, "an answer is given late too"


def test_the_inspection_that_took_the_picture_answers(api: Api, labelled: list[str]) -> None:
    promote(api, model_id := trained(api, {labelled[0]: 0.8}, 0.5))
    images = arrive(api, "first")
    place = platform().events.head("dataset-cookies").version
    images |= arrive(api, "second")
    inspect(api, model_id, "arrivals", {images["second"]: (0.2, 0.0)}, after=place)
    inspect(api, model_id, "all", {images["first"]: (0.1, 0.0)})
    assert [answer(api, id)["score"] for id in ("first", "second")] == [0.1, 0.2]
    images |= arrive(api, "third")
    inspect(api, model_id, "named", {images["first"]: (0.7, 0.0)}, named=(images["first"],))
    inspect(api, model_id, "all-again", {images["third"]: (0.3, 0.0)})
    assert [answer(api, id)["score"] for id in images] == [0.1, 0.2, 0.3]


def test_a_webhook_is_told_the_verdicts_of_what_arrived(
    api: Api, labelled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_verdicts, "MOST_IN_A_MESSAGE", 2)
    model_id = trained(api, {labelled[0]: 0.8}, 0.5)
    address = {"address": "https://mes.example.com/kenpin", "types": ["images.inspected", "inspection.ended"]}
    webhook_id = api.post("/v1/projects/cookies/webhooks", address).json["id"]
    before = platform().events.head("dataset-cookies").version
    images = arrive(api, "ok", "ng")
    found = {images["ok"]: (0.1, 0.2), images["ng"]: (0.5, 0.2), labelled[0]: (0.4, 0.2)}
    inspect(api, model_id, "i1", found, after=before)
    inspect(api, model_id, "i2", {labelled[1]: (0.4, 0.2)}, named=(labelled[1],))
    path = f"/v1/projects/cookies/webhooks/{webhook_id}/deliveries"
    with monkeypatch.context() as rows_behind:
        rows_behind.setattr(inspections, "one", lambda *_: None)
        queue_messages(platform())
    assert api.get(path).json["items"] == [], "the verdicts are told behind their inspection"
    queue_messages(platform())
    queue_messages(platform())
    shown = list(reversed(api.get(path).json["items"]))
    ended, verdicts = "inspection.ended", "images.inspected"
    assert [each["type"] for each in shown] == [ended, verdicts, verdicts, ended]
    bodies = [json.loads(each["body"])["data"] for each in shown if each["type"] == verdicts]
    judged = {image["image_id"]: image for body in bodies for image in body["images"]}
    assert (
        judged[images["ng"]].items() >= {"source": SOURCE, "id": "ng", "verdict": "NG", "score": 0.5}.items()
    )
    assert judged[images["ok"]]["verdict"] == "OK"
    assert judged[labelled[0]] == {"image_id": labelled[0], "verdict": "grey", "score": 0.4}, (
        "no event brought it"
    )
    assert bodies[0]["model_id"] == model_id


def test_no_answer_is_late_after_a_while_and_never_a_guess(api: Api, labelled: list[str]) -> None:
    promote(api, model_id := trained(api, {labelled[0]: 0.8}, 0.5))
    arrive(api, "e1")
    inspect(api, model_id, "i1", {labelled[0]: (0.9, 0.0)})  # the picture could not be read
    nothing = dict.fromkeys(("reason", "verdict", "score", "threshold", "model_id", "at"))
    assert answer(api, "e1") == {"state": "waiting", **nothing}
    assert timedelta(minutes=20) == LATE_AFTER, "the guide says so"
    age(LATE_AFTER - timedelta(minutes=1))
    assert answer(api, "e1")["state"] == "waiting"
    age(timedelta(minutes=2))
    assert answer(api, "e1") == {"state": "late", **nothing}


def test_a_rejected_event_says_so(api: Api, labelled: list[str]) -> None:
    api.post("/v1/intake", [captured("f" * 64, "lost")])
    why = "the bytes have not arrived; upload them first"
    assert (answer(api, "lost")["state"], answer(api, "lost")["reason"]) == ("rejected", why)
    images = arrive(api, "e1")
    other = captured(images["e1"], "e1", line="L2")
    assert "differs in line" in str(api.post("/v1/intake", [other]).json)
    assert answer(api, "e1")["state"] == "waiting", "the answer is to the first event with the id"
    for arrival in api.get("/v1/intake/rejected").json["items"]:
        assert api.post(f"/v1/intake/rejected/{arrival['rejected_id']}/dismiss", {}).status == 200
    age(LATE_AFTER)
    assert (answer(api, "lost")["state"], answer(api, "lost")["reason"]) == ("rejected", why)
    assert answer(api, "e1")["state"] == "late", "that of its conflict was dismissed, not its own"


def test_an_id_that_never_arrived_is_not_found(api: Api, labelled: list[str]) -> None:
    reply = api.get(PATH + "never")
    assert (reply.status, reply.json["parameters"]) == (404, {"thing": "intake_event", "name": "never"})
    assert api.get("/v1/intake/answers?id=never").status == 422


def test_a_token_gets_answers_of_its_project_and_its_line_alone(world: World) -> None:
    colours = {OURS: 60, THEIRS: 70}
    for factory, line in ((world.ours, "L1"), (world.ours, "L2"), (world.theirs, "L1")):
        project_id = factory.project_id
        image = world.api.image(colours[project_id], project_id=project_id)
        colours[project_id] += 1
        told = captured(image, f"{project_id}-{line}", line, factory.dataset_id)
        assert "registered" in str(world.api.post("/v1/intake", [told]).json)
    limits = {"label": "L1", "project_id": OURS, "role": "machine", "lines": ["L1"]}
    token = world.api.post("/v1/tokens", limits).json["token"]

    def asked(id: str) -> ApiReply:
        return with_token(token, "GET", PATH + id)

    assert (asked(f"{OURS}-L1").status, asked(f"{OURS}-L1").json["state"]) == (200, "waiting")
    for id in (f"{OURS}-L2", f"{THEIRS}-L1", "never"):
        reply = asked(id)
        assert (reply.status, reply.json["parameters"]) == (404, {"thing": "intake_event", "name": id})


def test_the_agent_at_the_line_reads_the_answer(
    api: Api, labelled: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote(api, model_id := trained(api, {labelled[0]: 0.8}, 0.5))
    images = arrive(api, "e1", "e2")
    limits = {"label": "L1", "project_id": "cookies", "role": "machine", "lines": ["L1"]}
    (tmp_path / "token").write_text(api.post("/v1/tokens", limits).json["token"])

    def send(request: httpx.Request) -> httpx.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        reply = with_token(token, request.method, request.url.raw_path.decode())
        return httpx.Response(reply.status, json=reply.json)

    client = httpx.Client(transport=httpx.MockTransport(send))
    monkeypatch.setattr("kenpin_edge.answers.httpx.Client", lambda **_: client)
    station = Station(SOURCE, "cookies", tmp_path, {"line": "L1"}, results="results/{line}")
    config = EdgeConfig("http://kenpin", tmp_path / "token", tmp_path / "spool", {SOURCE: station})
    spool = Spool(tmp_path / "spool", 10**6)
    for id in images:
        spool.add(SOURCE, id, f"{id}.png", b"sent before", {"line": "L1"})
        results.expect(spool, SOURCE, id)
    spool.write("update picture set state = 'sent'")
    poll = AnswerPoll(config, spool)
    poll.look()
    assert results.ready(spool, 9) == []
    inspect(api, model_id, "i1", {images["e1"]: (0.9, 0.1)})
    poll.look()
    [ready] = results.ready(spool, 9)
    data = json.loads(ready.body)["data"]
    assert data == {
        **{"source": SOURCE, "id": "e1", "state": "answered", "late": False},
        **{"verdict": "NG", "score": 0.9, "threshold": 0.5, "model_id": model_id},
    }
    poll.close()
    spool.close()
