"""Failures of a command: one line on stderr, and an exit code for each kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Failure(Exception):
    """The message says what, where and what to do."""

    exit_code = 2


class AnswerIsNo(Failure):
    """The answer is no: verification failed, the run failed, or some images could not be imported."""

    exit_code = 1


class Refused(Failure):
    """Bad input, or a rule of the platform says no."""


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
