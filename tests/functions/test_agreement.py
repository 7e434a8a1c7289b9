"""Agreement tasks through the API: blind while they are open, figures once they are closed."""

import pytest

from tests.functions.conftest import Api, ApiReply

TASKS = "/v1/datasets/cookies/agreement-tasks"
ANNOTATIONS = "/v1/datasets/cookies/annotations"
PANEL = {"hanako": ["NG", "NG", "OK", "OK"], "taro": ["NG", "OK", "OK", "HOLD"]}


def ask(api: Api, path: str, actor: str = "lead") -> ApiReply:
    return api.send("GET", path, None, {"kenpin-actor": actor})


def answer(api: Api, image_id: str, verdict: str, actor: str, *classes: str) -> ApiReply:
    body = {"image_id": image_id, "verdict": verdict, "defect_classes": classes}
    return api.post(f"{TASKS}/t1/answers", body, kenpin_actor=actor)


@pytest.fixture
def task(api: Api, cookies: list[str]) -> list[str]:
    """A task on four images for hanako and taro, of images that somebody has judged."""
    judged = [{"image_id": id, "verdict": "NG"} for id in cookies[:4]]
    api.post(ANNOTATIONS, {"annotations": judged})
    body = {"task_id": "t1", "image_ids": cookies[:4], "people": ["hanako", "taro"], "note": "cracks"}
    reply = api.post(TASKS, body, kenpin_actor="lead")
    assert (reply.status, reply.json["id"]) == (201, "t1")
    return cookies[:4]


@pytest.fixture
def closed(api: Api, task: list[str]) -> list[str]:
    for person, verdicts in PANEL.items():
        for id, verdict in zip(task, verdicts, strict=True):
            assert answer(api, id, verdict, person).status == 201
    assert api.post(f"{TASKS}/t1/closure", {"reason": "all are through"}).status == 201
    return task


def test_a_task_waits_for_its_people_until_they_have_answered_all(api: Api, task: list[str]) -> None:
    def waiting(actor: str) -> int:
        (of_cookies,) = ask(api, "/v1/waiting", actor).json["items"]
        count: int = of_cookies["agreement"]
        return count

    for id in task:
        assert waiting("hanako") == 1
        answer(api, id, "NG", "hanako")
    assert (waiting("hanako"), waiting("taro"), waiting("lead")) == (0, 1, 0)
    api.post(f"{TASKS}/t1/closure", {"reason": "enough"})
    assert waiting("taro") == 0


def test_whoever_is_asked_sees_images_and_own_answers_only(api: Api, task: list[str]) -> None:
    answer(api, task[0], "NG", "hanako", "cracked")
    mine = ask(api, f"{TASKS}/t1/images", "hanako").json["items"]
    assert [(i["image_id"], i["verdict"], i["defect_classes"]) for i in mine] == [
        (task[0], "NG", ["cracked"]),
        *((id, None, []) for id in task[1:]),
    ]
    theirs = ask(api, f"{TASKS}/t1/images", "taro").json["items"]
    assert {i["verdict"] for i in theirs} == {None}
    keys = {"image_id", "name", "width", "height", "image_url", "shown_url"}
    keys |= {"thumbnail_url", "verdict", "defect_classes"}
    assert set(theirs[0]) == keys


def test_while_it_is_open_only_progress_is_told(api: Api, task: list[str]) -> None:
    answer(api, task[0], "NG", "hanako")
    answer(api, task[0], "OK", "hanako")
    (told,) = ask(api, TASKS).json["items"]
    assert told["progress"] == [{"person": "hanako", "done": 1}, {"person": "taro", "done": 0}]
    assert (told["images"], told["closed"], told["note"], told["opened_by"]) == (4, False, "cracks", "lead")
    result = ask(api, f"{TASKS}/t1/result")
    assert (result.status, result.json["code"]) == (409, "StillBlind")
    history = ask(api, f"/v1/datasets/cookies/images/{task[0]}/history").json["items"]
    assert [event["type"] for event in history] == ["ImageRegistered", "AnnotationSubmitted"]


def test_an_answer_leaves_the_image_as_it_is(api: Api, task: list[str]) -> None:
    before = api.get(f"/v1/datasets/cookies/images/{task[0]}").json
    answer(api, task[0], "OK", "hanako")
    after = api.get(f"/v1/datasets/cookies/images/{task[0]}").json
    assert (after["verdict"], after["revision"]) == ("NG", before["revision"])


def test_only_those_who_are_asked_answer_with_classes_of_the_book(api: Api, task: list[str]) -> None:
    assert answer(api, task[0], "NG", "jiro").json["code"] == "NotAsked"
    assert answer(api, task[0], "NG", "hanako", "dent").json["code"] == "NoSuchClass"
    assert answer(api, "f" * 64, "NG", "hanako").json["code"] == "NotInTask"
    assert ask(api, f"{TASKS}/t2").status == 404
    assert api.post(f"{TASKS}/t2/closure", {}).json["code"] == "NoSuchTask"


def test_a_task_open_to_anybody_takes_as_many_as_it_has_places(api: Api, cookies: list[str]) -> None:
    api.post(TASKS, {"task_id": "t1", "image_ids": cookies[:2], "open_to": 2})
    for person, status in (("hanako", 201), ("taro", 201), ("jiro", 409), ("taro", 201)):
        assert answer(api, cookies[1 if status == 201 else 0], "OK", person).status == status


def test_the_result_has_figures_and_puts_least_agreement_first(api: Api, closed: list[str]) -> None:
    result = ask(api, f"{TASKS}/t1/result").json
    assert [i["image_id"] for i in result["images"]] == [closed[1], closed[3], closed[0], closed[2]]
    assert [i["agreement"] for i in result["images"]] == [0.0, 0.0, 1.0, 1.0]
    (pair,) = result["pairs"]
    assert (pair["first"], pair["second"], pair["images"], pair["same"]) == ("hanako", "taro", 4, 2)
    assert pair["kappa"] == pytest.approx(0.2)
    assert result["fleiss"] == pytest.approx(1 - 0.5 / (1 - (9 + 16 + 1) / 64))
    assert result["without_truth"] == 4
    assert {p["missed"]["whole"] for p in result["people"]} == {0}
    answers = {a["person"]: a["verdict"] for a in result["images"][0]["answers"]}
    assert answers == {"hanako": "NG", "taro": "OK"}


def test_people_are_measured_against_what_is_accepted(api: Api, closed: list[str]) -> None:
    accept = {"reviews": [{"image_id": id, "outcome": "accepted"} for id in closed[:2]]}
    api.post("/v1/datasets/cookies/reviews", accept, kenpin_actor="lead")
    before = ask(api, f"{TASKS}/t1/result").json["as_of"]
    settle = {"image_id": closed[2], "verdict": "OK", "reason": "settled by agreement task t1"}
    api.post(ANNOTATIONS, {"annotations": [settle]}, kenpin_actor="lead")
    accept = {"reviews": [{"image_id": closed[2], "outcome": "accepted"}]}
    api.post("/v1/datasets/cookies/reviews", accept, kenpin_actor="qa")
    result = ask(api, f"{TASKS}/t1/result").json
    hanako, taro = result["people"]
    assert (hanako["missed"]["part"], hanako["missed"]["whole"]) == (0, 2)
    assert (taro["missed"]["part"], taro["missed"]["whole"], taro["missed"]["rate"]) == (1, 2, 0.5)
    assert taro["missed"]["low"] == pytest.approx(0.0945, abs=1e-4)
    assert (taro["false_alarms"]["whole"], taro["holds"]) == (1, 1)
    assert result["without_truth"] == 1
    assert ask(api, f"{TASKS}/t1/result?as_of={before}").json["without_truth"] == 2


def test_a_closed_task_takes_no_more_and_says_who_closed_it(api: Api, closed: list[str]) -> None:
    reply = answer(api, closed[0], "OK", "hanako")
    assert (reply.status, reply.json["code"]) == (409, "TaskIsClosed")
    told = ask(api, f"{TASKS}/t1").json
    assert (told["closed"], told["closed_by"], told["close_reason"]) == (
        True,
        "inspector",
        "all are through",
    )
    opened = ask(api, f"{TASKS}/t1?as_of={told['version']}").json
    assert (opened["closed"], opened["closed_by"]) == (False, None)


def test_a_task_asks_two_people_at_least(api: Api, cookies: list[str]) -> None:
    reply = api.post(TASKS, {"image_ids": cookies[:1], "people": ["hanako"]})
    assert reply.status == 422
    assert "two people at least" in reply.json["detail"]


def test_tasks_page_newest_first(api: Api, cookies: list[str]) -> None:
    for id in ("t1", "t2", "t3"):
        api.post(TASKS, {"task_id": id, "image_ids": cookies[:1], "open_to": 2})
    first = ask(api, f"{TASKS}?limit=2").json
    rest = ask(api, f"{TASKS}?limit=2&cursor={first['next_cursor']}").json
    assert [t["task_id"] for t in first["items"] + rest["items"]] == ["t3", "t2", "t1"]


EVENTS = "/v1/streams/dataset-cookies/events"
COMMITS = "/v1/streams/dataset-cookies/commits"


def answers_in(reply: ApiReply) -> list[dict[str, object]]:
    items = [i for i in reply.json["items"] if i["type"] == "BlindJudgementSubmitted"]
    return [{**i["data"], "withheld": i["withheld"]} for i in items]


def test_history_does_not_tell_who_is_asked_what_others_said_until_it_is_closed(
    api: Api, task: list[str]
) -> None:
    for person in PANEL:
        api.grant(person, "inspector", "cookies")
        answer(api, task[0], "NG", person, "cracked")
    blind, open_ = {"task_id": "t1", "image_id": task[0]}, {"verdict": "NG", "defect_classes": ["cracked"]}
    theirs = {**blind, "person": "taro", "withheld": True}
    own = {**blind, **open_, "person": "hanako", "withheld": False}
    assert answers_in(ask(api, EVENTS, "hanako")) == [own, theirs]
    assert ask(api, f"{EVENTS}?as_of=1", "hanako").status == 200
    reads = (COMMITS, "/v1/proof/rows/dataset-cookies?version=1")
    assert {ask(api, path, "hanako").status for path in reads} == {403}
    assert "cracked" not in str(ask(api, "/v1/streams/dataset-cookies/changes", "hanako").json)
    for read in ("history", "decisions"):
        shown = ask(api, f"/v1/datasets/cookies/images/{task[0]}/{read}", "hanako").json
        assert "taro" not in str(shown), read
    assert api.post(f"{TASKS}/t1/closure", {}).status == 201
    assert [a["verdict"] for a in answers_in(ask(api, EVENTS, "hanako"))] == ["NG", "NG"]


def test_an_auditor_sees_answers_as_they_are_given(api: Api, task: list[str]) -> None:
    answer(api, task[0], "NG", "taro")
    api.grant("hajime", "auditor", "cookies")
    [seen] = answers_in(ask(api, EVENTS, "hajime"))
    assert (seen["verdict"], seen["withheld"]) == ("NG", False)
    assert ask(api, COMMITS, "hajime").status == 200
