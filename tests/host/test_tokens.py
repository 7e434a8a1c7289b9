"""Tokens are valid when the issuer signed them, for us, for now; claims are passed on as API Gateway does."""

import base64
import gzip
import hmac
import json
import time
from importlib.resources import files

import boto3
import httpx
import moto.cognitoidp
import pytest
from joserfc.jwk import RSAKey
from moto import mock_aws

from host.tokens import MIN_FETCH_INTERVAL_S, InvalidToken, IssuerKeys, IssuerUnreachable, TokenVerifier
from tests.oidc import AYA, CLIENT, Issuer, issuing


@pytest.fixture
def tokens(issuer: Issuer) -> TokenVerifier:
    return TokenVerifier(issuer.url, {CLIENT, "line-3"}, IssuerKeys(issuer.url))


def test_a_token_of_the_issuer_says_who_asks(issuer: Issuer, tokens: TokenVerifier) -> None:
    claims = tokens.claims(issuer.token())
    assert (claims["sub"], claims["client_id"], claims["iss"]) == (AYA, CLIENT, issuer.url)


def test_claims_are_texts_as_api_gateway_passes_them(issuer: Issuer, tokens: TokenVerifier) -> None:
    given = {"exp": 4102444800, "verified": True, "cognito:groups": ["leads", "auditors"]}
    claims = tokens.claims(issuer.signed(issuer.key, given))
    assert (claims["exp"], claims["verified"]) == ("4102444800", "true")
    assert claims["cognito:groups"] == "[leads auditors]"


@pytest.mark.parametrize("aud", [CLIENT, ["another", "line-3"]])
def test_an_audience_counts_before_the_client(issuer: Issuer, tokens: TokenVerifier, aud: object) -> None:
    assert tokens.claims(issuer.token(aud=aud, client_id="whoever"))["sub"] == AYA


NOW = int(time.time())
"""The time of import: a whole run of the tests may end a quarter of an hour later."""
WRONG: dict[str, dict[str, object]] = {
    "another audience": {"client_id": "another"},
    "an audience that is another though the client is ours": {"aud": ["another"]},
    "no audience": {"client_id": None},
    "another issuer": {"iss": "https://issuer.example"},
    "no issuer": {"iss": None},
    "nobody": {"sub": None},
    "an empty name": {"sub": ""},
    "expired": {"exp": NOW - 60},
    "for ever": {"exp": None},
    "for ever by a trick": {"exp": float("nan")},
    "not yet": {"nbf": NOW + 86_400},
    "an ID token": {"token_use": "id", "aud": CLIENT},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_a_token_that_does_not_hold_is_refused(
    issuer: Issuer, tokens: TokenVerifier, claims: dict[str, object]
) -> None:
    with pytest.raises(InvalidToken):
        tokens.claims(issuer.signed(issuer.key, claims))


def test_what_another_key_signed_is_refused(issuer: Issuer, tokens: TokenVerifier) -> None:
    kid = issuer.key.kid or ""
    for stranger in (RSAKey.generate_key(2048, auto_kid=True), RSAKey.generate_key(2048, {"kid": kid})):
        with pytest.raises(InvalidToken, match="no key of the issuer"):
            tokens.claims(issuer.signed(stranger, {}))


def _unsigned(header: object, issuer: Issuer) -> str:
    """Header and payload with the point before the signature."""
    return f"{_segment(json.dumps(header).encode())}.{issuer.token().split('.')[1]}."


def _segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None])
def test_an_unsigned_token_is_refused(issuer: Issuer, tokens: TokenVerifier, alg: str | None) -> None:
    with pytest.raises(InvalidToken):
        tokens.claims(_unsigned({"alg": alg, "kid": issuer.key.kid}, issuer))


def test_the_public_key_is_no_shared_secret(issuer: Issuer, tokens: TokenVerifier) -> None:
    token = _unsigned({"alg": "HS256", "kid": issuer.key.kid}, issuer)
    mac = hmac.digest(issuer.key.as_pem(private=False), token[:-1].encode(), "sha256")
    with pytest.raises(InvalidToken, match="in a way that is not accepted"):
        tokens.claims(token + _segment(mac))


@pytest.mark.parametrize("token", ["x", "a.b.c", "..", "é.é.é", "", "a.b", "a" * 9000])
def test_what_is_no_token_is_refused(tokens: TokenVerifier, token: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.claims(token)


def test_keys_that_the_issuer_changes_are_fetched_and_strangers_do_not_make_us_ask_again() -> None:
    clock = [0.0]
    with issuing() as issuer:
        tokens = TokenVerifier(issuer.url, {CLIENT}, IssuerKeys(issuer.url, clock=lambda: clock[0]))
        old = issuer.token()
        tokens.claims(old)
        issuer.key = RSAKey.generate_key(2048, auto_kid=True)
        for _ in range(20):
            with pytest.raises(InvalidToken):
                tokens.claims(issuer.token())
        assert issuer.asked.count("/.well-known/jwks.json") == 1
        clock[0] += MIN_FETCH_INTERVAL_S + 1
        assert tokens.claims(issuer.token())["sub"] == AYA
        with pytest.raises(InvalidToken):
            tokens.claims(old)


def test_while_the_issuer_is_away_the_keys_it_gave_hold_and_nothing_is_known_about_others() -> None:
    clock = [0.0]
    with issuing() as issuer:
        keys = IssuerKeys(issuer.url, clock=lambda: clock[0])
        tokens = TokenVerifier(issuer.url, {CLIENT}, keys)
        tokens.claims(issuer.token())
        known, stranger = issuer.token(), issuer.signed(RSAKey.generate_key(2048, auto_kid=True), {})
    clock[0] += 10_000
    assert tokens.claims(known)["sub"] == AYA
    with pytest.raises(IssuerUnreachable):
        tokens.claims(stranger)
    with pytest.raises(IssuerUnreachable):
        TokenVerifier(issuer.url, {CLIENT}, IssuerKeys(issuer.url)).claims(known)


def test_a_document_of_another_issuer_gives_no_keys() -> None:
    with issuing() as issuer:
        keys = IssuerKeys(issuer.url.replace("127.0.0.1", "localhost"))
        with pytest.raises(IssuerUnreachable):
            keys[issuer.key.kid or ""]


def test_an_access_token_of_cognito_is_believed() -> None:
    with mock_aws():
        cognito = boto3.client("cognito-idp", region_name="eu-central-1")
        pool = cognito.create_user_pool(PoolName="kenpin")["UserPool"]["Id"]
        client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="ui")["UserPoolClient"][
            "ClientId"
        ]
        cognito.admin_create_user(UserPoolId=pool, Username="aya", TemporaryPassword="Temporary-1")
        cognito.admin_set_user_password(UserPoolId=pool, Username="aya", Password="Lasting-1", Permanent=True)
        signed = cognito.initiate_auth(
            ClientId=client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "aya", "PASSWORD": "Lasting-1"},
        )["AuthenticationResult"]
        url = f"https://cognito-idp.eu-central-1.amazonaws.com/{pool}"
        published = {
            f"{url}/.well-known/openid-configuration": {
                "issuer": url,
                "jwks_uri": f"{url}/.well-known/jwks.json",
            },
            f"{url}/.well-known/jwks.json": _keys_of_moto(),
        }
        answers = httpx.MockTransport(lambda asked: httpx.Response(200, json=published[str(asked.url)]))
        tokens = TokenVerifier(url, {client}, IssuerKeys(url, httpx.Client(transport=answers)))
        claims = tokens.claims(signed["AccessToken"])
        assert (claims["client_id"], claims["token_use"]) == (client, "access")
        with pytest.raises(InvalidToken, match="no access token"):
            tokens.claims(signed["IdToken"])


def _keys_of_moto() -> object:
    published = files(moto.cognitoidp) / "resources" / "jwks-public.json.gz"
    return json.loads(gzip.decompress(published.read_bytes()))
