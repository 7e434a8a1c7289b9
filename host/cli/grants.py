"""OpenID Connect for the command line: discovery, and the grants that `kenpin` uses."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from host.cli.failures import Failure, Refused, Unreachable
from host.issuer.secret import challenge, payload

T = TypeVar("T", bound=BaseModel)
RENEW_BEFORE_END_S: Final = 30.0
"""A token this close to its end is renewed before it is sent."""
JSON_HEADERS: Final = {"Accept": "application/json"}
COGNITO_PATHS: Final = {"authorization": "authorize", "token": "token", "revocation": "revoke"}


class Oidc(BaseModel):
    """The part of /config.json that describes the issuer."""

    issuer: str
    client_id: str
    cli_client_id: str = ""
    domain: str = ""
    scope: str = "openid"

    @property
    def client(self) -> str:
        return self.cli_client_id or self.client_id


class Config(BaseModel):
    oidc: Oidc | None = None


class Endpoints(BaseModel):
    """The part of an issuer's discovery document that is used here."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str = ""


class TokenResponse(BaseModel):
    """The answer of a token endpoint."""

    access_token: str
    expires_in: float = 3600.0
    refresh_token: str = ""
    id_token: str = ""


@dataclass(frozen=True)
class TokenSet:
    """An access token, good until `ends_at` (seconds since 1970), and its refresh token. Its text shows neither."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    ends_at: float
    client_id: str
    token_endpoint: str
    revocation_endpoint: str = ""

    def is_over(self) -> bool:
        return time.time() > self.ends_at - RENEW_BEFORE_END_S

    @classmethod
    def of(
        cls, granted: TokenResponse, client_id: str, endpoints: Endpoints, refresh_token: str = ""
    ) -> "TokenSet":
        """Build the token set. Without a new refresh token the old one stays."""
        return cls(
            granted.access_token,
            granted.refresh_token or refresh_token,
            time.time() + granted.expires_in,
            client_id,
            endpoints.token_endpoint,
            endpoints.revocation_endpoint,
        )


def oidc_of(server: str) -> Oidc:
    """Return the issuer of a platform. Raises Refused when the address is no platform."""
    oidc = _validated(Config, _send("GET", f"{server}/config.json")).oidc
    if oidc is None:
        raise Refused(f"{server} names no issuer to sign in at; check the address")
    return oidc


def endpoints_of(oidc: Oidc) -> Endpoints:
    """Return the endpoints: Cognito's by its domain, another issuer's from its discovery document."""
    if oidc.domain:
        endpoints = {
            f"{name}_endpoint": f"{oidc.domain}/oauth2/{path}" for name, path in COGNITO_PATHS.items()
        }
        return Endpoints.model_validate(endpoints)
    return _validated(Endpoints, _send("GET", f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration"))


@dataclass(frozen=True)
class SignInRequest:
    """An authorization request through a person's browser: PKCE (RFC 7636), state and nonce."""

    oidc: Oidc
    endpoints: Endpoints
    redirect_uri: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def url(self) -> str:
        query = {
            **{"response_type": "code", "client_id": self.oidc.client, "redirect_uri": self.redirect_uri},
            **{"scope": self.oidc.scope, "state": self.state, "nonce": self.nonce},
            **{"code_challenge": challenge(self.verifier), "code_challenge_method": "S256"},
        }
        return f"{self.endpoints.authorization_endpoint}?{urlencode(query)}"

    def exchange(self, code: str) -> tuple[TokenSet, str]:
        """Exchange the code for tokens and the person's name. Raises Refused when the nonce is another."""
        form = {
            **{"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri},
            **{"client_id": self.oidc.client, "code_verifier": self.verifier},
        }
        granted = _request_tokens(self.endpoints.token_endpoint, form)
        claims = _claims(granted.id_token)
        if claims.get("nonce") != self.nonce:
            raise Refused("the issuer answered another sign-in; run `kenpin login` again")
        names = [
            claims.get(name) for name in ("name", "preferred_username", "email", "cognito:username", "sub")
        ]
        return TokenSet.of(granted, self.oidc.client, self.endpoints), str(next(filter(None, names)))


def renew(tokens: TokenSet) -> TokenSet:
    """Return new tokens for the refresh token. Raises Refused when the issuer no longer accepts it."""
    form = {
        **{"grant_type": "refresh_token", "refresh_token": tokens.refresh_token},
        "client_id": tokens.client_id,
    }
    granted = _request_tokens(tokens.token_endpoint, form)
    endpoints = Endpoints(
        authorization_endpoint="",
        token_endpoint=tokens.token_endpoint,
        revocation_endpoint=tokens.revocation_endpoint,
    )
    return TokenSet.of(granted, tokens.client_id, endpoints, tokens.refresh_token)


def machine_tokens(oidc: Oidc, client_id: str, secret: str) -> TokenSet:
    """Return the tokens of a machine by client credentials."""
    endpoints = endpoints_of(oidc)
    granted = _request_tokens(
        endpoints.token_endpoint, {"grant_type": "client_credentials"}, (client_id, secret)
    )
    return TokenSet.of(granted, client_id, endpoints)


def revoke(tokens: TokenSet) -> None:
    """Revoke the refresh token, so that a copy of it is worthless. Raises Unreachable."""
    if tokens.revocation_endpoint and tokens.refresh_token:
        form = {"token": tokens.refresh_token, "client_id": tokens.client_id}
        _send("POST", tokens.revocation_endpoint, form)


def _request_tokens(
    url: str, form: Mapping[str, str], secret: tuple[str, str] | None = None
) -> TokenResponse:
    return _validated(TokenResponse, _send("POST", url, form, secret))


def _send(
    method: str, url: str, form: Mapping[str, str] | None = None, secret: tuple[str, str] | None = None
) -> httpx.Response:
    """Send a request. A failure becomes one line that holds nothing of what was sent."""
    auth = httpx.BasicAuth(*secret) if secret else None
    try:
        answer = httpx.request(method, url, data=form, auth=auth, headers=JSON_HEADERS, timeout=30)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise Unreachable(f"no answer from {url} ({error})") from None
    if answer.is_success:
        return answer
    raise _failure(url, answer)


def _failure(url: str, answer: httpx.Response) -> Failure:
    if answer.status_code >= 500:
        return Unreachable(f"{url} answered {answer.status_code} {answer.reason_phrase}")
    try:
        reason = TypeAdapter(dict[str, object]).validate_json(answer.content).get("error")
    except ValidationError:
        reason = None
    return Refused(f"{url} says no ({reason or answer.status_code})")


def _validated(kind: type[T], answer: httpx.Response) -> T:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError:
        raise Refused(
            f"{answer.url.copy_with(query=None)} is not what was looked for; check the address"
        ) from None


def _claims(token: str) -> Mapping[str, object]:
    """Return the claims of a token that came straight from its issuer over TLS."""
    try:
        return payload(token)
    except ValueError:
        raise Refused("the issuer sent no ID token; does the scope have `openid`?") from None
