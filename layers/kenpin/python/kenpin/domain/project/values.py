"""Values of the label standard that events, commands and answers share."""

from typing import Annotated

from msgspec import Meta

from kenpin.domain.ids import DatasetId, Sha256
from kenpin.domain.value import Value

Words = Annotated[str, Meta(max_length=4000)]


class Rule(Value):
    """The description of defects of the class, in the author's words."""

    counts: Words = ""
    counts_not: Words = ""
    """Defects that look alike and are not of the class."""
    limits: Words = ""
    """Sizes in mm or px, as the author writes them: `longer than 5 mm, or wider than 0.3 mm`."""


class Example(Value):
    """A picture that shows what a rule means."""

    dataset_id: DatasetId
    image_id: Sha256
    note: Annotated[str, Meta(max_length=500)] = ""
