"""A node with an issuer: nobody asks without a token that holds, and the token says who did what."""

import hashlib
import time
from collections.abc import Iterator

import httpx
import pytest
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from host.issuer.clients import UI, issuer_of
from host.issuer.keys import SigningKeys
from host.issuer.mint import access_token
from host.ui import security_headers
from kenpin.settings import Settings
from tests.host.conftest import PUBLIC, Worker
from tests.host.problems import PROJECTS, is_problem
from tests.oidc import AYA, CLIENT, MACHINE, Issuer


@pytest.fixture
def client(signed_in: Worker) -> Iterator[httpx.Client]:
    with signed_in.client(anonymous=True) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_the_actor_of_a_fact_is_the_subject_of_the_token(client: httpx.Client, issuer: Issuer) -> None:
    body = {"project_id": "by-token", "name": "By token"}
    assert client.post(PROJECTS, json=body, headers=bearer(issuer.token())).status_code == 201
    answer = client.get("/v1/streams/project-by-token/events", headers=bearer(issuer.token()))
    assert [event["actor"] for event in answer.json()["items"]] == [AYA]


def test_a_machine_has_a_name_of_its_own(client: httpx.Client, issuer: Issuer) -> None:
    machine, _ = MACHINE
    token = issuer.token(sub=machine, client_id=machine)
    body = {"project_id": "by-machine", "name": "By machine"}
    assert client.post(PROJECTS, json=body, headers=bearer(token)).status_code == 403
    role = {"project_id": "*", "role": "engineer"}
    granted = client.post(f"/v1/members/{machine}/roles", json=role, headers=bearer(issuer.token()))
    assert granted.status_code == 201
    assert client.post(PROJECTS, json=body, headers=bearer(token)).status_code == 201
    answer = client.get("/v1/streams/project-by-machine/events", headers=bearer(token))
    assert answer.json()["items"][0]["actor"] == machine


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", [PROJECTS, "/v1/nothing", "/v1/intake", "/v1/health/"])
def test_without_a_token_nothing_is_told(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="kenpin"'
    if method != "HEAD":
        assert is_problem(answer, 401)


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic YTpi", "token"])
def test_what_is_no_bearer_is_no_token(client: httpx.Client, authorization: str) -> None:
    assert client.get(PROJECTS, headers={"Authorization": authorization}).status_code == 401


def wrong(issuer: Issuer) -> dict[str, str]:
    return {
        "audience": issuer.token(client_id="another"),
        "issuer": issuer.token(iss="https://issuer.example"),
        "expired": issuer.token(exp=int(time.time()) - 60),
        "key": issuer.signed(RSAKey.generate_key(2048, {"kid": issuer.key.kid or ""}), {}),
        "unsigned": "eyJhbGciOiJub25lIn0." + issuer.token().split(".")[1] + ".",
        "id token": issuer.token(token_use="id", aud=CLIENT),
        "no token": "x",
    }


@pytest.mark.parametrize("kind", ["audience", "issuer", "expired", "key", "unsigned", "id token", "no token"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_does_not_hold_is_refused(
    client: httpx.Client, issuer: Issuer, kind: str, method: str
) -> None:
    token = wrong(issuer)[kind]
    answer = client.request(method, PROJECTS, headers=bearer(token))
    assert is_problem(answer, 401)
    assert answer.headers["www-authenticate"] == 'Bearer realm="kenpin", error="invalid_token"'
    assert len(token) < 3 or token not in answer.text


def test_the_node_believes_its_own_tokens_beside_the_issuers(signed_in: Worker) -> None:
    with signed_in.client() as own:
        assert own.get(PROJECTS).status_code == 200


def test_the_node_signs_in_nobody_where_another_issuer_does(client: httpx.Client, signed_in: Worker) -> None:
    settings = signed_in.settings
    keys = SigningKeys(settings.data_dir)
    person = access_token(keys, issuer_of(settings), "aya", UI, time.time())
    assert client.get(PROJECTS, headers=bearer(person)).status_code == 401
    assert client.get("/issuer/authorize").status_code == 404


def test_what_needs_no_token(client: httpx.Client, signed_in: Worker) -> None:
    body = b"signed address"
    digest = hashlib.sha256(body).hexdigest()
    address = signed_in.objects.upload_url("cookies", digest, len(body), "image/png")
    assert client.put(address, content=body).status_code == 201
    assert client.get(signed_in.objects.download_url(f"uploads/cookies.{digest}")).content == body
    assert client.get("/v1/health").status_code == 200
    assert client.get("/openapi.json").status_code == 200
    assert client.get("/").status_code in (200, 404)


def test_the_ui_is_told_the_issuer_and_may_talk_to_it(client: httpx.Client, issuer: Issuer) -> None:
    answer = client.get("/config.json")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.json() == {
        "oidc": {
            "issuer": issuer.url,
            "client_id": CLIENT,
            "cli_client_id": CLIENT,
            "domain": "",
            "scope": "openid",
        },
    }
    assert f"connect-src 'self' {issuer.url};" in answer.headers["content-security-policy"]


def test_the_ui_may_talk_to_cognito_and_to_its_hosted_pages() -> None:
    pool = "https://cognito-idp.eu-central-1.amazonaws.com"
    pages = "https://kenpin.auth.eu-central-1.amazoncognito.com"
    settings = Settings(oidc_issuer=f"{pool}/pool-1", oidc_client_id=CLIENT, oidc_domain=pages)
    policy = security_headers(settings)["content-security-policy"]
    assert f"connect-src 'self' {pool} {pages};" in policy


def test_without_another_issuer_the_ui_is_told_our_own(worker: Worker) -> None:
    with worker.client(anonymous=True) as nobody:
        answer = nobody.get("/config.json")
    oidc = answer.json()["oidc"]
    assert (oidc["issuer"], oidc["client_id"]) == (f"{PUBLIC}/issuer", UI)
    assert "connect-src 'self';" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "issuer", ["http://issuer.example", "issuer.example", "http://127.0.0.1.evil.example"]
)
def test_an_issuer_whose_keys_anybody_could_forge_is_not_taken(issuer: str) -> None:
    with pytest.raises(ValidationError, match="oidc_issuer"):
        Settings(oidc_issuer=issuer, oidc_client_id=CLIENT)


def test_an_issuer_without_a_client_is_not_taken() -> None:
    with pytest.raises(ValidationError, match="KENPIN_OIDC_CLIENT_ID"):
        Settings(oidc_issuer="https://issuer.example")
