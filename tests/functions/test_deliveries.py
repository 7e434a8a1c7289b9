"""Deliveries from the intake queue: repeated, out of order, early, broken; and their repair."""

import json
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast
from zoneinfo import ZoneInfo

import boto3
import pytest

from functions.runtime.event import Json
from host.gateway import call
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.application import arrivals
from kenpin.application.arrivals import Arrival
from kenpin.application.platform_parts import PlatformParts
from kenpin.bootstrap import platform
from kenpin.domain.catalogue import recorded
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.event import Recorded
from kenpin.ports import Unavailable
from tests.functions.aws import stored_in_inbox
from tests.functions.conftest import Api, picture, sent

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.fixture
def line(everywhere: Api) -> Api:
    """A platform with a dataset called cookies, on one machine and on AWS."""
    everywhere.post("/v1/projects", {"project_id": "cookies", "name": "Cookies"})
    for id in ("cookies", "tiles"):
        everywhere.post("/v1/datasets", {"dataset_id": id, "project_id": "cookies", "name": id})
    return everywhere


def captured(digest: str, id: str = "e1", dataset_id: str = "cookies", **more: object) -> Json:
    data = {"dataset_id": dataset_id, "digest": digest, "name": "1.png", "capture": {"line": "L1"}, **more}
    event = {"specversion": "1.0", "type": "kenpin.image.captured.v1", "source": "/lines/1", "id": id}
    return {**event, "data": data}


def delivered(*messages: object) -> list[int]:
    """A batch as SQS delivers it; the places of those that are to come again."""
    answer = queued(messages)
    call("sweeper", {})
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def queued(messages: Sequence[object]) -> Json:
    bodies = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    records = [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]
    return call("deliveries", {"Records": records})


def images(api: Api, dataset_id: str = "cookies") -> list[Json]:
    found: list[Json] = api.get(f"/v1/datasets/{dataset_id}/images").json["items"]
    return found


def rejected(api: Api) -> list[Json]:
    found: list[Json] = api.get("/v1/intake/rejected").json["items"]
    return found


def facts(dataset_id: str) -> list[Recorded]:
    return [fact for commit in platform().events.read(f"dataset-{dataset_id}") for fact in recorded(commit)]


def test_an_event_on_the_queue_becomes_an_image_with_its_capture_and_trace(line: Api) -> None:
    digest = line.image(1)
    assert delivered(captured(digest, split="train") | {"traceparent": TRACE}) == []
    (image,) = images(line)
    assert (image["image_id"], image["split"], image["capture"]["line"]) == (digest, "train", "L1")
    context = facts("cookies")[-1].context
    assert (context.actor, context.correlation_id, context.traceparent) == ("factory", "e1", TRACE)


def test_an_event_that_came_over_the_bus_is_the_same_event(line: Api) -> None:
    digest = line.image(1)
    envelope = {"source": "kenpin.factory", "detail-type": "kenpin.image.captured.v1", "id": "of-the-bus"}
    assert delivered({**envelope, "detail": captured(digest)}) == []
    assert [image["image_id"] for image in images(line)] == [digest]


def test_a_burst_doubled_and_shuffled_over_datasets_is_taken_in_once_and_in_few_commits(line: Api) -> None:
    sent = [captured(line.image(n), f"e{n}", dataset) for n, dataset in enumerate(["cookies", "tiles"] * 10)]
    burst = sent * 2
    random.Random(7).shuffle(burst)
    before = len(list(platform().events.read("dataset-cookies")))
    assert delivered(*burst) == delivered(*burst) == []
    assert len(images(line)) == len(images(line, "tiles")) == 10
    assert len(list(platform().events.read("dataset-cookies"))) == before + 1
    (source,) = line.get("/v1/intake").json["sources"]
    assert (source["source"], source["registered"], source["known"]) == ("/lines/1", 40, 40)


def test_rate_and_lag_are_told_by_camera_and_silent_ones_come_first(line: Api) -> None:
    taken = (datetime.now(UTC) - timedelta(seconds=90)).isoformat()
    first, second = ({"line": "L1", "camera": camera, "captured_at": taken} for camera in ("cam-1", "cam-2"))
    events = [captured(line.image(n), f"e{n}", capture=first) for n in range(2)]
    local = datetime.fromisoformat(taken).astimezone(ZoneInfo("Asia/Tokyo")).replace(tzinfo=None)
    events.append(captured(line.image(2), "e2", capture={**first, "captured_at": local.isoformat()}))
    assert delivered(*events, captured(line.image(3), "e3", capture=second)) == []
    assert delivered(*events) == []
    untimed = {**first, "captured_at": None}
    assert delivered(captured(line.image(4), "e4", capture=untimed)) == []
    found = line.get("/v1/intake").json["cameras"]
    assert [(each["line"], each["camera"], each["is_silent"]) for each in found] == [
        ("L1", "cam-1", False),
        ("L1", "cam-2", False),
    ]
    assert found[0]["per_minute_hour"] == pytest.approx(4 / 60)
    assert found[0]["per_minute_day"] == pytest.approx(4 / 1440)
    assert 90 <= found[0]["lag_seconds"] < 120, "images without a time of capture are left out"
    with platform().database.transaction() as sql:
        sql.execute(
            "update intake_minute set minute = minute - interval '2 hours', last_at = last_at - interval '2 hours' "
            "where camera = 'cam-2'"
        )
    silent, sending = line.get("/v1/intake").json["cameras"]
    assert (silent["camera"], silent["is_silent"], silent["per_minute_hour"]) == ("cam-2", True, 0)
    assert silent["lag_seconds"] >= 90, "the lag is that of its last hour with images"
    assert sending["camera"] == "cam-1"


def test_captures_out_of_order_and_from_the_future_are_counted_and_not_corrected(line: Api) -> None:
    now = datetime.now(UTC)
    local = (now - timedelta(minutes=4)).astimezone(ZoneInfo(platform().settings.time_zone))

    def sent(n: int, time: str) -> Json:
        capture = {"line": "L1", "camera": "cam-1", "captured_at": time}
        return captured(line.image(n), f"e{n}", capture=capture)

    def camera() -> tuple[int, float]:
        (found,) = line.get("/v1/intake").json["cameras"]
        return found["out_of_order"], found["ahead_seconds"]

    ago = [(now - timedelta(minutes=minutes)).isoformat() for minutes in (6, 5, 7)]
    assert delivered(*(sent(n, time) for n, time in enumerate(ago))) == []
    assert camera() == (1, 0)
    assert delivered(sent(3, local.replace(tzinfo=None).isoformat())) == []
    assert camera() == (1, 0), "a time without an offset is the site's"
    ahead = (now + timedelta(hours=1)).isoformat()
    assert delivered(sent(4, ahead)) == delivered(sent(5, now.isoformat())) == []
    out_of_order, seconds = camera()
    assert out_of_order == 2
    assert 3500 < seconds <= 3600
    times = [image["capture"]["captured_at"] for image in images(line)]
    assert times == [*ago, local.isoformat(), ahead, now.isoformat()]


def test_minutes_of_more_than_a_day_ago_are_dropped(line: Api) -> None:
    assert delivered(captured(line.image(0))) == []
    with platform().database.transaction() as sql:
        sql.execute("update intake_minute set minute = minute - interval '25 hours'")
    assert delivered(captured(line.image(1), "e2")) == []
    with platform().database.reading() as sql:
        assert len(sql.execute("select * from intake_minute").fetchall()) == 1


def test_an_event_whose_bytes_may_still_come_is_delivered_again_and_delays_no_other(line: Api) -> None:
    good, early = line.image(1), picture(2)
    digest = sha256(early).hexdigest()
    assert delivered(captured(good), captured(digest, "e2")) == [1]
    assert rejected(line) == []
    sent(early)
    assert delivered(captured(digest, "e2")) == []
    assert len(images(line)) == 2


def test_a_malformed_event_is_recorded_with_its_reason_and_not_delivered_again(line: Api) -> None:
    noise = b"no picture"
    sent(noise)
    hopeless = {
        "cannot be read as an image": captured(sha256(noise).hexdigest(), "noise"),
        "no such dataset": captured(line.image(1), "lost", "nowhere"),
        "data.digest": captured("short", "short"),
        "no JSON object": "{oh",
        "NUL": captured(line.image(2), "nul", name="a\0b"),
        "is not inbox": {"source": "aws.s3", "detail": {"object": {"key": "elsewhere/a.png"}}},
    }
    assert delivered(*hopeless.values()) == []
    assert images(line) == []
    told = [arrival["reason"] for arrival in rejected(line)]
    assert len(told) == len(hopeless)
    for reason in hopeless:
        assert [reason in one for one in told].count(True) == 1, (reason, told)
    assert delivered(*hopeless.values()) == []
    assert [arrival["attempts"] for arrival in rejected(line)] == [2] * len(hopeless)
    assert line.get("/v1/intake").json["rejected"] == len(hopeless)


@pytest.mark.parametrize("attribute", ["source", "id"])
def test_a_nul_in_an_attribute_rejects_the_event_alone(line: Api, attribute: str) -> None:
    broken, good = captured(line.image(1)) | {attribute: "a\0b"}, captured(line.image(2), "good")
    reply = line.post("/v1/intake", [broken])
    assert (reply.status, "NUL" in reply.json["detail"]) == (422, True)
    assert delivered(broken, good) == []
    assert [image["image_id"] for image in images(line)] == [good["data"]["digest"]]
    (arrival,) = rejected(line)
    assert "NUL" in arrival["reason"]


def test_an_image_comes_into_the_group_that_its_first_event_names(line: Api) -> None:
    grouped, alone = line.image(1), line.image(2)
    sent = [captured(grouped, group="tray 7"), captured(alone, "e2"), captured(grouped, "e3", group="other")]
    for event in sent:
        assert line.post("/v1/intake", [event]).status == 202
    assert [image["group"] for image in images(line)] == ["tray 7", None]
    reply = line.post("/v1/intake", [captured(alone, "e4", group="")])
    assert (reply.status, "data.group" in reply.json["detail"]) == (422, True)


def test_one_that_a_rule_refuses_is_rejected_alone(line: Api) -> None:
    tested, other = line.image(1), line.image(2)
    assert delivered(captured(tested, split="test")) == []
    assert delivered(captured(tested, "again", split="train"), captured(other, "other")) == []
    assert [image["image_id"] for image in images(line)] == [tested, other]
    (arrival,) = rejected(line)
    assert (arrival["event_id"], arrival["source"], arrival["actor"]) == ("again", "/lines/1", "factory")


def test_a_mistake_that_one_of_them_makes_is_not_held_against_the_others(
    line: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = line.image(1), line.image(2)
    file = arrivals._file

    def broken(platform: PlatformParts, arrival: Arrival, before: DatasetState) -> object:
        if arrival.digest == bad:
            raise RuntimeError("a mistake of ours")
        return file(platform, arrival, before)

    monkeypatch.setattr(arrivals, "_file", broken)
    assert delivered(captured(bad, "bad"), captured(good, "good")) == [0]
    assert [image["image_id"] for image in images(line)] == [good]


def test_an_image_that_another_request_registers_meanwhile_is_not_rejected(
    line: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, other = captured(line.image(1)), captured(line.image(2), "e2")
    read = arrivals._read_files

    def after_the_other(*lot: object) -> object:
        monkeypatch.setattr(arrivals, "_read_files", read)
        assert queued([event]) == {"batchItemFailures": []}
        return read(*lot)  # type: ignore[arg-type]

    monkeypatch.setattr(arrivals, "_read_files", after_the_other)
    outcomes = cast("list[Json]", line.post("/v1/intake", [event, other]).json)
    assert "rejected" not in [one["outcome"] for one in outcomes], outcomes
    assert rejected(line) == []
    assert len(images(line)) == 2


def test_when_the_world_is_away_everything_comes_again(line: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [captured(line.image(1)), captured(line.image(2), "e2", "tiles"), "{oh"]

    def away(*_: object, **__: object) -> object:
        raise Unavailable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(PostgresDatabase, "transaction", away)
        patch.setattr(type(platform().events), "append", away)
        answer = queued(messages)
    assert sorted(f["itemIdentifier"] for f in answer["batchItemFailures"]) == ["0", "1", "2"]
    assert delivered(*messages) == []
    assert (len(images(line)), len(images(line, "tiles")), len(rejected(line))) == (1, 1, 1)


def test_an_event_rejected_over_http_is_recorded_and_can_be_retried(line: Api) -> None:
    body = picture(3)
    digest = sha256(body).hexdigest()
    answer = line.post("/v1/intake", [captured(digest), captured(line.image(1), "e2")])
    assert answer.status == 202, answer.json
    outcomes = [one["outcome"] for one in cast("list[Json]", answer.json)]
    assert outcomes == ["rejected", "registered"]
    (arrival,) = rejected(line)
    path = f"/v1/intake/rejected/{arrival['rejected_id']}"
    again = line.post(f"{path}/retry", {})
    assert (again.status, again.json["outcome"]) == (202, "rejected")
    sent(body)
    assert line.post(f"{path}/retry", {}).json == {"id": "e1", "outcome": "registered", "detail": ""}
    assert rejected(line) == []
    assert facts("cookies")[-1].context.actor == "inspector"
    assert line.post(f"{path}/retry", {}).status == 404


def test_an_id_stands_for_its_first_event_for_ever(line: Api) -> None:
    first, other = captured(line.image(1)), captured(line.image(2), name="2.png")
    assert delivered(first, first, other) == delivered(first) == []
    assert [image["image_id"] for image in images(line)] == [first["data"]["digest"]]
    (outcome,) = cast("list[Json]", line.post("/v1/intake", [other]).json)
    assert (outcome["outcome"], "differs in digest, name" in outcome["detail"]) == ("rejected", True)
    assert delivered({"source": "kenpin.factory", "id": "of-the-bus", "detail": other}) == []
    (arrival,) = rejected(line)
    assert arrival["attempts"] == 3, "the same event by queue, HTTP and bus is kept once"
    digests = {"first": first["data"]["digest"], "now": other["data"]["digest"]}
    names = {"first": "1.png", "now": "2.png"}
    differences = [{"field": "digest", **digests}, {"field": "name", **names}]
    assert (arrival["body"], arrival["differences"]) == (other, differences)
    again = line.post(f"/v1/intake/rejected/{arrival['rejected_id']}/retry", {}).json
    assert (again["outcome"], rejected(line)[0]["attempts"]) == ("rejected", 4)
    assert delivered(other | {"id": "e2"}) == []
    assert len(images(line)) == 2


def test_fields_that_only_one_of_two_events_has_make_them_differ(line: Api) -> None:
    def event(id: str, **capture: str) -> Json:
        plain = captured(line.image(1), id)
        return plain | {"data": plain["data"] | {"capture": capture}}

    sent = [
        *(event("without", lot="A", camera="c"), event("without", camera="c")),
        *(event("added", camera="c"), event("added", lot="A", camera="c")),
        event("untimed", captured_at="yesterday"),
    ]
    answer = cast("list[Json]", line.post("/v1/intake", sent).json)
    outcomes = [one["outcome"] for one in answer]
    assert outcomes == ["registered", "rejected", "registered", "rejected", "rejected"], answer
    assert all("differs in lot;" in answer[n]["detail"] for n in (1, 3))
    assert "yesterday is no time" in answer[4]["detail"]


def test_ids_of_other_projects_are_free(line: Api) -> None:
    line.post("/v1/projects", {"project_id": "theirs", "name": "Theirs"})
    line.post("/v1/datasets", {"dataset_id": "theirs", "project_id": "theirs", "name": "Theirs"})
    elsewhere = captured(line.image(1), dataset_id="tiles"), captured(line.image(1), dataset_id="theirs")
    assert delivered(captured(line.image(1)), *elsewhere) == [2], "the bytes were sent to the other project"
    (arrival,) = rejected(line)
    assert [each["field"] for each in arrival["differences"]] == ["dataset_id"]


def test_of_bodies_that_come_at_the_same_time_one_becomes_an_image(line: Api) -> None:
    bodies = [captured(line.image(n)) for n in range(3)]
    others = [captured(line.image(n), f"a{n}") for n in range(3, 6)]
    batches = [[one, *others] for one in bodies] + [[*reversed(others), one] for one in bodies]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(queued, batches))
    call("sweeper", {})
    assert [answer["batchItemFailures"] for answer in answers] == [[]] * len(batches)
    kept = {arrival["body"]["data"]["digest"] for arrival in rejected(line)}
    assert len(kept) == 2, "two of the three bodies, each kept once"
    sent = {event["data"]["digest"] for event in (*bodies, *others)}
    assert {image["image_id"] for image in images(line)} == sent - kept


def test_the_same_picture_under_another_id_is_linked(line: Api) -> None:
    digest = line.image(1)
    assert delivered(captured(digest), captured(digest, "e2"), captured(digest)) == []
    found = line.get(f"/v1/datasets/cookies/images/{digest}").json["arrived_as"]
    assert [(each["source"], each["event_id"]) for each in found] == [("/lines/1", "e1"), ("/lines/1", "e2")]
    assert len(images(line)) == 1


def test_a_test_event_is_answered_and_counted_and_registers_nothing(line: Api) -> None:
    real, tested = captured(line.image(1)), captured("a" * 64, "t1") | {"source": "/try", "kenpintest": True}
    lost = captured("a" * 64, "t2", "nowhere") | {"source": "/try", "kenpintest": True}
    answer = cast("list[Json]", line.post("/v1/intake", [real, tested, lost]).json)
    assert [one["outcome"] for one in answer] == ["registered", "tested", "rejected"]
    assert "nothing was registered" in answer[1]["detail"]
    assert "no such dataset" in answer[2]["detail"]
    assert delivered(tested) == []
    assert len(images(line)) == 1
    sources = {one["source"]: one for one in line.get("/v1/intake").json["sources"]}
    assert (sources["/try"]["tested"], sources["/try"]["registered"]) == (2, 0)
    assert sources["/lines/1"]["tested"] == 0


def test_reported_drops_are_a_note_on_the_source(line: Api) -> None:
    """The count is that of all time: a report that comes twice, or late, adds nothing."""

    def report(dropped: int, dataset: str = "cookies") -> Json:
        data = {"dataset_id": dataset, "capture": {"line": "L1"}, "dropped": dropped}
        head = {"specversion": "1.0", "type": "kenpin.edge.dropped.v1", "source": "/edge/1"}
        return head | {"id": f"dropped/{dropped}", "data": data}

    sent = [report(3), captured(line.image(1)), report(5), report(5), report(7, "nowhere")]
    answer = cast("list[Json]", line.post("/v1/intake", sent).json)
    assert [one["outcome"] for one in answer] == ["noted", "registered", "noted", "noted", "rejected"]
    assert "no such dataset" in answer[4]["detail"]
    sources = {one["source"]: one for one in line.get("/v1/intake").json["sources"]}
    assert (sources["/edge/1"]["dropped"], sources["/edge/1"]["registered"]) == (5, 0)
    assert sources["/lines/1"]["dropped"] == 0
    assert line.post("/v1/intake", [report(-1)]).status == 422


def test_a_rejected_arrival_can_be_set_aside(line: Api) -> None:
    delivered("{oh")
    (arrival,) = rejected(line)
    path = f"/v1/intake/rejected/{arrival['rejected_id']}/dismiss"
    assert line.post(path, {}).json == {"rejected_id": arrival["rejected_id"]}
    again = line.post(path, {})
    assert (rejected(line), again.status) == ([], 404)
    assert again.json["detail"].endswith("; see `kenpin intake list`")


def test_rejected_arrivals_come_in_pages(line: Api) -> None:
    delivered(*(f"{{{n}" for n in range(5)))
    first = line.get("/v1/intake/rejected?limit=3").json
    second = line.get(f"/v1/intake/rejected?limit=3&cursor={first['next_cursor']}").json
    found = [arrival["rejected_id"] for arrival in (*first["items"], *second["items"])]
    assert (len(set(found)), second["next_cursor"]) == (5, None)


def test_a_file_in_the_inbox_becomes_an_image_with_what_its_metadata_says(
    account: None, api: Api, cookies: list[str]
) -> None:
    body = picture(77)
    event = stored_in_inbox(
        "inbox/cookies/a/丸 1.png",
        body,
        **{"capture-line": "L9", "capture-product": "=?UTF-8?B?5Li4?=", "split": "train"},
        group="tray 7",
    )
    assert delivered(event, event) == delivered(event) == []
    image = images(api)[-1]
    assert (image["image_id"], image["name"]) == (sha256(body).hexdigest(), "a/丸 1.png")
    assert (image["capture"]["line"], image["capture"]["product"], image["split"]) == ("L9", "丸", "train")
    assert image["group"] == "tray 7"
    assert len(images(api)) == len(cookies) + 1


def test_a_file_in_the_inbox_that_is_gone_or_misplaced_is_rejected(
    account: None, api: Api, cookies: list[str]
) -> None:
    gone = stored_in_inbox("inbox/cookies/a.png", picture(77))
    boto3.client("s3").delete_object(Bucket="kenpin-objects", Key="inbox/cookies/a.png")
    assert delivered(gone, stored_in_inbox("inbox/Not a Slug/b.png", b"b")) == []
    assert sorted(arrival["reason"].rpartition(": ")[2] for arrival in rejected(api)) == [
        "inbox/Not a Slug/b.png is not inbox/<dataset>/<name>",
        "inbox/cookies/a.png is gone",
    ]
