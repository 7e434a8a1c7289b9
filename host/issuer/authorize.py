"""The authorization endpoint: a client sends a person here, and gets a code back by way of their browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode, urlsplit

from host.gateway import Answer
from host.issuer.accounts import Session
from host.issuer.browser import Visit, read, redirect
from host.issuer.clients import SCOPE, Client
from host.issuer.pages import EMAIL, PASSWORD, Page, render
from host.issuer.parts import Parts
from host.issuer.sign_ins import Asked

CHALLENGE_LENGTH: Final = 43
"""base64url of a SHA-256, without padding"""


@dataclass(frozen=True)
class Question:
    """A client that is known, and an address of its own to answer to; nothing else is certain yet."""

    client: Client
    redirect_uri: str
    asked: Mapping[str, str]

    @classmethod
    def of(cls, parts: Parts, query: str) -> "Question | None":
        asked = read(query)
        client = parts.clients.get(asked.get("client_id", ""))
        redirect_uri = asked.get("redirect_uri", "")
        if client is None or not client.redirect.fullmatch(redirect_uri):
            return None
        return cls(client, redirect_uri, asked)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    def error(self) -> str:
        """What is wrong with it in OAuth's words; empty: nothing."""
        if self.asked.get("response_type") != "code":
            return "unsupported_response_type"
        if SCOPE not in self.asked.get("scope", "").split():
            return "invalid_scope"
        proves = self.asked.get("code_challenge_method") == "S256"
        if not proves or len(self.asked.get("code_challenge", "")) != CHALLENGE_LENGTH:
            return "invalid_request"
        return ""

    def answered(self, said: Mapping[str, str], issuer: str) -> Answer:
        """RFC 9207: the answer names who it is from."""
        state = {"state": self.asked["state"]} if "state" in self.asked else {}
        return redirect(f"{self.redirect_uri}?{urlencode({**said, **state, 'iss': issuer})}")


def authorize(visit: Visit) -> Answer:
    parts, query = visit.parts, visit.request.query
    question = Question.of(parts, query)
    if question is None:
        return stranger(visit)
    if error := question.error():
        return question.answered({"error": error}, parts.url)
    prompts, session = question.asked.get("prompt", "").split(), visit.session()
    if session and "login" not in prompts:
        return granted(parts, question, session)
    if "none" in prompts:
        return question.answered({"error": "login_required"}, parts.url)
    return sign_in_page(visit, query)


def granted(parts: Parts, question: Question, session: Session) -> Answer:
    asked = question.asked
    about = Asked(question.redirect_uri, asked["code_challenge"], asked.get("nonce", ""))
    return question.answered({"code": parts.sign_ins.begin(session, question.client, about)}, parts.url)


def sign_in_page(
    visit: Visit, query: str, problem: str = "", email: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Answer:
    """`query` is the client's question, which the form carries along; empty: somebody came by themselves."""
    question = Question.of(visit.parts, query)
    fields = (EMAIL.with_value(email), PASSWORD)
    page = Page(
        *("sign_in", "sign_in_what", "/issuer/sign-in", "sign_in"),
        fields=fields,
        sends_to=question.origin if question else "",
    )
    form, secret = visit.form_of()
    own = query if visit.request.method == "GET" else None
    answer = render(
        page, visit.taste, form=form, hidden={"ask": query}, problem=problem, query=own, status=status
    )
    return visit.keeping_form(answer, secret)


def stranger(visit: Visit) -> Answer:
    """Nobody is sent anywhere that an unknown client names."""
    return render(
        Page("no_client", "no_client_what"), visit.taste, home=visit.parts.home, status=HTTPStatus.BAD_REQUEST
    )
