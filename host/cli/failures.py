"""Failures of a command: one line on stderr, and an exit code for each kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from kenpin.domain.invalid import wording


class Failure(Exception):
    """The message says what, where and what to do."""

    exit_code = 2


class AnswerIsNo(Failure):
    """The answer is no: verification failed, the run failed, or some images could not be imported."""

    exit_code = 1


class Refused(Failure):
    """Bad input, or a rule of the platform says no."""


def bad_setting(error: ValidationError) -> Refused:
    """Return the refusal that names the first setting of this shell that does not hold."""
    first = error.errors()[0]
    where = "".join(f"KENPIN_{str(name).upper()}: " for name in first["loc"][:1])
    return Refused(where + wording(first))


@contextmanager
def refusing_to_write(path: Path) -> Iterator[None]:
    """Turn an error of the file system into the refusal that names the path."""
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}") from None


class Unreachable(Failure):
    """The platform does not answer, or broke while it answered."""

    exit_code = 3
