"""Requests by the administrator of one project, and what their answers have in common."""

from typing import Final

from tests.functions.conftest import ApiReply
from tests.functions.world import OURS, World

US: Final = f"admin-of-{OURS}"


def as_us(world: World, path: str, body: object = None, **headers: str) -> ApiReply:
    named = {"kenpin-actor": US, "content-type": "application/json", **headers}
    return world.api.send("GET" if body is None else "POST", path, body, named)


def without_its_names(reply: ApiReply, *names: str) -> str:
    told = {k: v for k, v in reply.json.items() if k not in ("instance", "correlation_id")}
    text = str((reply.status, sorted(told.items())))
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "ID")
    return text
