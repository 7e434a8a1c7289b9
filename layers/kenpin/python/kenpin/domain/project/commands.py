"""Commands to a project."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kenpin.domain.command import Command, Digest, Name, Reason, Slug, Text
from kenpin.domain.gates import GateLimit, check_slice
from kenpin.domain.project.values import Example, Rule
from kenpin.domain.suggestion_strategies import Strategy, check_shares
from kenpin.domain.time_zone import ZoneName
from kenpin.domain.webhook import WebhookAddress, WebhookType

WebhookTypes = Annotated[tuple[WebhookType, ...], Field(min_length=1, max_length=20)]
LayerName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^,]+$")]


class CreateProject(Command):
    project_id: Slug
    name: Name


class DefineProduct(Command):
    product_id: Slug
    name: Name


class DefineDefectClass(Command):
    """Define the class, or revise it when it is there."""

    class_id: Slug
    name: Name
    name_ja: Annotated[str, Field(max_length=120)] = ""
    key: Annotated[int, Field(ge=1, le=9)] | None = None
    description: Text = ""
    rule: Rule | None = None
    """The rule of the class; None leaves it unchanged."""
    examples: Annotated[tuple[Example, ...], Field(max_length=20)] | None = None
    """None leaves them unchanged."""
    colour: Annotated[str, Field(pattern=r"^(#[0-9a-f]{6})?$")] | None = None
    """The colour of its shapes; None leaves it unchanged."""


class RetireDefectClass(Command):
    class_id: Slug
    reason: Text


class ReviseLabelBook(Command):
    """Say anew what holds for every class."""

    rules: Annotated[str, Field(max_length=20_000)]
    reason: Text = ""


class ApproveLimitSample(Command):
    sample_id: Slug
    dataset_id: Slug
    image_id: Digest
    class_id: Slug
    side: Literal["accepted", "rejected"]
    note: Text = ""
    valid_until: date | None = None


class WithdrawLimitSample(Command):
    sample_id: Slug
    reason: Reason


class SetInspectionPolicy(Command):
    escape_cost: Annotated[float, Field(gt=0)]
    overkill_cost: Annotated[float, Field(gt=0)]
    defect_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    reason: Text = ""


class SetReviewPolicy(Command):
    two_person: bool
    hide_verdict: bool = False
    """A reviewer sees the judgement only after they have looked at the picture."""
    reason: Text = ""


class SetJudgementReasons(Command):
    """Set the common reasons of judgements, in the order of their digit keys; none: the default reasons."""

    reasons: Annotated[tuple[Annotated[Name, Field(max_length=80)], ...], Field(max_length=9)]
    reason: Text = ""

    @model_validator(mode="after")
    def _are_distinct(self) -> Self:
        if len(set(self.reasons)) < len(self.reasons):
            raise ValueError("give each reason once")
        return self


class SetTimeZone(Command):
    """Set the time zone of the project's site."""

    zone: ZoneName
    reason: Reason


class SetAutomaticInspection(Command):
    """Let the models in production inspect the images that arrive, or no longer."""

    is_on: bool
    reason: Text = ""


class SetGates(Command):
    limits: Annotated[tuple[Annotated[GateLimit, AfterValidator(check_slice)], ...], Field(max_length=50)]
    second_person: bool = False
    """Nobody promotes a model whose run they asked for themselves."""
    reason: Text = ""


class SetSuggestionMix(Command):
    """Set the shares of the strategies that choose images to judge next; without shares the default chooses."""

    shares: dict[Strategy, float]
    """They sum to 1; the random controls are no part of them."""
    reason: Text = ""

    @model_validator(mode="after")
    def _shares_sum_to_1(self) -> Self:
        check_shares(self.shares)
        return self


class RegisterBackbone(Command):
    """Register a Keras file that was uploaded; the same again does nothing."""

    name: Slug
    """The name that recipes give as their architecture"""
    digest: Digest
    taps: Annotated[tuple[LayerName, ...], Field(min_length=1, max_length=8)]
    """Layers whose maps are used"""
    mean: float = 0.0
    scale: Annotated[float, Field(gt=0)] = 1.0
    """The network sees (pixel - mean) / scale, of pixels 0..255 in the order RGB"""
    licence: Text = ""


class AddWebhook(Command):
    webhook_id: Slug
    address: WebhookAddress
    types: WebhookTypes
    reason: Text = ""


class ChangeWebhook(Command):
    """Set address or types anew, or turn the webhook off or on. What is None stays, and is not checked anew."""

    webhook_id: Slug
    address: WebhookAddress | None = None
    types: WebhookTypes | None = None
    is_on: bool | None = None
    reason: Text = ""


class RemoveWebhook(Command):
    webhook_id: Slug
    reason: Text = ""


ProjectCommand = (
    CreateProject
    | DefineProduct
    | DefineDefectClass
    | RetireDefectClass
    | ReviseLabelBook
    | ApproveLimitSample
    | WithdrawLimitSample
    | SetInspectionPolicy
    | SetReviewPolicy
    | SetJudgementReasons
    | SetTimeZone
    | SetGates
    | SetAutomaticInspection
    | SetSuggestionMix
    | RegisterBackbone
    | AddWebhook
    | ChangeWebhook
    | RemoveWebhook
)
