"""API Gateway: the routes of the API's template lead to the deployed functions, for whoever a token lets through."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from functions.runtime.event import Json
from host.gateway import Request, event_of
from tests.cdk.driver.deployed import Deployed
from tests.cdk.driver.functions import DeployedFunctions
from tests.cdk.templates import Template, of_type

MACHINE: Final = "/intake"
"""End of the scope of factory systems."""


@dataclass(frozen=True)
class Caller:
    """As the token says."""

    sub: str
    scopes: Sequence[str] = ("openid",)


@dataclass(frozen=True)
class Reply:
    status: int
    json: Json


@dataclass(frozen=True)
class DeployedRoute:
    method: str
    path: str
    function: str
    scopes: Sequence[str] | None
    """None: no token is asked for."""

    def fits(self, method: str, path: str) -> bool:
        prefix, greedy, _ = self.path.partition("{proxy+}")
        ours, theirs = (prefix or self.path).strip("/").split("/"), path.strip("/").split("/")
        same = all(our in (their, "{dataset_id}") for our, their in zip(ours, theirs, strict=False))
        longer = len(theirs) > len(ours)
        return self.method == method and same and (longer if greedy else len(ours) == len(theirs))


class Gateway:
    def __init__(self, api: Template, deployed: Deployed, functions: DeployedFunctions) -> None:
        self._functions = functions
        self._routes = [
            _route(it["Properties"], api, deployed) for it in of_type(api, "ApiGatewayV2::Route").values()
        ]

    def send(self, method: str, path: str, body: object, caller: Caller | None, **headers: str) -> Reply:
        path, _, query = path.partition("?")
        route = self._chosen(method, path)
        if route is None:
            return Reply(404, {"message": "Not Found"})
        if route.scopes is not None and caller is None:
            return Reply(401, {"message": "Unauthorized"})
        if route.scopes is not None and caller and not set(route.scopes) & set(caller.scopes):
            return Reply(403, {"message": "Forbidden"})
        claims = {"sub": caller.sub} if caller and route.scopes is not None else {}
        content = b"" if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        answer = self._functions.call(
            route.function, event_of(Request(method, path, query, sent, content, claims))
        )
        return Reply(answer["statusCode"], json.loads(answer.get("body") or "{}"))

    def _chosen(self, method: str, path: str) -> DeployedRoute | None:
        """The most specific of those that fit: one without a greedy end before one with, the longest first."""
        fitting = [route for route in self._routes if route.fits(method, path)]
        return max(fitting, key=lambda it: ("{proxy+}" not in it.path, len(it.path)), default=None)


def _route(said: Json, api: Template, deployed: Deployed) -> DeployedRoute:
    method, _, path = said["RouteKey"].partition(" ")
    [_, [_, integration]] = said["Target"]["Fn::Join"]
    target = api["Resources"][integration["Ref"]]["Properties"]["IntegrationUri"]
    asks = said["AuthorizationType"] != "NONE"
    scopes = [_scope(it) for it in said["AuthorizationScopes"]] if asks else None
    return DeployedRoute(method, path, deployed.name_of(target), scopes)


def _scope(written: str | Json) -> str:
    """A resource server's name, which only Cognito gives, stands before its own scopes."""
    return str(written if isinstance(written, str) else written["Fn::Join"][1][-1])
