"""Passwords: argon2id with the parameters of RFC 9106, and what a new one must be."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
LONGEST: Final = 200
"""characters; argon2 would take any number, and time for it"""
HASHER: Final = PasswordHasher()


def hashed(password: str) -> str:
    return HASHER.hash(password)


def holds(password: str, stored: str | None) -> bool:
    """Takes as long when nothing is stored: so nobody learns which accounts exist."""
    try:
        HASHER.verify(stored or hash_of_nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_good(password: str, *known: str) -> bool:
    """Long enough, and nothing that everybody knows of the person."""
    about = {each.casefold() for each in known if each}
    return SHORTEST <= len(password) <= LONGEST and password.casefold() not in about


@cache
def hash_of_nobody() -> str:
    """Return a hash to compare an unknown person's password with."""
    return hashed("nobody's password")
