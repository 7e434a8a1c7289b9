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
KEYS_VALID_S: Final = 3600.0
"""Time that fetched keys are used before they are fetched again: the issuer may withdraw one."""
MIN_FETCH_INTERVAL_S: Final = 10.0
"""Shortest time between two fetches, so that tokens with made-up key ids cause no flood of requests."""
CLOCK_LEEWAY_S: Final = 5
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
        self._fetch_tried_at = self._fetched_at = float("-inf")
        self._lock = threading.Lock()

    def __getitem__(self, kid: str) -> Key:
        """Raises KeyError when the issuer has no such key, IssuerUnreachable when it does not say."""
        with self._lock:
            known, now = kid in self._keys, self._clock()
            if now > self._fetch_tried_at + MIN_FETCH_INTERVAL_S and (
                not known or now > self._fetched_at + KEYS_VALID_S
            ):
                self._fetch_tried_at = now
                self._fetch(now)
            if kid not in self._keys and self._fetched_at < self._fetch_tried_at:
                raise IssuerUnreachable(f"{self._issuer} does not tell its keys")
            return self._keys[kid]

    def _fetch(self, now: float) -> None:
        """Fetch the keys. On failure the old keys stay, so that people go on working while the issuer is away."""
        try:
            configuration = self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if configuration["issuer"] != self._issuer:
                return
            published = cast(KeySetSerialization, self._get(str(configuration["jwks_uri"])))
            found = KeySet.import_key_set(published)
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError):
            return
        self._keys = {key.kid: key for key in found if key.kid and isinstance(key, RSAKey | ECKey)}
        self._fetched_at = now

    def _get(self, url: str) -> dict[str, object]:
        return self._http.get(url).raise_for_status().json()  # type: ignore[no-any-return]


class TokenVerifier:
    """The tokens that this platform accepts of one issuer."""

    def __init__(self, issuer: str, audiences: Collection[str], keys: KeySource) -> None:
        self.issuer = issuer
        self._audiences, self._keys = frozenset(audiences), keys
        self._claim_rules = jwt.JWTClaimsRegistry(
            leeway=CLOCK_LEEWAY_S,
            iss={"essential": True, "value": issuer},
            sub={"essential": True},
            exp={"essential": True},
        )

    def claims(self, token: str) -> Claims:
        """Return the claims as API Gateway passes them on. Raises InvalidToken or IssuerUnreachable."""
        try:
            claims = jwt.decode(token, self._key_of, ALGORITHMS).claims
            self._claim_rules.validate(claims)
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

    def __init__(self, *verifiers: TokenVerifier) -> None:
        self._by_issuer, self._default = {verifier.issuer: verifier for verifier in verifiers}, verifiers[-1]

    def claims(self, token: str) -> Claims:
        """Raises InvalidToken or IssuerUnreachable."""
        return self._by_issuer.get(_unverified_issuer(token), self._default).claims(token)


def verifiers_of(settings: Settings) -> TokenVerifiers:
    """Return the verifiers: the node's own, and the issuer of the settings, else the built-in one."""
    keys = SigningKeys(settings.data_dir)
    if not settings.oidc_issuer:
        return TokenVerifiers(TokenVerifier(issuer_of(settings), {UI, CLI, NODE}, keys))
    client_names = (settings.oidc_client_id, settings.oidc_cli_client_id, *settings.oidc_audiences.split(","))
    audiences = {client.strip() for client in client_names} - {""}
    external = TokenVerifier(settings.oidc_issuer, audiences, IssuerKeys(settings.oidc_issuer))
    return TokenVerifiers(TokenVerifier(issuer_of(settings), {NODE}, keys), external)


def _unverified_issuer(token: str) -> str:
    """Return the issuer that a token names, not verified."""
    try:
        return str(jwt_payload(token).get("iss"))
    except ValueError:
        return ""


def _audiences(claims: Mapping[str, object]) -> set[object]:
    """`aud`; an access token of Cognito has `client_id` instead."""
    audience = claims.get("aud", claims.get("client_id"))
    return set(audience) if isinstance(audience, list) else {audience}


def _reason(error: Exception) -> str:
    if isinstance(error, JoseError):
        return {
            "expired_token": "the token has expired",
            "bad_signature": "no key of the issuer signed the token",
            "unsupported_algorithm": "the token is signed in a way that is not accepted",
        }.get(error.error, f"the token does not hold ({error.description or error.error})")
    return "this is no signed token"


def _text(value: object) -> str:
    """Return the value as API Gateway writes it: text; a list as `[one two]`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{' '.join(map(_text, value))}]"
    return str(value)
