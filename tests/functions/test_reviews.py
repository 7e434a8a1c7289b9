"""Reviews through the API: the queue, returned annotations, rights, and images that training leaves out."""

import pytest

from kenpin.bootstrap import platform
from kenpin.domain.catalogue import events_in
from kenpin.domain.dataset.commands import SuggestCandidates
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.values import Candidate
from kenpin.domain.event import Context
from kenpin.domain.run.events import RunRequested
from tests.functions.conftest import Api, ApiReply

ANNOTATIONS = "/v1/datasets/cookies/annotations"
REVIEWS = "/v1/datasets/cookies/reviews"
IMAGES = "/v1/datasets/cookies/images"


def ask(api: Api, path: str, actor: str = "lead") -> ApiReply:
    return api.send("GET", path, None, {"kenpin-actor": actor})


def judge(api: Api, image_id: str, verdict: str = "NG", actor: str = "hanako", reason: str = "") -> None:
    body = {"annotations": [{"image_id": image_id, "verdict": verdict, "reason": reason}]}
    assert api.post(ANNOTATIONS, body, kenpin_actor=actor).status == 201


def review(
    api: Api,
    *image_ids: str,
    actor: str = "lead",
    outcome: str = "accepted",
    more: dict[str, object] | None = None,
) -> ApiReply:
    given = [{"image_id": id, "outcome": outcome, **(more or {})} for id in image_ids]
    return api.post(REVIEWS, {"reviews": given}, kenpin_actor=actor)


def two_people(api: Api, asked: bool = True) -> None:
    body = {"two_person": asked, "reason": "the customer asks for it"}
    assert api.post("/v1/projects/cookies/review-policy", body, method="PUT").status == 200


def waiting(api: Api, query: str = "", actor: str = "lead") -> list[str]:
    return [item["image"]["image_id"] for item in ask(api, f"{REVIEWS}{query}", actor).json["items"]]


def test_annotations_wait_oldest_first_until_somebody_reviews_them(api: Api, cookies: list[str]) -> None:
    for id in (cookies[2], cookies[0], cookies[1]):
        judge(api, id)
    assert waiting(api) == [cookies[2], cookies[0], cookies[1]]
    assert review(api, cookies[0]).status == 201
    assert waiting(api) == [cookies[2], cookies[1]]
    judge(api, cookies[0], "HOLD", actor="taro", reason="look at the rim")
    assert waiting(api) == [cookies[2], cookies[1], cookies[0]]
    assert waiting(api, "?verdict=HOLD") == [cookies[0]]
    assert waiting(api, "?author=hanako") == [cookies[2], cookies[1]]
    assert waiting(api, "?not_mine=true", actor="hanako") == [cookies[0]]


def test_the_queue_pages_and_shows_how_it_was(api: Api, cookies: list[str]) -> None:
    for id in cookies[:4]:
        judge(api, id)
    first = ask(api, f"{REVIEWS}?limit=3").json
    assert waiting(api, f"?limit=3&cursor={first['next_cursor']}") == [cookies[3]]
    before = first["as_of"]
    review(api, *cookies[:4])
    assert waiting(api) == []
    assert waiting(api, f"?as_of={before}") == cookies[:4]
    assert ask(api, f"{REVIEWS}?cursor=bm8").status == 400


def test_first_comes_what_the_model_contradicts_most(api: Api, cookies: list[str]) -> None:
    scores = {cookies[0]: 0.9, cookies[1]: 0.2, cookies[2]: 0.5}
    asked = tuple(Candidate(id, "uncertain", score) for id, score in scores.items())
    suggest = SuggestCandidates(suggestion_id="s1", policy="uncertain@1", candidates=asked)
    platform().commands.execute(dataset, "cookies", suggest, by=Context(actor="trainer"))
    api.catch_up()
    for id, verdict in zip(cookies[:4], ("OK", "OK", "NG", "NG"), strict=False):
        judge(api, id, verdict)
    assert waiting(api, "?order=doubtful") == [cookies[0], cookies[2], cookies[1]]
    first = ask(api, f"{REVIEWS}?order=doubtful&limit=2").json
    assert first["items"][0]["why"] == {"reason": "uncertain", "score": 0.9}
    assert waiting(api, f"?order=doubtful&limit=2&cursor={first['next_cursor']}") == [cookies[1]]
    assert ask(api, REVIEWS).json["items"][3]["why"] is None
    assert waiting(api, f"?order=doubtful&as_of={first['as_of']}") == [cookies[0], cookies[2], cookies[1]]


def test_a_returned_annotation_names_the_confused_classes_to_its_author(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0])
    said: dict[str, object] = {"reason": "look at the rim again", "confused": ["cracked", "burnt"]}
    assert review(api, cookies[0], outcome="returned", more=said).status == 201
    (item,) = ask(api, f"{REVIEWS}/returned", "hanako").json["items"]
    assert (item["by"], item["reason"], item["confused"]) == ("lead", said["reason"], said["confused"])
    assert ask(api, f"{REVIEWS}/returned", "taro").json["items"] == []
    counts = ask(api, f"{REVIEWS}/counts", "hanako").json
    assert counts["returned_to_me"] == 1
    own = "/v1/datasets/cookies/images?review=returned&person="
    assert [image["image_id"] for image in ask(api, f"{own}hanako").json["items"]] == [cookies[0]]
    assert ask(api, f"{own}taro").json["items"] == []
    judge(api, cookies[0])
    assert ask(api, f"{REVIEWS}/returned", "hanako").json["items"] == []
    assert waiting(api) == [cookies[0]]


def test_the_counters_say_how_much_there_is(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0])
    judge(api, cookies[1], actor="lead")
    counts = ask(api, f"{REVIEWS}/counts").json
    assert (counts["waiting"], counts["own"], counts["returned_to_me"]) == (2, 1, 0)
    assert counts["oldest"] is not None
    assert (counts["two_person"], counts["left_out"]) == (False, None)


def test_what_waits_for_a_person_is_one_answer_for_all_datasets(api: Api, cookies: list[str]) -> None:
    def counts(actor: str) -> tuple[int, int]:
        (of_cookies,) = ask(api, "/v1/waiting", actor).json["items"]
        assert (of_cookies["dataset_id"], of_cookies["readjudication"]) == ("cookies", 0)
        return of_cookies["review"], of_cookies["returned"]

    for id, actor in ((cookies[0], "hanako"), (cookies[1], "hanako"), (cookies[2], "lead")):
        judge(api, id, actor=actor)
    review(api, cookies[0], outcome="returned", more={"reason": "a stain"})
    assert (counts("lead"), counts("hanako")) == ((2, 0), (2, 1))
    two_people(api)
    assert (counts("lead"), counts("hanako")) == ((1, 0), (1, 1))


def test_nothing_is_returned_without_a_reason(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0])
    reply = review(api, cookies[0], outcome="returned")
    assert reply.status == 422
    assert "say what to look at again" in reply.json["detail"]


def test_reviews_are_all_or_nothing(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0])
    reply = review(api, cookies[0], cookies[1])
    assert (reply.status, reply.json["code"]) == (409, "NothingToReview")
    assert waiting(api) == [cookies[0]]


def test_a_review_of_what_somebody_judged_anew_is_a_conflict(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0])
    seen = api.get(f"{IMAGES}/{cookies[0]}").json["revision"]
    judge(api, cookies[0], "OK", actor="taro", reason="a crumb")
    for asked in (False, True):
        two_people(api, asked)
        reply = review(api, cookies[0], more={"revision": seen})
        assert (reply.status, reply.json["conflicts"][0]["image_id"]) == (409, cookies[0])


def test_overriding_an_accepted_judgement_is_refused_without_a_reason(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0])
    assert review(api, cookies[0]).status == 201
    for actor in ("hanako", "taro"):
        body = {"annotations": [{"image_id": cookies[0], "verdict": "OK"}]}
        refused = api.post(ANNOTATIONS, body, kenpin_actor=actor)
        assert (refused.status, refused.json["code"]) == (409, "OverrideNeedsReason")
        assert "has an accepted judgement" in refused.json["detail"]
    withdrawal = {"images": [{"image_id": cookies[0]}]}
    assert api.post("/v1/datasets/cookies/withdrawals", withdrawal, kenpin_actor="hanako").status == 409
    judge(api, cookies[0], "OK", actor="taro", reason="a crumb")
    assert api.get(f"{IMAGES}/{cookies[0]}").json["verdict"] == "OK"


def test_with_two_people_nobody_reviews_their_own(api: Api, cookies: list[str]) -> None:
    judge(api, cookies[0])
    two_people(api)
    assert api.get("/v1/projects/cookies").json["two_person"] is True
    reply = review(api, cookies[0], actor="hanako")
    assert (reply.status, reply.json["code"]) == (409, "OwnAnnotation")
    judge(api, cookies[0], "OK", actor="taro", reason="a crumb")
    assert review(api, cookies[0], actor="taro").status == 409
    assert review(api, cookies[0], actor="hanako").status == 201


def test_a_project_shows_its_review_policy_and_its_common_reasons(api: Api, cookies: list[str]) -> None:
    project = api.get("/v1/projects/cookies").json
    assert (project["hide_verdict"], project["judgement_reasons"]) == (False, [])
    hidden = {"two_person": False, "hide_verdict": True}
    assert api.post("/v1/projects/cookies/review-policy", hidden, method="PUT").status == 200
    reasons = {"reasons": ["at the limit", "out of focus"]}
    assert api.post("/v1/projects/cookies/judgement-reasons", reasons, method="PUT").status == 200
    project = api.get("/v1/projects/cookies").json
    assert (project["hide_verdict"], project["judgement_reasons"]) == (True, reasons["reasons"])


def test_with_two_people_training_takes_what_is_accepted(api: Api, labelled: list[str]) -> None:
    judge(api, labelled[4], "OK", actor="hanako")
    judge(api, labelled[5], "HOLD", actor="hanako")
    two_people(api)
    few = api.post("/v1/runs", {"dataset_id": "cookies"})
    assert (few.status, few.json["code"]) == (409, "TooFewAccepted")
    assert "0 OK and 0 NG are accepted, and 5 judged ones are not" in few.json["detail"]
    assert review(api, *labelled[:4]).status == 201
    assert api.get(f"{REVIEWS}/counts?left_out=true").json["left_out"] == 1
    queued = api.post("/v1/runs", {"dataset_id": "cookies"})
    assert (queued.status, queued.json["accepted_only"], queued.json["left_out"]) == (202, True, 1)
    run = api.get(f"/v1/runs/{queued.json['id']}").json
    assert (run["accepted_only"], run["left_out"]) == (True, 1)


def test_without_the_policy_training_takes_what_was_not_returned(api: Api, labelled: list[str]) -> None:
    assert api.get(f"{REVIEWS}/counts?left_out=true").json["left_out"] == 0
    queued = api.post("/v1/runs", {"dataset_id": "cookies"}).json
    assert (queued["accepted_only"], queued["left_out"]) == (False, 0)
    (commit,) = platform().events.read(f"run-{queued['id']}")
    (event,) = events_in(commit)
    assert isinstance(event, RunRequested)
    assert b"accepted_only" not in commit.body


def test_returned_judgements_do_not_count_when_a_run_is_asked_for(api: Api, labelled: list[str]) -> None:
    returned = {"outcome": "returned", "reason": "look at the rim"}
    ng = [id for id in labelled if api.get(f"/v1/datasets/cookies/images/{id}").json["verdict"] == "NG"]
    body = {"reviews": [{"image_id": id, **returned} for id in ng]}
    assert api.post(REVIEWS, body, kenpin_actor="lead").status == 201
    few = api.post("/v1/runs", {"dataset_id": "cookies"})
    assert (few.status, few.json["code"]) == (409, "TooFewLabels")
    assert "0 NG. Label more first" in few.json["detail"]


@pytest.mark.parametrize("path", [REVIEWS, f"{REVIEWS}/counts", f"{REVIEWS}/returned"])
def test_a_missing_thing_is_named(api: Api, path: str) -> None:
    assert ask(api, path).json["detail"] == "there is no dataset cookies"
