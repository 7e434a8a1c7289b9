"""Events of a project and its label book."""

from typing import Literal

from kenpin.domain.event import Event
from kenpin.domain.gates import GateLimit
from kenpin.domain.ids import DatasetId, ImageId, ProjectId, SampleId, Sha256, WebhookId
from kenpin.domain.project.values import Example, Rule
from kenpin.domain.suggestion_strategies import Strategy
from kenpin.domain.webhook import WebhookType


class ProjectCreated(Event):
    """Someone opened a project: the place of its products, label book and policy."""

    project_id: ProjectId
    name: str


class ProductDefined(Event):
    """A product (品種) that images can show."""

    product_id: str
    name: str


class DefectClassDefined(Event):
    """A kind of defect that people can point at. It makes a new revision of the label book."""

    class_id: str
    name: str
    name_ja: str = ""
    key: int | None = None
    """The digit key that chooses the class in the browser."""
    description: str = ""
    rule: Rule | None = None
    examples: tuple[Example, ...] = ()
    colour: str = ""
    """The colour of its shapes, like `#e69f00`; empty: the colour of NG."""


class DefectClassRevised(Event):
    """The class was named or described anew; what was labelled before stays as it is."""

    class_id: str
    name: str
    name_ja: str = ""
    key: int | None = None
    description: str = ""
    rule: Rule | None = None
    examples: tuple[Example, ...] = ()
    colour: str = ""


class DefectClassRetired(Event):
    """The class takes no new annotations."""

    class_id: str
    reason: str


class LabelBookRevised(Event):
    """The rules for every class changed. This makes a new revision of the label book."""

    rules: str
    reason: str = ""


class LimitSampleApproved(Event):
    """The actor made this image a limit sample (限度見本) of a class: what is still good, or just not any more.

    It makes a new revision of the label book, and stands until it is withdrawn or its last day has passed.
    """

    sample_id: SampleId
    dataset_id: DatasetId
    image_id: ImageId
    class_id: str
    side: Literal["accepted", "rejected"]
    note: str = ""
    valid_until: str | None = None
    """The last day it counts on, ISO 8601."""


class LimitSampleWithdrawn(Event):
    """The limit sample counts no more. It makes a new revision of the label book."""

    sample_id: SampleId
    reason: str


class InspectionPolicySet(Event):
    """The costs of mistakes in production, from which thresholds follow."""

    escape_cost: float
    overkill_cost: float
    defect_rate: float | None = None
    """Share of NG in production, 0..1."""
    reason: str = ""


class ReviewPolicySet(Event):
    """The project asks for two people or no longer does: an annotation then counts once another person accepts it.

    With two people nobody reviews their own, and training takes accepted annotations only.
    """

    two_person: bool
    reason: str = ""
    hide_verdict: bool = False
    """A reviewer sees the judgement only after they have looked at the picture."""


class JudgementReasonsSet(Event):
    """The common reasons of judgements, each chosen by one digit key. They replace those before."""

    reasons: tuple[str, ...]
    reason: str = ""


class TimeZoneSet(Event):
    """The time zone of the project's site was set: dates are shown, and days counted, in it."""

    zone: str
    """Its name in the database of IANA"""
    reason: str = ""


class GatesSet(Event):
    """The limits that a model must keep before it is promoted to production. They replace those before."""

    limits: tuple[GateLimit, ...]
    second_person: bool = False
    """Nobody promotes a model whose run they asked for themselves."""
    reason: str = ""


class AutomaticInspectionSet(Event):
    """The models in production inspect the images that arrive, or no longer do."""

    is_on: bool
    reason: str = ""


class SuggestionMixSet(Event):
    """The shares of the strategies that choose images to judge next. They replace those before; none: the default.

    The random controls of each suggestion are no part of them.
    """

    shares: dict[Strategy, float]
    """They sum to 1."""
    reason: str = ""


class BackboneRegistered(Event):
    """A network of the project's own: runs name it as their architecture. The name stays with this file."""

    name: str
    digest: Sha256
    """SHA-256 of the Keras file"""
    taps: tuple[str, ...]
    """Names of the layers whose maps are used"""
    mean: float = 0.0
    scale: float = 1.0
    """The network sees (pixel - mean) / scale, of pixels 0..255 in the order RGB."""
    licence: str = ""
    """The licence of the weights, in the words of the person who registered them"""


class WebhookAdded(Event):
    """Kenpin tells this address from now on what happens in the project. The secret of its signatures is not here."""

    webhook_id: WebhookId
    address: str
    types: tuple[WebhookType, ...]
    reason: str = ""


class WebhookChanged(Event):
    """The webhook has another address or other types, or was turned off or on."""

    webhook_id: WebhookId
    address: str
    types: tuple[WebhookType, ...]
    is_on: bool = True
    reason: str = ""


class WebhookRemoved(Event):
    """The webhook gets no more messages."""

    webhook_id: WebhookId
    reason: str = ""


ProjectEvent = (
    ProjectCreated
    | ProductDefined
    | DefectClassDefined
    | DefectClassRevised
    | DefectClassRetired
    | LabelBookRevised
    | LimitSampleApproved
    | LimitSampleWithdrawn
    | InspectionPolicySet
    | ReviewPolicySet
    | JudgementReasonsSet
    | TimeZoneSet
    | GatesSet
    | AutomaticInspectionSet
    | SuggestionMixSet
    | BackboneRegistered
    | WebhookAdded
    | WebhookChanged
    | WebhookRemoved
)
