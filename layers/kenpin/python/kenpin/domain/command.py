"""What a command is: a request from outside, checked by pydantic so that errors say what and where."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kenpin.domain.ids import DIGEST, SLUG

Slug = Annotated[str, Field(pattern=SLUG)]
Digest = Annotated[str, Field(pattern=DIGEST)]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Text = Annotated[str, Field(max_length=2000)]


class Command(BaseModel):
    """A request in the imperative; a decider answers it with events or a refusal."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
