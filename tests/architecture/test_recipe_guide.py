"""The guide to recipes has every field, with its default."""

import re

from kenpin.domain.recipe import Recipe
from tests.architecture.checkout import ROOT

ROW = re.compile(r"^\| `(\w+)` \| (?:`([^`]+)`|none) \| [a-z_, ]+ \| .+ \|$", re.MULTILINE)


def test_the_guide_has_every_field_of_a_recipe_in_its_order_with_its_default() -> None:
    guide = (ROOT / "docs/guides/recipe.md").read_text("utf-8")
    defaults = {name: value or None for name, value in ROW.findall(guide)}
    values = Recipe().model_dump(mode="json").items()
    expected = {
        name: None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in values
    }
    assert list(defaults.items()) == list(expected.items())
