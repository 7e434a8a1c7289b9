"""Routes of the issuer."""

from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from typing import Final

from host.asgi import problem
from host.gateway import Answer, Request
from host.issuer.account import password
from host.issuer.authorize import authorize
from host.issuer.browser import PageRequest
from host.issuer.links import first_admin, first_admin_by_hand, invitation
from host.issuer.pages import IssuerPage, render, style
from host.issuer.services import Services, services_of
from host.issuer.sign_in import sign_in, sign_out
from host.issuer.tokens import configuration, jwks, revoke, token
from kenpin.bootstrap import wire
from kenpin.ports import Unavailable
from kenpin.settings import Settings

ROUTES: Final[dict[tuple[str, str], Callable[[PageRequest], Answer]]] = {
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


class Issuer:
    """Answers requests below `/issuer/`. Threads may share it. Nothing is connected before it is asked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _services(self) -> Services:
        return services_of(wire(self._settings))

    def answer(self, request: Request) -> Answer:
        try:
            return self._answered(PageRequest.of(self._services, request))
        except Unavailable as reason:
            detail = f"{reason}; try again in a moment"
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, request, detail, {"retry-after": "5"})

    def _answered(self, page_request: PageRequest) -> Answer:
        if route := ROUTES.get((page_request.request.method, page_request.request.path)):
            return route(page_request)
        return render(
            IssuerPage("nothing"),
            page_request.preferences,
            home=self._services.home,
            status=HTTPStatus.NOT_FOUND,
        )
