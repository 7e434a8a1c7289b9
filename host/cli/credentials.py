"""Credentials of the command line: a token, a machine, or a person who signed in."""

import os
import threading
from collections.abc import Callable, Generator

import httpx

from host.cli.failures import Refused
from host.cli.grants import TokenSet, machine_tokens, oidc_of, renew
from host.cli.token_file import TokenFile
from kenpin_client import BearerToken

Flow = Generator[httpx.Request, httpx.Response, None]


class RenewingToken(httpx.Auth):
    """Tokens that are renewed when they end, and once when the platform refuses them. Threads may share it."""

    def __init__(self, renew: Callable[[TokenSet | None], TokenSet], first: TokenSet | None = None) -> None:
        self._renew, self._tokens = renew, first
        self._renewing = threading.Lock()

    def auth_flow(self, request: httpx.Request) -> Flow:
        token = self._token()
        request.headers["Authorization"] = f"Bearer {token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            request.headers["Authorization"] = f"Bearer {self._token(refused=token)}"
            yield request

    def _token(self, refused: str = "") -> str:
        with self._renewing:
            tokens = self._tokens
            if tokens is None or tokens.is_over() or tokens.access_token == refused:
                tokens = self._tokens = self._renew(tokens)
            return tokens.access_token


def credentials(server: str) -> httpx.Auth:
    """KENPIN_TOKEN, else KENPIN_CLIENT_ID with its secret, else who ran `kenpin login`. Raises Refused."""
    if token := os.environ.get("KENPIN_TOKEN"):
        return BearerToken(token.strip())
    if machine := os.environ.get("KENPIN_CLIENT_ID"):
        return _machine_token(server, machine, os.environ.get("KENPIN_CLIENT_SECRET", ""))
    token_file = TokenFile()
    if stored := token_file.get(server):
        return RenewingToken(lambda previous: _renew_stored(token_file, server, previous), stored)
    raise Refused(f"nobody is signed in to {server} here; run `kenpin login`, or set KENPIN_TOKEN")


def _machine_token(server: str, client_id: str, secret: str) -> RenewingToken:
    if not secret:
        raise Refused("KENPIN_CLIENT_ID needs its KENPIN_CLIENT_SECRET")
    return RenewingToken(lambda _: machine_tokens(oidc_of(server), client_id, secret))


def _renew_stored(token_file: TokenFile, server: str, previous: TokenSet | None) -> TokenSet:
    """Renew once for all commands that run: another one may have been faster."""
    ended = Refused(f"the sign-in at {server} has ended; run `kenpin login --server {server}`")
    with token_file.locked():
        stored = token_file.get(server)
        if stored is None or not stored.refresh_token:
            raise ended
        if stored != previous and not stored.is_over():
            return stored
        try:
            renewed = renew(stored)
        except Refused:
            raise ended from None
        token_file.put(server, renewed)
        return renewed
