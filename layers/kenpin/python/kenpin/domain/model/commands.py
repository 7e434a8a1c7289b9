"""Commands to a model."""

from kenpin.domain.command import Command, Digest, Reason, Score, Slug
from kenpin.domain.model.events import Stage


class RegisterModel(Command):
    model_id: Slug
    project_id: Slug
    dataset_id: Slug
    run_id: Slug
    artifact: Digest
    threshold: Score


class ChooseThreshold(Command):
    threshold: Score
    reason: Reason


class PromoteModel(Command):
    stage: Stage
    reason: Reason


class RetireModel(Command):
    reason: Reason


ModelCommand = RegisterModel | ChooseThreshold | PromoteModel | RetireModel
