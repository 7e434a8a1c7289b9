"""Reads at a version, a tag or a time, and differences between two versions."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from urllib.parse import quote

import pytest

from kenpin.adapters.memory import event_store as memory
from kenpin.adapters.memory.event_store import MemoryEventStore
from kenpin.adapters.postgres import event_store as postgres
from kenpin.bootstrap import platform
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.event import Context
from kenpin.read_models.catalogue import advance_stream
from tests.functions.conftest import Api, ApiReply

DATASET = "/v1/datasets/cookies"
IMAGES = f"{DATASET}/images"


def judge(api: Api, image_ids: list[str], verdict: str, reason: str = "", **more: object) -> int:
    said = [{"image_id": id, "verdict": verdict, "reason": reason, **more} for id in image_ids]
    reply = api.post(f"{DATASET}/annotations", {"annotations": said}, kenpin_actor="hanako")
    assert reply.status == 201, reply.json
    return int(reply.json["version"])


def version(api: Api) -> int:
    return int(api.get(DATASET).json["version"])


def now() -> str:
    return quote(datetime.now(UTC).isoformat())


def refused(reply: ApiReply, status: int, *words: str) -> bool:
    return reply.status == status and all(word in reply.json["detail"] for word in words)


def diff(api: Api, before: object, after: object, more: str = "") -> ApiReply:
    return api.get(f"{DATASET}/diff?from={before}&to={after}{more}")


def test_a_dataset_as_it_stood_has_the_counts_of_then(api: Api, cookies: list[str]) -> None:
    before, moment = version(api), now()
    judge(api, cookies[:3], "NG")
    api.post(f"{DATASET}/exclusions", {"image_ids": cookies[:1], "reason": "blurred"})
    live = api.get(DATASET).json
    assert (live["excluded"], live["counts"]["unassigned"]["NG"]) == (1, 2)
    for as_of in (before, moment):
        then = api.get(f"{DATASET}?as_of={as_of}").json
        assert (then["version"], then["images"], then["excluded"]) == (before, 8, 0)
        assert then["counts"]["unassigned"] == {"OK": 0, "NG": 0, "HOLD": 0, "unlabelled": 8}
        assert then["updated_at"] < live["updated_at"]
    assert api.get(f"{DATASET}?as_of={live['version']}").json == live


@pytest.fixture
def clock_set_back(cookies: list[str], monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Set back the clock of the event store by three hours, after the dataset was made; return the new time."""
    time = datetime.now(UTC) - timedelta(hours=3)
    for adapter in (memory, postgres):
        monkeypatch.setattr(adapter, "datetime", Mock(now=Mock(return_value=time)))
    return time


def test_a_time_before_the_beginning_is_refused_although_the_clock_was_set_back(
    api: Api, cookies: list[str], clock_set_back: datetime
) -> None:
    judge(api, cookies[:1], "NG")
    before = quote((clock_set_back + timedelta(hours=1)).isoformat())
    for path in (DATASET, IMAGES, "/v1/streams/dataset-cookies/events"):
        assert refused(api.get(f"{path}?as_of={before}"), 404, "was not there yet"), path
    newest, earlier = api.get("/v1/streams/dataset-cookies/changes?limit=2").json["items"]
    assert newest["recorded_at"] == earlier["recorded_at"]
    assert datetime.fromisoformat(newest["clock"]) == clock_set_back
    assert earlier["clock"] is None


def test_a_history_whose_times_decrease_is_shown_with_times_that_do_not(
    api: Api, cookies: list[str], clock_set_back: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older release stored what the clock said."""
    older = MemoryEventStore("local")
    monkeypatch.setattr(memory, "not_before", lambda meta, last: meta)
    older.restore("dataset-cookies", platform().events.read("dataset-cookies"))
    older.append("dataset-cookies", [VersionTagged(name="late", tagged_version=1)], Context(actor="hanako"))
    platform().events.restore("dataset-cookies", older.read("dataset-cookies"))
    advance_stream("dataset-cookies", platform().events, platform().database)
    before = quote((clock_set_back + timedelta(hours=1)).isoformat())
    assert refused(api.get(f"{DATASET}?as_of={before}"), 404, "was not there yet")
    newest, earlier = api.get("/v1/streams/dataset-cookies/changes?limit=2").json["items"]
    assert newest["recorded_at"] == earlier["recorded_at"]
    assert datetime.fromisoformat(newest["clock"]) == clock_set_back


def test_a_tag_is_a_version_wherever_one_is_asked_for(api: Api, cookies: list[str]) -> None:
    tagged = version(api)
    api.post(f"{DATASET}/tags", {"name": "first"})
    judge(api, cookies[:1], "NG")
    assert api.get(f"{IMAGES}?as_of=first&verdict=NG").json["items"] == []
    assert api.get(f"{IMAGES}/{cookies[0]}?as_of=first").json["verdict"] is None
    assert len(api.get(f"{IMAGES}/{cookies[0]}/history?as_of=first").json["items"]) == 1
    assert len(api.get(f"{IMAGES}/{cookies[0]}/history").json["items"]) == 2
    assert api.get(f"{DATASET}?as_of=first").json["tags"] == []
    assert api.get("/v1/streams/dataset-cookies/events?as_of=first&limit=1000").json["as_of"] == tagged


def test_an_earlier_version_is_tagged_where_a_commit_ends(api: Api, cookies: list[str]) -> None:
    first = judge(api, cookies[:1], "OK")
    judge(api, cookies[1:4], "NG")
    named = api.post(f"{DATASET}/tags", {"name": "v1", "version": first, "note": "n"}, kenpin_actor="taro")
    assert named.status == 201
    inside = api.post(f"{DATASET}/tags", {"name": "v2", "version": first + 1})
    assert (inside.status, inside.json["code"]) == (409, "InsideCommit")
    beyond = api.post(f"{DATASET}/tags", {"name": "v2", "version": 99})
    assert (beyond.status, beyond.json["code"]) == (404, "NoSuchVersion")
    (tag,) = api.get(f"{DATASET}/tags").json["items"]
    assert (tag["name"], tag["version"], tag["note"], tag["by"]) == ("v1", first, "n", "taro")
    assert api.get(f"{DATASET}?as_of=v1").json["counts"]["unassigned"]["OK"] == 1


def test_a_missing_version_and_an_unreadable_as_of_differ(api: Api, cookies: list[str]) -> None:
    head = version(api)
    assert refused(api.get(f"{IMAGES}?as_of=99"), 404, "no version 99", f"newest is {head}")
    assert refused(api.get(f"{IMAGES}?as_of=0"), 404, "begins at version 1")
    assert refused(api.get(f"{IMAGES}?as_of={'9' * 30}"), 404, "no version")
    assert refused(api.get(f"{IMAGES}?as_of=v7"), 404, "no tag v7")
    assert refused(api.get(f"{IMAGES}?as_of=2001-01-01"), 404, "not there yet")
    assert refused(api.get("/v1/projects/cookies?as_of=v7"), 422, "neither a version nor")
    assert refused(api.get("/v1/datasets?as_of=3"), 422, "is no time")
    assert refused(api.get("/v1/datasets/nope?as_of=3"), 404, "no dataset nope")
    assert refused(api.get("/v1/datasets/nope?as_of=2026-01-01"), 404, "no dataset nope")


def test_lists_show_what_there_was_at_a_time(api: Api, cookies: list[str], run_id: str) -> None:
    moment = now()
    api.post("/v1/projects", {"project_id": "other", "name": "Other"})
    api.post("/v1/datasets", {"dataset_id": "other", "project_id": "cookies", "name": "Other"})
    judge(api, cookies[4:5], "HOLD")
    api.post(f"/v1/runs/{run_id}/cancellation", {"reason": "enough"})
    for path, ids in {
        "projects": ["cookies"],
        "datasets": ["cookies"],
        "runs": [run_id],
        "models": [],
    }.items():
        items = api.get(f"/v1/{path}?as_of={moment}").json["items"]
        assert [item[f"{path[:-1]}_id"] for item in items] == ids
    (dataset,) = api.get(f"/v1/datasets?as_of={moment}").json["items"]
    assert dataset["counts"]["unassigned"]["HOLD"] == 0
    (run,) = api.get(f"/v1/runs?as_of={moment}").json["items"]
    assert (run["status"], api.get(f"/v1/runs/{run_id}").json["status"]) == ("queued", "cancelled")
    assert api.get(f"/v1/runs/{run_id}?as_of=1").json["status"] == "queued"
    streams = api.get(f"/v1/streams?as_of={moment}").json["items"]
    shown = ["dataset-cookies", "member-inspector", "project-cookies", f"run-{run_id}"]
    assert [s["stream"] for s in streams] == shown
    assert streams[0]["version"] < version(api)
    assert refused(api.get("/v1/runs?as_of=yesterday"), 422, "yesterday is no time")


def test_a_project_as_it_stood(api: Api, cookies: list[str]) -> None:
    before = api.get("/v1/projects/cookies").json
    api.post("/v1/projects/cookies/products", {"product_id": "a", "name": "A"})
    api.post("/v1/projects/cookies/defect-classes", {"class_id": "cracked", "name": "broken", "key": 1})
    api.post("/v1/projects/cookies/products", {"product_id": "a", "name": "B"})
    api.send("PUT", "/v1/projects/cookies/policy", {"escape_cost": 5, "overkill_cost": 1}, HEADERS)
    api.catch_up()
    then = api.get(f"/v1/projects/cookies?as_of={before['version']}").json
    assert then == before
    named = api.get(f"/v1/projects/cookies?as_of={before['version'] + 1}").json["products"]
    assert [product["name"] for product in named] == ["A"]
    assert api.get("/v1/projects/cookies").json["policy"]["escape_cost"] == 5


def test_a_commit_of_the_timeline_names_its_first_images_as_they_stood_after_it(
    api: Api, cookies: list[str]
) -> None:
    judge(api, cookies[:5], "NG")
    judge(api, cookies[:1], "OK")
    again, bulk = api.get("/v1/streams/dataset-cookies/changes?limit=2").json["items"]
    named = [(image["image_id"], image["verdict"]) for image in again["images"] + bulk["images"]]
    assert named == [(cookies[0], "OK"), *((id, "NG") for id in cookies[:3])]
    assert again["images"][0]["name"] == api.get(f"{IMAGES}/{cookies[0]}").json["name"]


def test_the_timeline_is_filtered_by_person_kind_and_time(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[:1], "NG")
    moment = now()
    api.post(f"{DATASET}/exclusions", {"image_ids": cookies[:1], "reason": "blurred"})

    def found(query: str) -> list[list[str]]:
        items = api.get(f"/v1/streams/dataset-cookies/changes?{query}").json["items"]
        return [list(item["events"]) for item in items]

    assert found("actor=hanako") == [["AnnotationSubmitted"]]
    assert found("event=ImageExcluded") == [["ImageExcluded"]]
    assert found(f"since={moment}") == [["ImageExcluded"]]
    assert found(f"until={moment}&event=ImageExcluded") == []
    assert found(f"actor=hanako&until={moment}&limit=1") == [["AnnotationSubmitted"]]
    assert api.get("/v1/streams/dataset-cookies/changes?since=yesterday").status == 422


def test_a_stream_names_who_appended_to_it(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[:1], "NG")
    judge(api, cookies[1:2], "NG")
    named = [item["actor"] for item in api.get("/v1/streams/dataset-cookies/actors").json["items"]]
    commits = api.get("/v1/streams/dataset-cookies/changes?limit=1000").json["items"]
    assert "hanako" in named
    assert named == sorted({commit["actor"] for commit in commits})
    assert api.get("/v1/streams/dataset-none/actors").status == 404


HEADERS = {"kenpin-actor": "inspector", "content-type": "application/json"}


def test_the_timeline_has_a_line_for_each_commit(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[:3], "NG", "too thin")
    page = api.get("/v1/streams/dataset-cookies/changes?limit=2").json
    newest = page["items"][0]
    named = newest.pop("images")
    assert [(image["image_id"], image["verdict"]) for image in named] == [(id, "NG") for id in cookies[:3]]
    assert newest | {"recorded_at": "", "hash": "", "correlation_id": ""} == {
        "stream": "dataset-cookies",
        "first": 10,
        "last": 12,
        "hash": "",
        "recorded_at": "",
        "clock": None,
        "actor": "hanako",
        "batch_id": None,
        "correlation_id": "",
        "events": {"AnnotationSubmitted": 3},
        "reason": "too thin",
    }
    rest = api.get(f"/v1/streams/dataset-cookies/changes?cursor={page['next_cursor']}").json
    assert [c["first"] for c in page["items"] + rest["items"]] == [10, 2, 1]
    assert [c["last"] for c in api.get("/v1/streams/dataset-cookies/changes?as_of=9").json["items"]] == [9, 1]
    rule = {"counts": "longer than it is wide"}
    api.post("/v1/projects/cookies/defect-classes", {"class_id": "dent", "name": "dent", "rule": rule})
    lines = api.get("/v1/streams/project-cookies/changes").json["items"]
    assert (lines[0]["events"], lines[-1]["events"]) == ({"DefectClassDefined": 1}, {"ProjectCreated": 1})
    assert refused(api.get("/v1/streams/dataset-nope/changes"), 404, "dataset-nope")


def test_suggestions_as_they_were_open(api: Api, cookies: list[str]) -> None:
    from kenpin.bootstrap import platform
    from kenpin.domain.dataset.commands import SuggestCandidates
    from kenpin.domain.dataset.decider import dataset
    from kenpin.domain.dataset.values import Candidate
    from kenpin.domain.event import Context

    ask = SuggestCandidates(
        suggestion_id="s1", policy="p", candidates=tuple(Candidate(id, "diverse") for id in cookies[:2])
    )
    platform().commands.execute(dataset, "cookies", ask, by=Context(actor="kenpin"))
    api.catch_up()
    before = version(api)
    judge(api, cookies[:1], "OK")
    then = api.get(f"{DATASET}/suggestions?as_of={before}").json
    assert ([i["image_id"] for i in then["items"]], then["as_of"]) == (cookies[:2], before)
    assert [i["image_id"] for i in api.get(f"{DATASET}/suggestions").json["items"]] == cookies[1:2]
    assert api.get(f"{DATASET}/suggestions?as_of=1").json["suggestion_id"] is None
    assert (api.get(f"{DATASET}?as_of={before}").json["suggested"], api.get(DATASET).json["suggested"]) == (
        2,
        1,
    )


def test_the_difference_says_what_who_and_why(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[:2], "NG", defects=[{"class_id": "cracked", "box": [0, 0, 10, 10]}])
    before = version(api)
    judge(api, cookies[:1], "NG", defects=[{"class_id": "cracked", "box": [5, 0, 10, 10]}])
    judge(api, cookies[1:2], "OK", "a crumb")
    judge(api, cookies[2:3], "HOLD")
    api.post(f"{DATASET}/exclusions", {"image_ids": cookies[3:4], "reason": "blurred"})
    api.post(f"{DATASET}/splits", {"image_ids": cookies[4:5], "split": "test", "rule": "every fifth"})
    new = api.image(77)
    api.post(IMAGES, {"images": [{"digest": new, "name": "new.png"}]})
    found = diff(api, before, version(api)).json
    items = {item["image_id"]: item for item in found["items"]}
    kinds = [(id, items[id]["kinds"]) for id in items]
    assert kinds == [
        (cookies[0], ["reshaped"]),
        (cookies[1], ["relabelled"]),
        (cookies[2], ["labelled"]),
        (cookies[3], ["excluded"]),
        (cookies[4], ["split"]),
        (new, ["added"]),
    ]
    assert items[cookies[0]]["shapes"] == [
        {"class_id": "cracked", "before": 0, "after": 0, "iou": pytest.approx(1 / 3)}
    ]
    assert (items[cookies[1]]["before"]["verdict"], items[cookies[1]]["after"]["verdict"]) == ("NG", "OK")
    told = {id: [(c["field"], c["by"], c["why"]) for c in items[id]["changes"]] for id in items}
    assert told[cookies[1]] == [("annotation", "hanako", "a crumb")]
    assert told[cookies[3]] == [("excluded", "inspector", "blurred")]
    assert told[cookies[4]] == [("split", "inspector", "every fifth")]
    assert told[new] == [("image", "inspector", "")]
    assert items[new]["before"] is None
    summary = found["summary"]
    assert summary["kinds"] == {
        "added": 1,
        "excluded": 1,
        "labelled": 1,
        "relabelled": 1,
        "reshaped": 1,
        "split": 1,
    }
    assert (summary["before"]["images"], summary["after"]["images"]) == (8, 9)
    assert (summary["before"]["classes"], summary["after"]["classes"]) == ({"cracked": 2}, {"cracked": 1})
    assert summary["complete"]


def test_a_difference_comes_in_pages_and_by_kind(api: Api, cookies: list[str]) -> None:
    before = version(api)
    api.post(f"{DATASET}/splits", {"image_ids": cookies[:5], "split": "train", "rule": "first five"})
    judge(api, cookies[5:], "NG")
    whole = [i["image_id"] for i in diff(api, before, version(api)).json["items"]]
    assert whole == cookies
    paged: list[str] = []
    more = ""
    while True:
        page = diff(api, before, version(api), f"&limit=3{more}").json
        paged += [i["image_id"] for i in page["items"]]
        assert (page["summary"] is None) == bool(more)
        if not page["next_cursor"]:
            break
        more = f"&cursor={page['next_cursor']}"
    assert paged == cookies
    labelled = diff(api, before, version(api), "&kind=labelled&limit=2").json
    assert [i["image_id"] for i in labelled["items"]] == cookies[5:7]
    assert diff(api, before, version(api), "&cursor=eHk").status == 400


def test_a_change_that_was_reversed_is_no_difference(api: Api, cookies: list[str]) -> None:
    before = version(api)
    api.post(f"{DATASET}/exclusions", {"image_ids": cookies[:1], "reason": "blurred"})
    api.post(f"{DATASET}/restorations", {"image_ids": cookies[:1]})
    found = diff(api, before, version(api)).json
    assert (found["items"], found["summary"]["kinds"]) == ([], {})
    assert diff(api, before, before).json["items"] == []
    assert refused(diff(api, version(api), before), 422, "comes after")


def test_everything_is_new_since_the_start(api: Api, cookies: list[str]) -> None:
    found = diff(api, 0, version(api)).json
    assert found["summary"]["kinds"] == {"added": 8}
    assert found["summary"]["before"]["images"] == 0
    assert {tuple(item["kinds"]) for item in found["items"]} == {("added",)}


def test_a_part_in_train_and_in_test_is_a_leak(api: Api, cookies: list[str]) -> None:
    same = {"capture": {"part": "P-1", "lot": "L-1"}}
    ids = [api.image(n) for n in (200, 201, 202)]
    api.post(IMAGES, {"images": [{"digest": id, **same} for id in ids]})
    api.post(f"{DATASET}/splits", {"image_ids": ids[:2], "split": "train", "rule": "r"})
    before = version(api)
    api.post(f"{DATASET}/splits", {"image_ids": ids[2:], "split": "test", "rule": "r"})
    leaks = diff(api, before, version(api)).json["summary"]["leaks"]
    assert leaks == [{"group": "P-1", "train": 2, "test": 1, "image_ids": ids[2:]}]
    assert diff(api, before - 1, before).json["summary"]["leaks"] == []


def test_a_leak_is_one_by_the_group_of_the_dataset(api: Api, cookies: list[str]) -> None:
    parts = [{"part": f"P-{n}", "lot": "L-1"} for n in range(3)]
    ids = [api.image(n) for n in (200, 201, 202)]
    images = [{"digest": id, "capture": part} for id, part in zip(ids, parts, strict=True)]
    api.post(IMAGES, {"images": images})
    before = version(api)
    api.post(f"{DATASET}/splits", {"image_ids": ids[:2], "split": "train", "rule": "r"})
    api.post(f"{DATASET}/splits", {"image_ids": ids[2:], "split": "test", "rule": "r"})
    assert diff(api, before, version(api)).json["summary"]["leaks"] == []
    by_part = version(api)
    body = {"groups": [{"image_ids": ids[1:2], "group": "P-2"}], "reason": "one part"}
    assert api.post(f"{DATASET}/groups", body).status == 201
    found = diff(api, by_part, version(api)).json
    assert found["summary"]["leaks"] == [{"group": "P-2", "train": 1, "test": 1, "image_ids": ids[1:2]}]
    assert [(item["kinds"], item["after"]["group"]) for item in found["items"]] == [(["group"], "P-2")]
    assert [(change["field"], change["why"]) for change in found["items"][0]["changes"]] == [
        ("group", "one part")
    ]
    assert api.post(f"{DATASET}/grouping", {"field": "lot"}, method="PUT").status == 200
    api.post(f"{DATASET}/groups", {"groups": [{"image_ids": ids[1:2], "group": None}], "reason": "no"})
    [leak] = diff(api, before, version(api)).json["summary"]["leaks"]
    assert (leak["group"], leak["train"], leak["test"]) == ("L-1", 2, 1)
