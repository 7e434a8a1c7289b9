"""Tokens of members: shown once, limited in role, project, lines and time, and by their maker's rights."""

from typing import Final, cast

import pytest

from functions.runtime.event import Json
from host.gateway import Request, function_for, respond
from host.member_tokens import claims_of
from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.bootstrap import platform
from tests.functions.bodies import captured
from tests.functions.conftest import Api, ApiReply
from tests.functions.world import OURS, THEIRS, World

MAKER: Final = f"engineer-of-{OURS}"


def made(world: World, actor: str = MAKER, **more: object) -> str:
    body = {"label": "script", "project_id": OURS, "role": "auditor", **more}
    reply = world.api.post("/v1/tokens", body, kenpin_actor=actor)
    assert reply.status == 201, reply.json
    token: str = reply.json["token"]
    return token


def with_token(token: str, method: str, path: str, body: object = None) -> ApiReply:
    """As the single node does: the token becomes claims, and these the request's."""
    import json

    claims = claims_of(token)
    assert claims is not None
    path, _, query = path.partition("?")
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    function = function_for(method, path)
    assert function
    answer = respond(function, Request(method, path, query, headers, content, claims))
    told: Json = json.loads(answer.body)
    return ApiReply(answer.status, answer.headers, told)


def id_of(token: str) -> str:
    return token.split("_")[1]


def test_a_token_acts_as_its_maker_and_may_what_its_role_may(world: World) -> None:
    token = made(world)
    dataset = f"/v1/datasets/{world.ours.dataset_id}"
    assert with_token(token, "GET", dataset).status == 200
    assert with_token(token, "GET", f"/v1/datasets/{world.theirs.dataset_id}").status == 404
    no = with_token(token, "POST", "/v1/runs", {"dataset_id": world.ours.dataset_id})
    assert no.status == 403, "the engineer may, the token's role may not"
    me = with_token(token, "GET", "/v1/me").json
    assert (me["actor"], me["token_id"]) == (MAKER, id_of(token))
    assert [(r["project_id"], r["role"]) for r in me["roles"]] == [(OURS, "auditor")]


def test_a_token_never_has_more_than_its_maker_at_the_time_of_use(world: World) -> None:
    inspector = f"inspector-of-{OURS}"
    token = made(world, inspector, role="admin")
    path = f"/v1/datasets/{world.ours.dataset_id}"
    tag = {"name": "v1"}
    assert with_token(token, "GET", path).status == 200
    assert with_token(token, "POST", f"{path}/tags", tag).status == 403
    gone = {"project_id": OURS, "role": "inspector"}
    world.api.post(f"/v1/members/{inspector}/roles/revocation", gone)
    assert with_token(token, "GET", path).status == 404


def test_a_token_of_an_installation_wide_maker_stays_in_its_project(world: World) -> None:
    token = made(world, "inspector", role="admin")
    shown = with_token(token, "GET", "/v1/projects").json["items"]
    assert [p["project_id"] for p in shown] == [OURS]
    assert with_token(token, "POST", "/v1/projects", {"name": "New"}).status == 403
    assert with_token(token, "GET", f"/v1/datasets/{world.theirs.dataset_id}").status == 404


def test_a_token_makes_no_tokens(world: World) -> None:
    body = {"label": "child", "project_id": OURS, "role": "auditor"}
    reply = with_token(made(world, f"admin-of-{OURS}", role="admin"), "POST", "/v1/tokens", body)
    assert (reply.status, "a token makes no tokens" in reply.json["detail"]) == (403, True)


@pytest.mark.parametrize("maker", [MAKER, "kenpin"])
def test_a_machines_token_takes_in_its_lines(world: World, maker: str) -> None:
    token = made(world, maker, role="machine", lines=["L1"])
    ids = [world.api.image(50 + n, project_id=OURS) for n in range(2)]
    events = [captured(world.ours.dataset_id, id, line) for id, line in zip(ids, ("L1", "L2"), strict=True)]
    first, second = cast("list[Json]", with_token(token, "POST", "/v1/intake", events).json)
    assert (first["outcome"], second["outcome"]) == ("registered", "rejected")
    assert "images of L1" in second["detail"]
    assert with_token(token, "GET", f"/v1/datasets/{world.ours.dataset_id}").status == 403
    lists = [world.api.get("/v1/intake/rejected", actor=f"engineer-of-{of}") for of in (OURS, THEIRS)]
    ours, theirs = ([each["reason"] for each in found.json["items"]] for found in lists)
    assert second["detail"] in ours and second["detail"] not in theirs


def test_a_test_event_needs_the_rights_that_an_image_needs(world: World) -> None:
    token = made(world, role="machine", lines=["L1"])
    id = world.ours.dataset_id
    events = [captured(id, "a" * 64, line) | {"kenpintest": True} for line in ("L1", "L2")]
    events.append(captured(world.theirs.dataset_id, "a" * 64, "L1") | {"kenpintest": True})
    answer = cast("list[Json]", with_token(token, "POST", "/v1/intake", events).json)
    assert [one["outcome"] for one in answer] == ["tested", "rejected", "rejected"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: f"kenpin_{id_of(token)}_",
        lambda token: "kenpin_",
        lambda token: "kenpin_nothing_secret",
        lambda token: token.rpartition("_")[0],
    ],
)
def test_a_wrong_token_is_nobody(api: Api, wrong: object) -> None:
    assert callable(wrong)
    body = {"label": "script", "project_id": "*", "role": "auditor"}
    token = api.post("/v1/tokens", body).json["token"]
    assert claims_of(token) is not None
    assert claims_of(wrong(token)) is None


def test_a_token_ends_when_it_is_revoked_by_its_maker_or_an_admin_of_its_project(world: World) -> None:
    by_maker, by_admin, by_others = made(world), made(world), made(world)
    for token, who, status in (
        (by_maker, MAKER, 201),
        (by_admin, f"admin-of-{OURS}", 201),
        (by_others, f"auditor-of-{OURS}", 404),
        (by_others, f"admin-of-{world.theirs.project_id}", 404),
    ):
        path = f"/v1/tokens/{id_of(token)}/revocation"
        assert world.api.post(path, {"reason": "lost"}, kenpin_actor=who).status == status
    assert [claims_of(t) is None for t in (by_maker, by_admin, by_others)] == [True, True, False]


def test_a_token_ends_with_its_time_also_between_door_and_handler(api: Api) -> None:
    body = {"label": "script", "project_id": "*", "role": "auditor", "days": 1}
    token = api.post("/v1/tokens", body).json["token"]
    claims = claims_of(token)
    assert claims is not None
    with database().transaction() as sql:
        sql.execute("update member_token set expires_at = now() - interval '1 second'")
    assert claims_of(token) is None
    answer = respond("queries", Request("GET", "/v1/projects", "", {}, b"", claims))
    assert answer.status == 401


def database() -> PostgresDatabase:
    return platform().database


def test_lists_and_history_hold_no_secret_and_tell_of_the_last_use(world: World) -> None:
    token = made(world)
    secret = token.split("_", 2)[2]  # it may have a _ of its own
    shown = world.api.get("/v1/tokens", actor=MAKER).json["items"]
    assert [t["token_id"] for t in shown] == [id_of(token)]
    assert shown[0]["last_used_at"] is None
    claims_of(token)
    first = world.api.get("/v1/tokens", actor=MAKER).json["items"][0]["last_used_at"]
    claims_of(token)
    assert first == world.api.get("/v1/tokens", actor=MAKER).json["items"][0]["last_used_at"] is not None
    events = world.api.get(f"/v1/streams/member-{MAKER}/events").json
    assert secret not in str(shown) + str(events) and "secret_sha256" not in str(shown)


def test_the_same_request_again_shows_no_secret_again(api: Api) -> None:
    body = {"label": "script", "project_id": "*", "role": "auditor"}
    assert api.post("/v1/tokens", body, idempotency_key="k").status == 201
    again = api.post("/v1/tokens", body, idempotency_key="k")
    assert (again.status, again.json["code"]) == (409, "TokenExists")


def test_on_aws_where_the_gateway_would_refuse_it_no_token_is_made(api_on_aws: Api) -> None:
    body = {"label": "script", "project_id": "*", "role": "auditor"}
    reply = api_on_aws.post("/v1/tokens", body)
    assert reply.status == 409
    assert "takes no tokens" in reply.json["detail"]
