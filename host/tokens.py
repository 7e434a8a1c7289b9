"""Verification of an OpenID Connect issuer's access tokens, as API Gateway's JWT authorizer does it."""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol, cast

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol, Key, KeySet, KeySetSerialization, RSAKey

from host.issuer.clients import CLI, NODE, UI, issuer_of
from host.issuer.keys import SigningKeys
from host.issuer.secret import payload as jwt_payload
from kenpin.settings import Settings

Claims = Mapping[str, str]
ALGORITHMS: Final = ("RS256", "ES256")
"""Signatures by a key pair alone: with a shared secret, whoever can verify could also sign."""
KEPT_S: Final = 3600.0
"""Time that keys are used before the issuer is asked again, as it may have withdrawn one."""
PAUSE_S: Final = 10.0
"""Shortest time between two questions to the issuer, whatever keys tokens claim."""
LEEWAY_S: Final = 5
"""Largest difference between the issuer's clock and ours."""


class InvalidToken(Exception):
    """The token is not valid; the message says why and holds nothing of it."""


class IssuerUnreachable(Exception):
    """The issuer's keys cannot be fetched, so the token cannot be checked."""


class KeySource(Protocol):
    def __getitem__(self, kid: str) -> Key:
        """Raises KeyError when the issuer has no such key, IssuerUnreachable when it does not say."""


class IssuerKeys:
    """Another issuer's public keys, by their id. Threads may share them."""

    def __init__(
        self, issuer: str, http: httpx.Client | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._issuer, self._clock = issuer, clock
        self._http = http or httpx.Client(timeout=5, trust_env=False)
        self._keys: dict[str, Key] = {}
        self._asked = self._renewed = float("-inf")
        self._asking = threading.Lock()

    def __getitem__(self, kid: str) -> Key:
        """Raises KeyError when the issuer has no such key, IssuerUnreachable when it does not say."""
        with self._asking:
            known, now = kid in self._keys, self._clock()
            if now > self._asked + PAUSE_S and (not known or now > self._renewed + KEPT_S):
                self._asked = now
                self._renew(now)
            if kid not in self._keys and self._renewed < self._asked:
                raise IssuerUnreachable(f"{self._issuer} does not tell its keys")
            return self._keys[kid]

    def _renew(self, now: float) -> None:
        """Keep keys that cannot be renewed: people who are signed in go on working while the issuer is away."""
        try:
            configuration = self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if configuration["issuer"] != self._issuer:
                return
            published = cast(KeySetSerialization, self._get(str(configuration["jwks_uri"])))
            found = KeySet.import_key_set(published)
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError):
            return
        self._keys = {key.kid: key for key in found if key.kid and isinstance(key, RSAKey | ECKey)}
        self._renewed = now

    def _get(self, url: str) -> dict[str, object]:
        return self._http.get(url).raise_for_status().json()  # type: ignore[no-any-return]


class TokenVerifier:
    """The tokens that this platform accepts of one issuer."""

    def __init__(self, issuer: str, audiences: Collection[str], keys: KeySource) -> None:
        self.issuer = issuer
        self._audiences, self._keys = frozenset(audiences), keys
        self._rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            sub={"essential": True},
            exp={"essential": True},
        )

    def claims(self, token: str) -> Claims:
        """Return the claims as API Gateway passes them on. Raises InvalidToken or IssuerUnreachable."""
        try:
            claims = jwt.decode(token, self._key_of, ALGORITHMS).claims
            self._rules.validate(claims)
        except KeyError:
            raise InvalidToken("no key of the issuer signed the token") from None
        except (JoseError, ValueError, TypeError) as error:
            raise InvalidToken(_reason(error)) from None
        if claims.get("token_use", "access") != "access":
            raise InvalidToken("the token is no access token")
        if not self._audiences & _audiences(claims):
            raise InvalidToken("the token was issued for another audience")
        return {name: _text(value) for name, value in claims.items()}

    def _key_of(self, token: GuestProtocol) -> Key:
        return self._keys[token.headers()["kid"]]


class TokenVerifiers:
    """The verifiers of all trusted issuers; the last one also answers for tokens of unknown issuers."""

    def __init__(self, *believed: TokenVerifier) -> None:
        self._by_name, self._last = {tokens.issuer: tokens for tokens in believed}, believed[-1]

    def claims(self, token: str) -> Claims:
        """Raises InvalidToken or IssuerUnreachable."""
        return self._by_name.get(_named_issuer(token), self._last).claims(token)


def issuers_of(settings: Settings) -> TokenVerifiers:
    """Return the verifiers: the node's own, and the issuer of the settings, else the built-in one."""
    keys = SigningKeys(settings.data_dir)
    if not settings.oidc_issuer:
        return TokenVerifiers(TokenVerifier(issuer_of(settings), {UI, CLI, NODE}, keys))
    named = (settings.oidc_client_id, settings.oidc_cli_client_id, *settings.oidc_audiences.split(","))
    audiences = {client.strip() for client in named} - {""}
    people = TokenVerifier(settings.oidc_issuer, audiences, IssuerKeys(settings.oidc_issuer))
    return TokenVerifiers(TokenVerifier(issuer_of(settings), {NODE}, keys), people)


def _named_issuer(token: str) -> str:
    """Return the issuer that a token names, not verified."""
    try:
        return str(jwt_payload(token).get("iss"))
    except ValueError:
        return ""


def _audiences(claims: Mapping[str, object]) -> set[object]:
    """`aud`; an access token of Cognito has `client_id` instead."""
    named = claims.get("aud", claims.get("client_id"))
    return set(named) if isinstance(named, list) else {named}


def _reason(error: Exception) -> str:
    if isinstance(error, JoseError):
        return {
            "expired_token": "the token has expired",
            "bad_signature": "no key of the issuer signed the token",
            "unsupported_algorithm": "the token is signed in a way that is not accepted",
        }.get(error.error, f"the token does not hold ({error.description or error.error})")
    return "this is no signed token"


def _text(value: object) -> str:
    """API Gateway's form: everything is text, a list `[one two]`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(_text, value))}]"
    return str(value)
