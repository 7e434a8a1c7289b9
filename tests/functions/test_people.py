"""People: names beside history, seen by those who work together, and erased without changing history."""

import pytest

from kenpin.bootstrap import platform
from kenpin.read_models.people import queries as people
from tests.functions.conftest import Api


def named(api: Api, actor: str, name: str, email: str = "") -> int:
    body = {"name": name, "email": email}
    return api.post("/v1/people/me", body, "PUT", kenpin_actor=actor).status


def seen_by(api: Api, actor: str) -> dict[str, str]:
    reply = api.send("GET", "/v1/people", None, {"kenpin-actor": actor})
    return {
        person["actor"]: person["name"] or ("erased" if person["erased"] else "")
        for person in reply.json["items"]
    }


@pytest.fixture
def aya(api: Api) -> str:
    api.grant("aya", "admin")
    named(api, "aya", "田中 綾", "aya@factory.example")
    return "aya"


def test_a_person_says_who_they_are_and_reads_it_back(api: Api) -> None:
    assert named(api, "sato.k", "佐藤", "sato@factory.example") == 200
    myself = api.send("GET", "/v1/people/me", None, {"kenpin-actor": "sato.k"}).json
    assert myself == {"actor": "sato.k", "name": "佐藤", "email": "sato@factory.example"}
    assert seen_by(api, "sato.k")["sato.k"] == "佐藤"


def test_names_are_told_to_those_who_work_together(api: Api, aya: str) -> None:
    for actor, project in (("one-a", "one"), ("one-b", "one"), ("two-a", "two")):
        api.grant(actor, "inspector", project)
        named(api, actor, actor.upper())
    api.catch_up()
    assert {"one-a", "one-b", "aya"} <= seen_by(api, "one-a").keys()
    assert "two-a" not in seen_by(api, "one-a")
    assert {"one-a", "one-b", "two-a"} <= seen_by(api, aya).keys()
    api.known.add("a-stranger")
    assert seen_by(api, "a-stranger") == {}


def test_who_may_judge_is_asked_by_project(api: Api, aya: str) -> None:
    api.grant("one-c", "inspector", "one")
    api.grant("one-d", "auditor", "one")
    api.grant("two-c", "inspector", "two")
    for actor in ("one-c", "one-d", "two-c"):
        named(api, actor, actor.upper())
    api.catch_up()
    reply = api.send("GET", "/v1/people?judges_of=one", None, {"kenpin-actor": aya})
    judges = {person["actor"] for person in reply.json["items"]}
    assert {"aya", "one-c"} <= judges
    assert not {"one-d", "two-c"} & judges


def test_addresses_are_told_to_nobody_else(api: Api, aya: str) -> None:
    api.catch_up()
    reply = api.send("GET", "/v1/people", None, {"kenpin-actor": aya})
    assert "factory.example" not in str(reply.json)


def test_pages_are_followed(api: Api, aya: str) -> None:
    for n in range(3):
        api.grant(f"paged-{n}", "inspector", "paged")
        named(api, f"paged-{n}", f"P{n}")
    api.catch_up()
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"?limit=2{cursor and '&cursor=' + cursor}"
        reply = api.send("GET", f"/v1/people{query}", None, {"kenpin-actor": "paged-0"}).json
        found += [person["actor"] for person in reply["items"]]
        cursor = reply["next_cursor"]
    assert found == sorted(set(found)) and {"paged-0", "paged-1", "paged-2"} <= {*found}


@pytest.mark.parametrize("wrong", [{"name": "x" * 101}, {"name": "a\nb"}, {"email": "none"}, {"more": "x"}])
def test_an_invalid_name_is_refused(api: Api, wrong: dict[str, str]) -> None:
    assert api.post("/v1/people/me", wrong, "PUT").status == 422


def test_an_address_is_one_persons(api: Api, aya: str) -> None:
    assert named(api, "robber", "綾", "AYA@factory.example") == 409


def test_an_invitation_is_a_link_that_is_told_once_and_kept_as_a_digest(api: Api, aya: str) -> None:
    body = {"email": "ren@factory.example"}
    reply = api.post("/v1/people/ren000000000/invitations", body, kenpin_actor=aya)
    assert reply.status == 201
    link = reply.json["url"].partition("?link=")[2]
    assert len(link) == 43
    with platform().database.reading() as sql:
        kept = str(sql.execute("select * from identity.invitation").fetchall())
    assert link not in kept


def test_a_new_member_is_invited_by_name_and_address_with_one_link(api: Api, aya: str) -> None:
    body = {"project_id": "*", "role": "inspector", "name": "高橋 蓮", "email": "ren@factory.example"}
    reply = api.post("/v1/members", body, kenpin_actor=aya)
    assert reply.status == 201 and reply.json["url"].endswith(reply.json["url"].partition("?link=")[2])
    api.catch_up()
    assert seen_by(api, aya)[reply.json["id"]] == "高橋 蓮"
    taken = api.post("/v1/members", body, kenpin_actor=aya)
    assert (taken.status, taken.json["code"]) == (409, "Taken")


def test_a_person_is_found_by_the_address(api: Api, aya: str) -> None:
    named(api, "sato.k", "佐藤 健一", "sato@factory.example")
    found = api.get("/v1/people?email=SATO%40factory.example", "sato.k").json["items"]
    assert [each["actor"] for each in found] == ["sato.k"]
    assert api.get("/v1/people?email=nobody%40factory.example", "sato.k").json["items"] == []


def test_who_is_known_is_given_no_other_name_and_no_link(api: Api, aya: str) -> None:
    body = {"project_id": "*", "role": "inspector", "actor": "sato.k"}
    assert api.post("/v1/members", body, kenpin_actor=aya).json["url"] is None
    assert api.post("/v1/members", {**body, "name": "X"}, kenpin_actor=aya).status == 422


def test_an_invitation_keeps_what_is_known(api: Api, aya: str) -> None:
    api.post(f"/v1/people/{aya}/invitations", {}, kenpin_actor=aya)
    assert seen_by(api, aya)[aya] == "田中 綾"


def test_an_erased_person_stays_an_id(api: Api) -> None:
    api.grant("gone", "engineer")
    api.grant("gone", "inspector", "erasing")
    named(api, "gone", "消える人", "gone@factory.example")
    api.catch_up()
    for _ in range(2):
        assert api.post("/v1/people/gone/erasure", {}, kenpin_actor="aya").status == 201
    with platform().database.reading() as sql:
        assert people.one(sql, "gone") is None
    api.grant("looker", "admin")
    api.catch_up()
    assert seen_by(api, "looker")["gone"] == "erased"
    assert named(api, "gone", "again") == 404
    assert api.post("/v1/people/gone/invitations", {}, kenpin_actor="aya").status == 404
    history = api.get("/v1/streams/member-gone/events").json["items"]
    told = [(event["type"], event["actor"], event["data"].get("reason")) for event in history]
    assert told[-2:] == [("RoleRevoked", "aya", "erased")] * 2
    assert "消える人" not in str(history)


def test_names_outlive_rows_that_are_made_anew(api: Api, aya: str) -> None:
    with platform().database.transaction() as sql:
        sql.execute("truncate member, member_role, checkpoint")
    api.catch_up()
    assert seen_by(api, aya)[aya] == "田中 綾"
