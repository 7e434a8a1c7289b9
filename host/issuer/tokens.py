"""The token and revocation endpoints, the discovery document and the public keys."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from host.gateway import Answer
from host.issuer.browser import PageRequest
from host.issuer.clients import SCOPE
from host.issuer.mint import TOKEN_LIFE_S, access_token, signed
from host.issuer.secret import challenge
from host.issuer.services import Services
from host.issuer.sign_ins import GrantedSignIn

NO_STORE: Final = MappingProxyType({"cache-control": "no-store"})
VERIFIER_LENGTHS: Final = range(43, 129)
"""RFC 7636, 4.1"""


def configuration(page_request: PageRequest) -> Answer:
    url = page_request.services.url
    return _json(
        {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "revocation_endpoint": f"{url}/revoke",
            "end_session_endpoint": f"{url}/sign-out",
            "jwks_uri": f"{url}/jwks.json",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": [SCOPE],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "ui_locales_supported": ["ja", "en"],
        }
    )


def jwks(page_request: PageRequest) -> Answer:
    return _json(page_request.services.keys.published())


def token(page_request: PageRequest) -> Answer:
    sent, services = page_request.sent, page_request.services
    client = services.clients.get(sent.get("client_id", ""))
    if client is None:
        return _refused("invalid_client", HTTPStatus.UNAUTHORIZED)
    match sent.get("grant_type"):
        case "authorization_code":
            verifier = sent.get("code_verifier", "")
            if len(verifier) not in VERIFIER_LENGTHS:
                return _refused("invalid_request")
            proof = (sent.get("redirect_uri", ""), challenge(verifier))
            granted = services.sign_ins.exchange(sent.get("code", ""), client, *proof)
        case "refresh_token":
            granted = services.sign_ins.renew(sent.get("refresh_token", ""), client)
        case _:
            return _refused("unsupported_grant_type")
    return _json(_tokens(services, granted)) if granted else _refused("invalid_grant")


def revoke(page_request: PageRequest) -> Answer:
    """Revoke a token (RFC 7009)."""
    page_request.services.sign_ins.revoke(page_request.sent.get("token", ""))
    return _json({})


def _tokens(services: Services, granted: GrantedSignIn) -> Mapping[str, object]:
    person, auth_time = granted.person, granted.signed_in_at.timestamp()
    claims = {
        **{"sub": person.actor, "aud": granted.client_id, "token_use": "id", "auth_time": int(auth_time)},
        **{"name": person.name, "email": person.email},
        **({"nonce": granted.nonce} if granted.nonce else {}),
    }
    return {
        "access_token": access_token(services.keys, services.url, person.actor, granted.client_id, auth_time),
        "id_token": signed(services.keys, services.url, claims),
        "refresh_token": granted.refresh_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE_S,
        "scope": SCOPE,
    }


def _refused(error: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Answer:
    return _json({"error": error}, status)


def _json(body: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK) -> Answer:
    headers = {"content-type": "application/json", **NO_STORE}
    return Answer(status, headers, json.dumps(body).encode())
