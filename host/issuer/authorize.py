"""The authorization endpoint: a client sends a person here and receives a code through their browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode, urlsplit

from host.gateway import Answer
from host.issuer.accounts import Session
from host.issuer.browser import PageRequest, read, redirect
from host.issuer.clients import SCOPE, OAuthClient
from host.issuer.pages import EMAIL, PASSWORD, IssuerPage, render
from host.issuer.services import Services
from host.issuer.sign_ins import CodeRequest

CHALLENGE_LENGTH: Final = 43
"""base64url of a SHA-256, without padding"""


@dataclass(frozen=True)
class AuthorizationRequest:
    """A client that is known, and an address of its own to answer to; nothing else is certain yet."""

    client: OAuthClient
    redirect_uri: str
    asked: Mapping[str, str]

    @classmethod
    def of(cls, services: Services, query: str) -> "AuthorizationRequest | None":
        asked = read(query)
        client = services.clients.get(asked.get("client_id", ""))
        redirect_uri = asked.get("redirect_uri", "")
        if client is None or not client.redirect.fullmatch(redirect_uri):
            return None
        return cls(client, redirect_uri, asked)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def error(self) -> str:
        """Return the problem in OAuth's words; empty when there is none."""
        if self.asked.get("response_type") != "code":
            return "unsupported_response_type"
        if SCOPE not in self.asked.get("scope", "").split():
            return "invalid_scope"
        has_pkce = self.asked.get("code_challenge_method") == "S256"
        if not has_pkce or len(self.asked.get("code_challenge", "")) != CHALLENGE_LENGTH:
            return "invalid_request"
        return ""

    def answered(self, parameters: Mapping[str, str], issuer: str) -> Answer:
        """Return a redirect to the client. It names the issuer (RFC 9207)."""
        state = {"state": self.asked["state"]} if "state" in self.asked else {}
        return redirect(f"{self.redirect_uri}?{urlencode({**parameters, **state, 'iss': issuer})}")


def authorize(page_request: PageRequest) -> Answer:
    services, query = page_request.services, page_request.request.query
    authorization = AuthorizationRequest.of(services, query)
    if authorization is None:
        return unknown_client(page_request)
    if error := authorization.error():
        return authorization.answered({"error": error}, services.url)
    prompts, session = authorization.asked.get("prompt", "").split(), page_request.session()
    if session and "login" not in prompts:
        return grant_code(services, authorization, session)
    if "none" in prompts:
        return authorization.answered({"error": "login_required"}, services.url)
    return sign_in_page(page_request, query)


def grant_code(services: Services, authorization: AuthorizationRequest, session: Session) -> Answer:
    asked = authorization.asked
    code_request = CodeRequest(authorization.redirect_uri, asked["code_challenge"], asked.get("nonce", ""))
    return authorization.answered(
        {"code": services.sign_ins.begin(session, authorization.client, code_request)}, services.url
    )


def sign_in_page(
    page_request: PageRequest,
    query: str,
    problem: str = "",
    email: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Answer:
    """Return the sign-in page. `query`: the client's authorization request; empty when there is no client."""
    authorization = AuthorizationRequest.of(page_request.services, query)
    fields = (EMAIL.with_value(email), PASSWORD)
    page = IssuerPage(
        *("sign_in", "sign_in_what", "/issuer/sign-in", "sign_in"),
        fields=fields,
        sends_to=authorization.origin if authorization else "",
    )
    form, secret = page_request.form_of()
    own = query if page_request.request.method == "GET" else None
    answer = render(
        page,
        page_request.preferences,
        form=form,
        hidden={"ask": query},
        problem=problem,
        query=own,
        status=status,
    )
    return page_request.keeping_form(answer, secret)


def unknown_client(page_request: PageRequest) -> Answer:
    """Return an error page: an unknown client's redirect address is never followed."""
    return render(
        IssuerPage("no_client", "no_client_what"),
        page_request.preferences,
        home=page_request.services.home,
        status=HTTPStatus.BAD_REQUEST,
    )
