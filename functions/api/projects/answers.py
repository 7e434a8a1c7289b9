"""Answers about projects, field by field."""

from datetime import datetime

from pydantic import BaseModel

from kenpin.domain.gates import GateLimit
from kenpin.domain.suggestion_strategies import Strategy


class DefectClass(BaseModel):
    class_id: str
    name: str
    name_ja: str
    key: int | None
    description: str
    colour: str = ""
    retired: str | None


class Product(BaseModel):
    product_id: str
    name: str


class Policy(BaseModel):
    escape_cost: float
    overkill_cost: float
    defect_rate: float | None
    reason: str = ""


class ProjectGates(BaseModel):
    """Limits that a model must keep before it is promoted to production."""

    limits: list[GateLimit]
    second_person: bool = False
    """Nobody promotes a model whose run they asked for themselves"""
    reason: str = ""


class SuggestionMix(BaseModel):
    """Shares of the strategies that choose images to judge next; none: the default."""

    shares: dict[Strategy, float]
    """They sum to 1; the random controls are no part of them"""
    reason: str = ""


class ProjectBackbone(BaseModel):
    """A network of the project's own, which recipes name as their architecture."""

    name: str
    digest: str
    """SHA-256 of the Keras file"""
    taps: list[str]
    mean: float
    scale: float
    licence: str


class ProjectBackbones(BaseModel):
    backbones: list[ProjectBackbone]


class BackboneUpload(BaseModel):
    digest: str
    url: str | None
    """The address to PUT the file to; none: it was sent already"""


class Project(BaseModel):
    project_id: str
    name: str
    version: int
    datasets: int
    label_book_revision: int
    defect_classes: list[DefectClass]
    products: list[Product]
    policy: Policy | None
    gates: ProjectGates | None = None
    suggestion_mix: SuggestionMix | None = None
    two_person: bool = False
    """An annotation counts only when another person has accepted it"""
    hide_verdict: bool = False
    """A reviewer sees the judgement only after they have looked at the picture"""
    judgement_reasons: list[str] = []
    """Common reasons of judgements in the order of their digit keys; none: the default reasons"""
    time_zone: str
    """The zone of the site: its own, or that of the installation"""
    automatic_inspection: bool = False
    """The models in production inspect the images that arrive"""
    created_at: datetime
