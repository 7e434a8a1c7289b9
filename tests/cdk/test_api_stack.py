"""The API's stack: every route of the manifest, and a token for all of them but health."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from functions.manifest import FOR_MACHINES, FUNCTIONS, OPEN
from kenpin.domain.ids import ACTOR
from tests.cdk.templates import Template, of_type, properties

ROUTES = {route: function.name for function in FUNCTIONS for route in function.routes} | OPEN | FOR_MACHINES


@pytest.fixture(scope="session")
def api(read: Callable[[str], Template]) -> Template:
    return read("api")


@pytest.fixture(scope="session")
def routes(api: Template) -> dict[str, dict[str, Any]]:
    found = [route["Properties"] for route in of_type(api, "ApiGatewayV2::Route").values()]
    assert len(found) == len({route["RouteKey"] for route in found})
    return {route["RouteKey"]: route for route in found}


def test_every_route_of_the_manifest_is_there_and_no_other(routes: dict[str, dict[str, Any]]) -> None:
    assert set(routes) == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_leads_to_its_function(api: Template, routes: dict[str, dict[str, Any]], route: str) -> None:
    [_, [_, integration]] = routes[route]["Target"]["Fn::Join"]
    target = api["Resources"][integration["Ref"]]["Properties"]
    assert f":function:kenpin-dev-{ROUTES[route]}'" in str(target["IntegrationUri"])
    assert target["PayloadFormatVersion"] == "2.0"


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_but_the_open_ones_asks_for_a_token(
    api: Template, routes: dict[str, dict[str, Any]], route: str
) -> None:
    if route in OPEN:
        assert routes[route]["AuthorizationType"] == "NONE"
        return
    assert routes[route]["AuthorizationType"] == "JWT"
    assert routes[route]["AuthorizerId"]["Ref"] in of_type(api, "ApiGatewayV2::Authorizer")
    assert routes[route]["AuthorizationScopes"][0] == "openid"


def test_nothing_is_open_but_health() -> None:
    assert set(OPEN) == {"GET /v1/health"}


def test_a_machine_may_bring_images_and_ask_for_answers_and_nothing_else(
    api: Template, routes: dict[str, dict[str, Any]]
) -> None:
    machine = next(it["Properties"] for it in of_type(api, "Cognito::UserPoolClient").values())
    assert machine["AllowedOAuthFlows"] == ["client_credentials"]
    assert machine["GenerateSecret"] is True
    [scope] = machine["AllowedOAuthScopes"]
    opens = {route for route, it in routes.items() if scope in it.get("AuthorizationScopes", [])}
    intake = {"POST /v1/intake", "POST /v1/intake/images", "GET /v1/intake/answers"}
    assert opens == set(FOR_MACHINES) == intake | {"POST /v1/datasets/{dataset_id}/uploads"}


def test_tokens_are_those_of_our_clients(api: Template) -> None:
    jwt = properties(api, "ApiGatewayV2::Authorizer")["JwtConfiguration"]
    browser, terminal, machine = jwt["Audience"]
    assert api["Parameters"][browser["Ref"]]["Default"] == "/kenpin/dev/browser-client"
    assert api["Parameters"][terminal["Ref"]]["Default"] == "/kenpin/dev/command-line-client"
    assert machine["Ref"] in of_type(api, "Cognito::UserPoolClient")
    assert "ProviderURL" in str(jwt["Issuer"])


@pytest.mark.parametrize(
    "sub",
    ["9a1f6f0e-3c3c-4d52-9d0f-2f8f0f6f6a11", "5v8t2bq0p1k3m9c7d4f6g8h0jk"],
    ids=["person", "client"],
)
def test_the_subject_of_a_token_is_an_actor(sub: str) -> None:
    """A UUID for a person of the pool, 26 lower-case letters and digits for a client."""
    assert re.fullmatch(ACTOR, sub)


def test_the_gateway_slows_down_what_the_stage_says(api: Template) -> None:
    stage = properties(api, "ApiGatewayV2::Stage")
    assert stage["StageName"] == "$default"
    settings = stage["DefaultRouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (50, 100)


def test_every_call_leaves_a_line_that_can_be_searched(api: Template) -> None:
    log = properties(api, "ApiGatewayV2::Stage")["AccessLogSettings"]
    fields = json.loads(log["Format"])
    assert {"request_id", "sub", "route", "status", "latency_ms", "integration_error"} <= set(fields)
    assert all(value.startswith("$context.") for value in fields.values())
    assert log["DestinationArn"]["Fn::GetAtt"][0] in of_type(api, "Logs::LogGroup")


def test_the_gateway_may_call_the_functions_that_have_routes(api: Template) -> None:
    callable_ = [str(it["Properties"]["FunctionName"]) for it in of_type(api, "Lambda::Permission").values()]
    assert len(callable_) == len(set(callable_)) == len(set(ROUTES.values()))
    for permission in of_type(api, "Lambda::Permission").values():
        assert permission["Properties"]["Principal"] == "apigateway.amazonaws.com"
        assert "SourceArn" in permission["Properties"]


def test_what_anybody_may_ask_has_a_narrow_limit_of_its_own(api: Template) -> None:
    settings = properties(api, "ApiGatewayV2::Stage")["RouteSettings"]
    assert settings.keys() == OPEN.keys()
    for limits in settings.values():
        assert limits == {"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 10}
    [stage] = of_type(api, "ApiGatewayV2::Stage").values()
    needed = {api["Resources"][id]["Properties"].get("RouteKey") for id in stage["DependsOn"]}
    assert OPEN.keys() <= needed, "limits can be set only for a route that is there"
