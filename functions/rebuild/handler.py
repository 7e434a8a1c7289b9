"""Lambda, called by the catch-up: rebuild rows of read models beside the served ones and swap them."""

from collections.abc import Iterator
from typing import Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.telemetry import observed
from kenpin.bootstrap import platform
from kenpin.projections.projection import ReadModel
from kenpin.projections.rebuild import rebuild
from kenpin.read_models.catalogue import READ_MODELS

RESERVE_MS: Final = 20_000
"""Time to finish a started window of events, or a swap, on a slow day."""


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: {"models": [name, …]}. Return {"models": those left}: call again with them."""
    left = list(named(event["models"]))
    while left and rebuild(
        left[0],
        platform().events,
        platform().database,
        lambda: context.get_remaining_time_in_millis() < RESERVE_MS,
    ):
        left.pop(0)
    return {"models": [model.name for model in left], "left": len(left)}


def named(names: list[str]) -> Iterator[ReadModel]:
    """Yield the read models of these names. Raises ValueError for an unknown name."""
    models = {model.name: model for model in READ_MODELS}
    for name in names or models:
        if name not in models:
            raise ValueError(f"there is no read model {name}; there are {', '.join(models)}")
        yield models[name]
