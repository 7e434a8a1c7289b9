"""Logins to Aurora: the IAM token and the root certificates."""

import ssl
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from kenpin.adapters.aws import clients
from kenpin.adapters.aws.database_login import RDS_ROOTS, ROOTS, TokenLogin

HOST = "kenpin.proxy-0123.eu-central-1.rds.amazonaws.com"
URL = f"postgresql://kenpin_app@{HOST}:5432/kenpin?sslmode=verify-full"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials as a function has them: of a role, with a session token."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a/session+token=")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    clients.session.cache_clear()  # it remembers whose credentials it found first


def terms(token: str) -> dict[str, list[str]]:
    assert token.startswith(f"{HOST}:5432/?")
    return parse_qs(urlsplit(f"https://{token}").query, strict_parsing=True)


def test_the_token_is_the_one_that_the_sdk_makes() -> None:
    sdk = boto3.Session().client("rds")
    for _ in range(5):
        ours = TokenLogin(URL, ROOTS)()["password"]
        theirs = sdk.generate_db_auth_token(DBHostname=HOST, Port=5432, DBUsername="kenpin_app")
        if terms(ours)["X-Amz-Date"] == terms(theirs)["X-Amz-Date"]:  # signed for the second
            break
    assert terms(ours) == terms(theirs)
    assert terms(ours)["DBUser"] == ["kenpin_app"]
    assert terms(ours)["X-Amz-Expires"] == ["900"]


def test_a_token_is_used_again_while_it_can_begin_a_connection_and_not_longer() -> None:
    now = 0.0
    login = TokenLogin(URL, ROOTS, clock=lambda: now)
    first = login()["password"]
    now = 599.0
    assert login()["password"] is first
    now = 600.0
    assert login()["password"] is not first


def test_the_proxys_certificate_is_compared_with_amazons_public_roots() -> None:
    assert TokenLogin(URL, ROOTS)()["sslrootcert"] == str(ROOTS)
    names = {dict(part[0] for part in root["subject"]).get("commonName") for root in _roots(str(ROOTS))}
    assert {f"Amazon Root CA {number}" for number in range(1, 5)} <= names


def test_the_databases_certificate_is_compared_with_the_roots_of_rds() -> None:
    roots = _roots(str(RDS_ROOTS))
    names = {dict(part[0] for part in root["subject"])["commonName"] for root in roots}
    assert len(names) == 27
    for region in ("eu-central-1", "ap-northeast-1", "us-east-1"):
        assert f"Amazon RDS {region} Root CA RSA2048 G1" in names
    ends = [ssl.cert_time_to_seconds(str(root["notAfter"])) for root in roots]
    assert datetime.fromtimestamp(min(ends), UTC).year >= 2061


def _roots(file: str) -> list[dict[str, Any]]:
    return ssl.create_default_context(cafile=file).get_ca_certs()
