"""Undo through the API: preview, effect, and images that stay because of later decisions."""

import pytest

from kenpin.bootstrap import platform
from kenpin.domain.catalogue import recorded
from tests.functions.conftest import Api, ApiReply

DATASET = "/v1/datasets/cookies"
UNDO = f"{DATASET}/undos"
NO_MARKS = {"was_marks": 0, "becomes_marks": 0}


def judge(api: Api, *image_ids: str, verdict: str = "NG", reason: str = "", **headers: str) -> int:
    body = {"annotations": [{"image_id": id, "verdict": verdict, "reason": reason} for id in image_ids]}
    reply = api.post(f"{DATASET}/annotations", body, **headers)
    assert reply.status == 201
    return int(reply.json["version"])


def verdicts(api: Api, ids: list[str]) -> list[str | None]:
    shown = {i["image_id"]: i["verdict"] for i in api.get(f"{DATASET}/images").json["items"]}
    return [shown.get(id) for id in ids]


def undo(api: Api, **what: object) -> ApiReply:
    return api.post(UNDO, {"reason": "wrong lot", **what}, kenpin_actor="lead")


def test_a_wrong_bulk_label_is_undone_and_later_decisions_stay(api: Api, labelled: list[str]) -> None:
    last = judge(api, *labelled[:6])
    judge(api, labelled[0], verdict="HOLD", reason="look again", kenpin_actor="careful")
    first = last - 3  # two of the six were NG already
    preview = api.get(f"{UNDO}/preview?from_version={first}&to_version={last}").json
    by_image = {item["image_id"]: item for item in preview["items"]}
    assert preview["touched"] == 4
    assert by_image[labelled[1]]["goes_back"] == [
        NO_MARKS | {"respect": "judged", "was": "NG", "becomes": "OK", "by": "inspector"}
    ]
    [stays] = by_image[labelled[0]]["stays"]
    assert (stays["why"], stays["since"], stays["by"]) == ("decided_later", last + 1, "careful")
    done = undo(api, from_version=first, to_version=last)
    assert (done.status, done.json["images"], done.json["kept"]) == (201, 3, 1)
    assert verdicts(api, labelled) == ["HOLD", "OK", "NG", "NG", None, None, None, None]
    image = api.get(f"{DATASET}/images/{labelled[1]}").json
    assert (image["annotation"]["by"], image["revision"]) == ("inspector", done.json["version"])


def test_an_inspector_undoes_their_own_judgements_alone(api: Api, labelled: list[str]) -> None:
    api.grant("aya", "inspector", "cookies")
    theirs = judge(api, labelled[1])
    judge(api, labelled[0], reason="a slip", kenpin_actor="aya", kenpin_batch="slip")
    judge(api, labelled[2], reason="a look", kenpin_actor="aya", kenpin_batch="mixed")
    judge(api, labelled[3], reason="a look", kenpin_batch="mixed")

    def undone_by_aya(**what: object) -> ApiReply:
        return api.post(UNDO, {"reason": "my slip", **what}, kenpin_actor="aya")

    for what in ({"from_version": theirs}, {"batch_id": "mixed"}, {"return_to": "1"}):
        refused = undone_by_aya(**what)
        assert (refused.status, refused.json.get("code")) == (409, "NotOwnJudgements"), (what, refused.json)
    done = undone_by_aya(batch_id="slip")
    assert (done.status, done.json["images"]) == (201, 1), done.json
    assert verdicts(api, labelled[:2]) == ["OK", "NG"]


def test_marks_that_go_are_counted(api: Api, labelled: list[str]) -> None:
    defects = [{"class_id": "cracked", "box": [1, 2, 3, 4]}, {"class_id": "cracked"}]
    said = {"image_id": labelled[0], "verdict": "NG", "defects": defects}
    version = api.post(f"{DATASET}/annotations", {"annotations": [said]}).json["version"]
    [item] = api.get(f"{UNDO}/preview?from_version={version}").json["items"]
    [back] = item["goes_back"]
    assert (back["was_marks"], back["becomes_marks"]) == (1, 0)


def test_of_a_review_the_review_goes_back_and_not_the_judgement(api: Api, labelled: list[str]) -> None:
    review = {"reviews": [{"image_id": labelled[0], "outcome": "accepted"}]}
    version = api.post(f"{DATASET}/reviews", review, kenpin_actor="lead").json["version"]
    [item] = api.get(f"{UNDO}/preview?from_version={version}").json["items"]
    assert item["goes_back"] == [
        NO_MARKS | {"respect": "reviewed", "was": "accepted", "becomes": None, "by": None}
    ]
    done = undo(api, from_version=version).json
    [item] = api.get(f"{UNDO}/preview?batch_id={done['undo_id']}").json["items"]
    assert item["goes_back"] == [
        NO_MARKS | {"respect": "reviewed", "was": None, "becomes": "accepted", "by": None}
    ]
    links = api.get(f"{DATASET}/images/{labelled[0]}/decisions").json["links"]
    [link] = [link for link in links if link["kind"] == "reverted"]
    assert (link["outcome"], link["was"], link["becomes"]) == ("reviewed", "accepted", None)


def test_an_undo_is_repeated_safely_and_undone_by_its_batch(api: Api, labelled: list[str]) -> None:
    version = judge(api, labelled[4])
    first, again = undo(api, from_version=version), undo(api, from_version=version)
    assert (first.json["images"], again.json["images"], again.json["kept"]) == (1, 0, 0)
    assert verdicts(api, labelled[4:5]) == [None]
    back = undo(api, batch_id=first.json["undo_id"])
    assert back.json["images"] == 1
    assert verdicts(api, labelled[4:5]) == ["NG"]
    listed = api.get(UNDO).json["items"]
    assert [(r["images"], r["reverted_by"]) for r in listed] == [(1, "lead"), (1, "lead")]


def test_a_batch_of_several_requests_is_undone_as_one(api: Api, cookies: list[str]) -> None:
    for id in cookies[:3]:
        judge(api, id, kenpin_batch="tuesday")
    judge(api, cookies[3])
    assert undo(api, batch_id="tuesday").json["images"] == 3
    assert verdicts(api, cookies[:4]) == [None, None, None, "NG"]


def test_an_import_is_undone_by_taking_its_images_out(api: Api, cookies: list[str]) -> None:
    new = [api.image(n) for n in (50, 51)]
    images = [{"digest": id, "split": "test"} for id in new]
    api.post(f"{DATASET}/images", {"images": images}, kenpin_batch="folder-2")
    judge(api, new[1])
    assert undo(api, batch_id="folder-2").json["images"] == 1
    out, kept = (api.get(f"{DATASET}/images/{id}").json for id in new)
    assert (out["excluded"], out["split"], kept["excluded"]) == ("wrong lot", "test", None)


def test_an_event_is_undone_by_its_name(api: Api, cookies: list[str]) -> None:
    reply = api.post(f"{DATASET}/exclusions", {"image_ids": [cookies[0]], "reason": "blurred"})
    assert undo(api, event_id=f"dataset-cookies@{reply.json['version']}").json["images"] == 1
    assert api.get(f"{DATASET}/images/{cookies[0]}").json["excluded"] is None


def test_the_version_of_a_tag_comes_back_and_what_came_in_since_stays(api: Api, labelled: list[str]) -> None:
    api.post(f"{DATASET}/tags", {"name": "good"})
    judge(api, *labelled[:2])
    api.post(f"{DATASET}/splits", {"image_ids": labelled[4:6], "split": "train", "rule": "r"})
    api.post(f"{DATASET}/splits", {"image_ids": labelled[6:7], "split": "test", "rule": "r"})
    new = api.image(60)
    api.post(f"{DATASET}/images", {"images": [{"digest": new}]})
    preview = api.get(f"{UNDO}/preview?return_to=good").json
    whys = {stays["why"] for item in preview["items"] for stays in item["stays"]}
    assert whys == {"protected_test", "registered_later"}
    done = api.post(UNDO, {"return_to": "good", "reason": "the day's work was under the old standard"})
    assert (done.json["images"], done.json["kept"]) == (4, 2)
    assert verdicts(api, [*labelled, new]) == ["OK", "OK", "NG", "NG", None, None, None, None, None]
    [fact] = [
        fact
        for c in platform().events.holding("dataset-cookies", [done.json["version"]])
        for fact in recorded(c)
    ]
    assert fact.context.batch_id == done.json["undo_id"]


def test_a_large_undo_goes_on_where_it_stopped(
    api: Api, cookies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.api.undo.commands.SECONDS", -1)
    monkeypatch.setattr("kenpin.application.undo.PAGE", 3)
    last = judge(api, *cookies)
    what = {"from_version": last - 7, "to_version": last}
    done = undo(api, **what).json
    counts = [done["images"]]
    while done["next_cursor"]:
        done = undo(api, **what, cursor=done["next_cursor"], undo_id=done["undo_id"]).json
        counts.append(done["images"])
    assert counts == [3, 3, 2, 0]
    assert undo(api, batch_id=done["undo_id"]).json["images"] == 3


@pytest.mark.parametrize(
    ("what", "status", "says"),
    [
        ({"from_version": 1}, 409, "version 1 changed no image"),
        ({"event_id": "dataset-cookies@10"}, 409, "tags, windows, suggestions, field returns"),
        ({"from_version": 2, "to_version": 99}, 404, "which ends at 10"),
        ({"from_version": 3, "to_version": 2}, 404, "versions 3 to 2"),
        ({"event_id": "dataset-other@2"}, 404, "no event of dataset cookies"),
        ({"batch_id": "nothing"}, 404, "has no batch nothing"),
        ({"batch_id": "b", "from_version": 2}, 422, "name one thing to undo"),
        ({}, 422, "name one thing to undo"),
    ],
)
def test_an_impossible_undo_is_refused(
    api: Api, cookies: list[str], what: dict[str, object], status: int, says: str
) -> None:
    api.post(f"{DATASET}/tags", {"name": "v1"})
    reply = undo(api, **what)
    assert (reply.status, says in reply.json["detail"]) == (status, True), reply.json
    query = "&".join(f"{name}={value}" for name, value in what.items())
    assert api.get(f"{UNDO}/preview?{query}").status == status


@pytest.mark.parametrize(("to", "status"), [("v2", 404), ("99", 404), ("10", 409)])
def test_a_version_that_is_not_there_cannot_come_back(
    api: Api, cookies: list[str], to: str, status: int
) -> None:
    api.post(f"{DATASET}/tags", {"name": "v1"})
    assert api.post(UNDO, {"return_to": to, "reason": "r"}).status == status
    assert api.get(f"{UNDO}/preview?return_to={to}").status == status


def test_a_batch_needs_a_plain_name(api: Api, cookies: list[str]) -> None:
    body = {"annotations": [{"image_id": cookies[0], "verdict": "OK"}]}
    reply = api.post(f"{DATASET}/annotations", body, kenpin_batch="Tuesday!")
    assert (reply.status, "Kenpin-Batch" in reply.json["detail"]) == (400, True)


def erase(api: Api, *image_ids: str) -> int:
    reply = api.post(f"{DATASET}/erasures", {"image_ids": list(image_ids), "reason": "a face"})
    assert reply.status == 201
    return int(reply.json["version"])


def test_an_erasure_is_never_undone_though_what_was_said_goes_back(api: Api, cookies: list[str]) -> None:
    api.post(f"{DATASET}/tags", {"name": "good"})
    judged = judge(api, *cookies[:2])
    erased = erase(api, cookies[0])
    kept = {"respect": "excluded", "why": "erased", "since": erased, "by": "inspector"}
    for what in (f"from_version={erased}", f"event_id=dataset-cookies@{erased}"):
        [item] = api.get(f"{UNDO}/preview?{what}").json["items"]
        assert item["goes_back"] == []
        [stays] = item["stays"]
        assert kept.items() <= stays.items()
        name, _, value = what.partition("=")
        done = undo(api, **{name: value})
        assert (done.json["images"], done.json["kept"], done.json["version"]) == (0, 1, erased)
    done = undo(api, from_version=judged - 1, to_version=erased)
    assert (done.json["images"], done.json["kept"]) == (2, 1)
    assert api.post(UNDO, {"return_to": "good", "reason": "r"}).json["kept"] == 1
    [image] = api.get(f"{DATASET}/images?excluded=true").json["items"]
    assert (image["image_id"], image["excluded"], image["verdict"]) == (cookies[0], "a face", None)
