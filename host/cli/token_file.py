"""The file of tokens of people who ran `kenpin login`: only its owner can read it; one entry for each server."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer
from pydantic import TypeAdapter, ValidationError

from host.cli.failures import Refused
from host.cli.grants import TokenSet

TOKENS_BY_SERVER: Final = TypeAdapter(dict[str, TokenSet])


class TokenFile:
    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(typer.get_app_dir("kenpin"))
        self._path = self._folder / "tokens.json"

    def get(self, server: str) -> TokenSet | None:
        return self._read().get(server)

    def put(self, server: str, tokens: TokenSet) -> None:
        self._write({**self._read(), server: tokens})

    def forget(self, server: str) -> None:
        self._write({each: tokens for each, tokens in self._read().items() if each != server})

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the file for a change: a refresh token is good once, and two commands must not both use it."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self._folder / "tokens.lock").open("wb")
        except OSError as error:
            raise Refused(f"cannot keep tokens in {self._folder}: {error.strerror}") from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, TokenSet]:
        try:
            return TOKENS_BY_SERVER.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError):
            raise Refused(f"cannot read {self._path}; remove it and run `kenpin login`") from None

    def _write(self, tokens: dict[str, TokenSet]) -> None:
        """Replace the file at once, so that a reader sees the old one or the new one."""
        temporary = self._folder / f".{secrets.token_hex(4)}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(TOKENS_BY_SERVER.dump_json(tokens, indent=1))
        temporary.replace(self._path)
