"""A recipe: everything about how a model is trained, apart from data and seed."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Recipe(BaseModel):
    """Stored in the run's first event. The defaults train a probe in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: Literal["efficientnet-lite0"] = "efficientnet-lite0"
    method: Literal["probe", "fine_tune"] = "probe"
    """probe: logistic regression on frozen features; fine_tune: the network learns as well."""
    image_size: Annotated[int, Field(ge=96, le=512, multiple_of=32)] = 224
    """pixels, both sides"""
    c: Annotated[float, Field(gt=0, le=1e4)] = 1.0
    """Inverse strength of the probe's L2 regularisation."""
    epochs: Annotated[int, Field(ge=1, le=100)] = 8
    batch_size: Annotated[int, Field(ge=1, le=128)] = 16
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-3
    train_from_block: Annotated[int, Field(ge=0, le=16)] = 8
    """The first of the network's 16 blocks that fine-tuning changes."""
    escape_cost: Annotated[float, Field(gt=0)] = 10.0
    overkill_cost: Annotated[float, Field(gt=0)] = 1.0
    defect_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of NG in production for the threshold; None: as in the training labels."""
