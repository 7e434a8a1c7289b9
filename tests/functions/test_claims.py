"""Claims through the API: two people on one queue never get the same image, and a claim expires."""

from collections.abc import Sequence

from kenpin.bootstrap import platform
from tests.functions.conftest import Api, ApiReply

CLAIMS = "/v1/datasets/cookies/claims"


def claim(api: Api, actor: str, image_ids: Sequence[str], take: int = 2) -> ApiReply:
    return api.post(CLAIMS, {"image_ids": list(image_ids), "take": take}, kenpin_actor=actor)


def holders(reply: ApiReply) -> dict[str, str]:
    assert reply.status == 200, reply.json
    return {each["image_id"]: each["actor"] for each in reply.json["claims"]}


def test_two_people_on_one_queue_get_different_images(api: Api, cookies: list[str]) -> None:
    first = holders(claim(api, "hanako", cookies))
    assert first == {cookies[0]: "hanako", cookies[1]: "hanako"}
    assert holders(claim(api, "taro", cookies)) == {**first, cookies[2]: "taro", cookies[3]: "taro"}


def test_new_claims_replace_those_before_and_none_gives_them_back(api: Api, cookies: list[str]) -> None:
    claim(api, "hanako", cookies)
    assert holders(claim(api, "hanako", cookies[1:])) == {cookies[1]: "hanako", cookies[2]: "hanako"}
    assert holders(claim(api, "hanako", ())) == {}


def test_a_claim_that_is_not_renewed_expires(api: Api, cookies: list[str]) -> None:
    claim(api, "hanako", cookies)
    with platform().database.transaction() as sql:
        sql.execute("update image_claim set until = until - interval '120 s'")
    assert holders(claim(api, "taro", cookies)) == {cookies[0]: "taro", cookies[1]: "taro"}


def test_nobody_is_refused_a_judgement_for_a_claim(api: Api, cookies: list[str]) -> None:
    claim(api, "hanako", cookies)
    body = {"annotations": [{"image_id": cookies[0], "verdict": "OK"}]}
    assert api.post("/v1/datasets/cookies/annotations", body, kenpin_actor="taro").status == 201


def test_claims_of_a_dataset_that_is_not_there_are_refused(api: Api) -> None:
    reply = claim(api, "hanako", ())
    assert (reply.status, reply.json["detail"]) == (404, "there is no dataset cookies")
