"""Every route for every role, in its own project and another, behaves as the table of rights says."""

from typing import Final

import pytest

from functions.http.access import operations_of
from functions.manifest import OPEN
from functions.rights import BY_ITEM, OF_THE_INSTALLATION, RIGHTS
from tests.functions.conftest import Api
from tests.functions.operations import ASKED, operations
from tests.functions.world import OURS, ROLES, World


def test_an_auditor_changes_nothing() -> None:
    """But for what is their own. Anchors and packs are no events and take nothing away (decision 18)."""
    own = {"POST /v1/tokens", "POST /v1/tokens/<token_id>/revocation"}
    own |= {"PUT /v1/people/me", "PUT /v1/people/me/mail"}
    writes = {operation for operation in operations_of("auditor") if not operation.startswith("GET ")}
    assert writes <= own | {"POST /v1/proof/anchors", "POST /v1/proof/packs"}


def test_the_table_has_every_operation_and_no_other() -> None:
    assert set(operations()) == set(RIGHTS) | set(OPEN)
    assert set(RIGHTS) >= BY_ITEM | OF_THE_INSTALLATION


def test_every_route_for_every_role(world: World) -> None:
    """In one test: a world takes seconds to build, and a refused request changes nothing."""
    wrong = []
    for operation in ASKED:
        for role in ROLES:
            actor = f"{role.replace('_', '-')}-of-{OURS}"
            told = world.ask(actor, operation, world.ours), world.ask(actor, operation, world.theirs)
            for reply, expected in zip(told, expected_of(operation, role), strict=True):
                if not is_as(reply.status, expected):
                    wrong.append((operation, role, reply.status, expected, reply.json))
        if not is_as((reply := world.ask("nobody", operation, world.ours)).status, of_nobody(operation)):
            wrong.append((operation, "nobody", reply.status, of_nobody(operation), reply.json))
    assert not wrong, "\n".join(map(str, wrong))


def expected_of(operation: str, role: str) -> tuple[str, str]:
    """Of the own project and of another: let in, 403 or 404."""
    if operation in BY_ITEM - WITHIN:
        return "in", "in"
    if operation in OF_THE_INSTALLATION:
        return "403", "403"
    own = "in" if role in RIGHTS[operation] else "403"
    if operation in WITHIN:
        own = "in" if role in RIGHTS[operation] else "404"
    return own, "404"


def of_nobody(operation: str) -> str:
    if operation in OF_THE_INSTALLATION:
        return "403"
    return "in" if operation in BY_ITEM - WITHIN else "404"


WITHIN: Final = frozenset({"GET /v1/members/<actor>", "POST /v1/tokens/<token_id>/revocation"})
"""Asked by anybody, and answered as if it were not there where it is not theirs."""


def is_as(status: int, expected: str) -> bool:
    """Let in: whatever the handler then says of the request."""
    return status == int(expected) if expected != "in" else status not in (401, 403) and status < 500


BY_HAND: Final = [
    ("inspector", "POST /v1/datasets/<dataset_id>/annotations", 201),
    ("inspector", "POST /v1/datasets/<dataset_id>/tags", 403),
    ("inspector", "POST /v1/models/<model_id>/promotion", 403),
    ("auditor", "GET /v1/streams/<stream>/commits", 200),
    ("auditor", "POST /v1/datasets/<dataset_id>/annotations", 403),
    ("inspector", "GET /v1/streams/<stream>/commits", 403),
    ("inspector", "GET /v1/streams/<stream>/events", 200),
    ("inspector", "POST /v1/datasets/<dataset_id>/reviews", 403),
    ("engineer", "POST /v1/datasets/<dataset_id>/erasures", 403),
    ("qa-lead", "GET /v1/datasets/<dataset_id>/undos/preview", 200),
    ("auditor", "POST /v1/datasets/<dataset_id>/undos", 403),
    ("engineer", "POST /v1/runs", 202),
    ("engineer", "POST /v1/models/<model_id>/promotion", 403),
    ("engineer", "POST /v1/members", 403),
    ("qa-lead", "POST /v1/models/<model_id>/promotion", 201),
    ("qa-lead", "POST /v1/projects/<project_id>/defect-classes", 201),
    ("qa-lead", "POST /v1/runs", 403),
    ("machine", "POST /v1/datasets/<dataset_id>/uploads", 200),
    ("machine", "GET /v1/datasets/<dataset_id>/images", 403),
    ("machine", "POST /v1/datasets/<dataset_id>/annotations", 403),
    ("admin", "POST /v1/members", 201),
    ("admin", "POST /v1/projects", 403),
]
"""So that the table is checked as well, and not only that it is obeyed."""


def test_by_hand(world: World) -> None:
    for role, operation, status in BY_HAND:
        reply = world.ask(f"{role}-of-{OURS}", operation, world.ours)
        assert reply.status == status, (role, operation, reply.json)


def test_a_no_says_which_role_is_needed_and_who_can_grant_it(world: World) -> None:
    no = world.ask(f"inspector-of-{OURS}", "POST /v1/runs", world.ours).json
    assert (no["needs"], no["project_id"]) == (["admin", "engineer"], OURS)
    assert f"admin-of-{OURS}" in no["admins"] and "inspector" in no["admins"]
    assert "admin or engineer in project bakery" in no["detail"]


def test_a_role_counts_from_its_event_on_and_no_longer_than_it_is_held(world: World) -> None:
    """Asked before the rows know of it: history does."""

    def as_(actor: str, body: object, path: str) -> int:
        headers = {"kenpin-actor": actor, "content-type": "application/json"}
        return world.api.send("POST", path, body, headers).status

    judge = "POST /v1/datasets/<dataset_id>/annotations"
    role = {"project_id": OURS, "role": "inspector"}
    assert world.ask("newcomer", judge, world.ours).status == 404
    assert as_(f"admin-of-{OURS}", role, "/v1/members/newcomer/roles") == 201
    assert world.ask("newcomer", judge, world.ours).status == 201
    assert world.ask("newcomer", judge, world.theirs).status == 404
    world.api.catch_up()
    assert as_(f"admin-of-{OURS}", role, "/v1/members/newcomer/roles/revocation") == 201
    world.api.catch_up()
    assert world.ask("newcomer", judge, world.ours).status == 404


def test_nobody_grants_beyond_their_own_project(world: World) -> None:
    path, admin = "/v1/members/newcomer/roles", f"admin-of-{OURS}"
    for place, status in ((OURS, 201), (world.theirs.project_id, 404), ("*", 404)):
        body = {"project_id": place, "role": "admin"}
        assert world.api.post(path, body, kenpin_actor=admin).status == status, place


def test_a_project_belongs_to_who_opened_it(api: Api) -> None:
    api.grant("engineer", "engineer")
    key = {"kenpin_actor": "engineer", "idempotency_key": "k"}
    for _ in range(2):
        assert api.post("/v1/projects", {"project_id": "mine", "name": "Mine"}, **key).status == 201
    roles = api.get("/v1/members/engineer").json["roles"]
    assert [(r["project_id"], r["role"]) for r in roles] == [("*", "engineer"), ("mine", "admin")]


def test_the_last_admin_of_the_installation_stays(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from kenpin import bootstrap

    api.grant("only", "admin")
    monkeypatch.delenv("KENPIN_FIRST_ADMIN")
    bootstrap.platform().close()
    bootstrap.platform.cache_clear()
    body = {"project_id": "*", "role": "admin"}
    path = "/v1/members/only/roles/revocation"
    reply = api.post(path, body, kenpin_actor="only")
    assert (reply.status, reply.json["code"]) == (409, "LastAdmin")
    api.grant("other", "admin")
    assert api.post(path, body, kenpin_actor="only").status == 201


def test_the_platform_itself_is_nobody_on_aws(account: None, api: Api) -> None:
    assert api.send("GET", "/v1/projects", None, {"kenpin-actor": "kenpin"}).status == 401
