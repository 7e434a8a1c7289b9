"""The words of what pydantic refuses."""

from pydantic_core import ErrorDetails


def wording(error: ErrorDetails) -> str:
    """Return what is wrong, without the class that pydantic puts before the words of a validator of ours."""
    return error["msg"].removeprefix("Value error, ")


def place_and_wording(error: ErrorDetails) -> str:
    """Return where it is wrong, such as `limits.0`, and what."""
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {wording(error)}" if place else wording(error)
