"""The words of what pydantic refuses."""

from typing import Final

from pydantic_core import ErrorDetails

WORDS: Final = {
    "union_tag_not_found": "it is no object with a field {discriminator}",
    "model_attributes_type": "it is no object",
    "union_tag_invalid": "its {discriminator} is '{tag}', which is none of {expected_tags}",
    "too_short": "it has too few items; send at least {min_length}",
    "too_long": "it has more than {max_length} items; send at most {max_length}",
}
"""Words of ours by the type of the error, where those of pydantic speak of its own parts"""


def wording(error: ErrorDetails) -> str:
    """Return what is wrong, without the class that pydantic puts before the words of a validator of ours."""
    if words := WORDS.get(error["type"]):
        return words.format_map(error.get("ctx", {}))
    return error["msg"].removeprefix("Value error, ")


def place_and_wording(error: ErrorDetails) -> str:
    """Return where it is wrong, such as `limits.0`, and what."""
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {wording(error)}" if place else wording(error)
