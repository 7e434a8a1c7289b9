"""Re-adjudication through the API: a list is worked off, and the summary shows the changes."""

import pytest

from kenpin.bootstrap import platform
from kenpin.domain.dataset.commands import RequestReadjudication
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import BorderCase, Cause
from kenpin.domain.event import Context
from tests.functions.conftest import Api

DATASET = "/v1/datasets/cookies"
QUEUES = f"{DATASET}/readjudications"
SPLIT = Cause("class_retired", "split in two", by="qa-lead")
ASKED = Cause("asked", "", by="qa-lead")
SAMPLE = Cause("sample_approved", "5.2 mm", by="qa-lead")


def judge(
    api: Api, image_id: str, verdict: str, *class_ids: str, by: str = "hanako", reason: str = ""
) -> int:
    judged = {
        "image_id": image_id,
        "verdict": verdict,
        "defects": [{"class_id": class_id} for class_id in class_ids],
        "seconds_spent": 2.0,
        "reason": reason,
    }
    reply = api.post(f"{DATASET}/annotations", {"annotations": [judged]}, kenpin_actor=by)
    assert reply.status == 201, reply.json
    return int(reply.json["version"])


def ask(
    api: Api,
    *image_ids: str,
    id: str = "r1",
    sample_id: str | None = None,
    cause: Cause = SPLIT,
) -> int:
    """As the job does, when a class was split in two."""
    revision = api.get("/v1/projects/cookies").json["label_book_revision"]
    command = RequestReadjudication(
        readjudication_id=id,
        cause=cause,
        class_id="cracked",
        label_book_revision=revision,
        items=tuple(BorderCase(image_id, "class_revised", distance=0.1) for image_id in image_ids),
        sample_id=sample_id,
    )
    appended = platform().commands.execute(dataset, "cookies", command, by=Context(actor="trainer"))
    api.catch_up()
    return appended.version


@pytest.fixture
def split(api: Api, cookies: list[str]) -> list[str]:
    """Five cracked cookies, and then the class is split in two."""
    for image_id in cookies[:5]:
        judge(api, image_id, "NG", "cracked")
    for class_id in ("rim-crack", "through-crack"):
        api.post("/v1/projects/cookies/defect-classes", {"class_id": class_id, "name": class_id})
    api.post("/v1/projects/cookies/defect-classes/cracked/retirement", {"reason": "split in two"})
    ask(api, *cookies[:5])
    return cookies


def open_ones(api: Api, id: str = "r1", query: str = "") -> list[str]:
    page = api.get(f"{QUEUES}/{id}/items?{query}").json
    return [item["image"]["image_id"] for item in page["items"]]


def test_a_queue_shows_why_each_decision_is_in_question(api: Api, split: list[str]) -> None:
    (queue,) = api.get(QUEUES).json["items"]
    assert (queue["open"], queue["size"], queue["class_id"]) == (5, 5, "cracked")
    (waiting,) = api.get("/v1/waiting").json["items"]
    assert waiting["readjudication"] == 5
    assert (queue["cause"]["text"], queue["cause"]["by"]) == ("split in two", "qa-lead")
    first, *_ = api.get(f"{QUEUES}/r1/items?limit=2").json["items"]
    assert (first["reason"], first["distance"], first["old_verdict"]) == ("class_revised", 0.1, "NG")
    assert first["old_classes"] == ["cracked"]
    assert first["image"]["image_id"] == split[0] and first["image"]["thumbnail_url"]


def test_items_are_paged_in_order(api: Api, split: list[str]) -> None:
    page = api.get(f"{QUEUES}/r1/items?limit=3").json
    assert open_ones(api, query=f"limit=3&cursor={page['next_cursor']}") == split[3:5]


def test_a_new_judgement_closes_its_item_and_the_summary_counts_it(api: Api, split: list[str]) -> None:
    judge(api, split[0], "NG", "rim-crack")
    judge(api, split[1], "NG", "rim-crack")
    judge(api, split[2], "NG", "through-crack", by="taro", reason="ui:readjudicated")
    judge(api, split[3], "OK")
    api.post(f"{DATASET}/exclusions", {"image_ids": [split[4]], "reason": "blurred"})
    assert open_ones(api) == []
    summary = api.get(f"{QUEUES}/r1").json
    assert [summary[k] for k in ("open", "kept", "changed", "gone")] == [0, 0, 4, 1]
    assert summary["changes"][0] == {
        "old_verdict": "NG",
        "old_classes": ["cracked"],
        "new_verdict": "NG",
        "new_classes": ["rim-crack"],
        "images": 2,
    }
    assert {c["class_id"]: (c["kept"], c["gained"], c["lost"]) for c in summary["classes"]} == {
        "cracked": (0, 0, 4),
        "rim-crack": (0, 2, 0),
        "through-crack": (0, 1, 0),
    }
    assert summary["seconds_spent"] == 8.0 and summary["seconds_taken"] > 0
    closed = api.get(f"{QUEUES}/r1/items?state=closed").json["items"]
    assert [(i["outcome"], i["answered_by"]) for i in closed[2:]] == [
        ("changed", "taro"),
        ("changed", "hanako"),
        ("excluded", "inspector"),
    ]


def test_the_same_verdict_under_the_new_standard_keeps_the_decision(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0], "OK")
    api.post("/v1/projects/cookies/label-book", {"rules": "In doubt: hold."}, "PUT")
    ask(api, cookies[0])
    judge(api, cookies[0], "OK")
    summary = api.get(f"{QUEUES}/r1").json
    assert (summary["kept"], summary["changed"], summary["open"]) == (1, 0, 0)


def test_a_judgement_taken_back_closes_its_item(api: Api, split: list[str]) -> None:
    api.post(f"{DATASET}/withdrawals", {"images": [{"image_id": split[0]}], "reason": "a wrong part"})
    assert open_ones(api) == split[1:5]
    assert api.get(f"{QUEUES}/r1").json["gone"] == 1


def test_the_queue_as_of_a_version_is_as_it_was(api: Api, split: list[str]) -> None:
    before = api.get(QUEUES).json["as_of"]
    judge(api, split[0], "OK")
    assert open_ones(api, query=f"as_of={before}") == split[:5]
    then = api.get(f"{QUEUES}/r1/items?as_of={before}").json["items"][0]
    assert (then["outcome"], then["image"]["verdict"]) == (None, "NG")
    assert api.get(f"{QUEUES}/r1?as_of={before}").json["open"] == 5
    assert api.get(f"{QUEUES}/r1?as_of={before - 1}").status == 404
    assert api.get(QUEUES + f"?as_of={before - 1}").json["items"] == []


def test_a_later_request_about_the_same_takes_the_place_of_what_is_open(api: Api, split: list[str]) -> None:
    ask(api, split[0], id="about-a-sample", sample_id="s1", cause=SAMPLE)
    judge(api, split[1], "OK")
    ask(api, split[0], id="r2", cause=ASKED)
    assert (open_ones(api), open_ones(api, "r2")) == ([], [split[0]])
    assert open_ones(api, "about-a-sample") == [split[0]]
    ask(api, split[0], id="r3")
    assert (open_ones(api, "r2"), open_ones(api, "about-a-sample")) == ([], [])
    first = api.get(f"{QUEUES}/r1").json
    assert (first["changed"], first["gone"]) == (1, 4)
    judge(api, split[0], "OK")
    assert open_ones(api, "r3") == []


def test_there_is_no_queue_of_that_name(api: Api, cookies: list[str]) -> None:
    assert api.get(QUEUES).json["items"] == []
    assert api.get(f"{QUEUES}/nothing").status == 404
    assert api.get(f"{QUEUES}/nothing/items").status == 404
    assert api.get("/v1/datasets/nowhere/readjudications").status == 404
