"""Passwords: argon2id with the parameters of RFC 9106, and the rule for new ones."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
LONGEST: Final = 200
"""Characters. argon2 would take any number, and time for it."""
HASHER: Final = PasswordHasher()


def hashed(password: str) -> str:
    return HASHER.hash(password)


def holds(password: str, stored: str | None) -> bool:
    """Compare a password with its hash, in equal time when none is stored, so that accounts cannot be probed."""
    try:
        HASHER.verify(stored or hash_of_nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_good(password: str, *known: str) -> bool:
    """Return True when a new password is long enough and is not the person's name or address."""
    about = {each.casefold() for each in known if each}
    return SHORTEST <= len(password) <= LONGEST and password.casefold() not in about


@cache
def hash_of_nobody() -> str:
    """Return a hash to compare an unknown person's password with."""
    return hashed("nobody's password")
