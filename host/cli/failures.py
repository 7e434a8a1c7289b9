"""Failures of a command: one line on stderr, and an exit code for each kind."""


class Failure(Exception):
    """The message says what, where and what to do."""

    exit_code = 2


class AnswerIsNo(Failure):
    """The answer is no: verification failed, the run failed, or some images could not be imported."""

    exit_code = 1


class Refused(Failure):
    """Bad input, or a rule of the platform says no."""


class Unreachable(Failure):
    """The platform does not answer, or broke while it answered."""

    exit_code = 3
