"""Commands: requests from outside, checked by pydantic so that errors say what and where."""

import re
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from kenpin.domain.ids import DIGEST, SLUG

Slug = Annotated[str, Field(pattern=SLUG)]
Digest = Annotated[str, Field(pattern=DIGEST)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
MAX_REASON_CHARACTERS: Final = 2000
Text = Annotated[str, Field(max_length=MAX_REASON_CHARACTERS)]
Reason = Annotated[str, Field(min_length=1, max_length=MAX_REASON_CHARACTERS)]
"""A reason that must be given; `Text` is one that may be left out."""
Count = Annotated[int, Field(ge=0, lt=2**31)]
Score = Annotated[float, Field(ge=0, le=1)]
"""A model's certainty that an image is NG, and the range of thresholds."""


def _readable(log: str) -> str:
    return log.replace("\0", "�")


Log = Annotated[str, AfterValidator(_readable)]
"""Output of a failed program, made storable."""

NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Command(BaseModel):
    """A request; a decider answers it with events or a refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="after")
    def _can_become_rows(self) -> Self:
        """Reject the NUL character: PostgreSQL cannot store it in a row."""
        if NUL.search(self.model_dump_json()):
            raise ValueError("text must not contain the NUL character")
        return self
