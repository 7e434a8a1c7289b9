"""Refusals of a model."""

from kenpin.domain.decider import Missing, Refusal


class NoSuchModel(Missing):
    def __init__(self) -> None:
        super().__init__("there is no such model")


class ModelIsRetired(Refusal):
    def __init__(self) -> None:
        super().__init__("the model is retired; train a new one or choose another")
