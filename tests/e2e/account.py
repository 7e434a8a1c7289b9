"""A person with an account at the node's own issuer, and how tests sign them in without a page."""

import json
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx

from host.issuer.clients import UI
from host.issuer.secret import challenge, payload

PASSWORD = "a long enough password"


@dataclass
class Account:
    """Made by an invitation, as every account but the first."""

    url: str
    actor: str
    name: str
    email: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, trust_env=False)

    def accept(self, link: str) -> None:
        page = self.http.get(link)
        form = {**fields_of(page.text), "name": self.name, "email": self.email, "new_password": PASSWORD}
        answer = self.http.post("/issuer/invitation", data=form)
        assert answer.status_code == 303, answer.text

    @property
    def session(self) -> str:
        """The cookie of the issuer's own pages."""
        return str(self.http.cookies["kenpin-session"])

    def signed_in(self) -> tuple[str, str]:
        """Return the storage of a signed-in tab: place and content."""
        callback, verifier = f"{self.url}/signed-in", secrets.token_urlsafe(48)
        asked = {
            **{"client_id": UI, "redirect_uri": callback, "response_type": "code", "scope": "openid"},
            **{"code_challenge": challenge(verifier), "code_challenge_method": "S256", "state": "s"},
        }
        back = self.http.get("/issuer/authorize", params=asked).headers["location"]
        (code,) = parse_qs(urlsplit(back).query)["code"]
        form = {"grant_type": "authorization_code", "client_id": UI, "redirect_uri": callback}
        answer = self.http.post("/issuer/token", data={**form, "code": code, "code_verifier": verifier})
        tokens = answer.raise_for_status().json()
        kept = {
            **{"refresh_token": tokens["refresh_token"], "scope": "openid", "token_type": "Bearer"},
            "profile": dict(payload(tokens["id_token"])),
        }
        return f"user:{self.url}/issuer:{UI}", json.dumps(kept)


def fields_of(page: str) -> dict[str, str]:
    """Return the hidden fields of a form of the issuer."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
