"""The issuer's addresses, and which part answers at each."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from host.gateway import Answer, Request
from host.issuer.account import password
from host.issuer.authorize import authorize
from host.issuer.browser import Visit
from host.issuer.links import first_admin, first_admin_by_hand, invitation
from host.issuer.pages import Page, render, style
from host.issuer.parts import Parts
from host.issuer.sign_in import sign_in, sign_out
from host.issuer.tokens import configuration, jwks, revoke, token

ROUTES: Final[dict[tuple[str, str], Callable[[Visit], Answer]]] = {
    ("GET", "/issuer/.well-known/openid-configuration"): configuration,
    ("GET", "/issuer/jwks.json"): jwks,
    ("GET", "/issuer/authorize"): authorize,
    ("POST", "/issuer/token"): token,
    ("POST", "/issuer/revoke"): revoke,
    ("POST", "/issuer/sign-in"): sign_in,
    ("GET", "/issuer/sign-out"): sign_out,
    ("POST", "/issuer/sign-out"): sign_out,
    ("GET", "/issuer/password"): password,
    ("POST", "/issuer/password"): password,
    ("GET", "/issuer/invitation"): invitation,
    ("POST", "/issuer/invitation"): invitation,
    ("GET", "/issuer/first-admin"): first_admin,
    ("POST", "/issuer/first-admin"): first_admin,
    ("PUT", "/issuer/first-admin"): first_admin_by_hand,
    ("GET", "/issuer/style.css"): lambda _: style(),
}


def answer(parts: Parts, request: Request) -> Answer:
    visit = Visit.of(parts, request)
    if route := ROUTES.get((request.method, request.path)):
        return route(visit)
    page, taste = Page("nothing"), visit.taste
    return render(page, taste, home=parts.home, status=HTTPStatus.NOT_FOUND)
