"""State of a project: its products, label book, limit samples and policies."""

from __future__ import annotations

from msgspec import Struct
from rpds import HashTrieMap

from kenpin.domain.project.events import (
    BackboneRegistered,
    DefectClassDefined,
    DefectClassRevised,
    GatesSet,
    InspectionPolicySet,
    LimitSampleApproved,
    SuggestionMixSet,
    WebhookAdded,
    WebhookChanged,
)


class ProjectState(Struct, frozen=True):
    """A project, as far as its rules depend on it."""

    version: int = 0
    name: str = ""
    products: HashTrieMap[str, str] = HashTrieMap()
    classes: HashTrieMap[str, DefectClassDefined | DefectClassRevised] = HashTrieMap()
    retired: HashTrieMap[str, str] = HashTrieMap()
    policy: InspectionPolicySet | None = None
    gates: GatesSet | None = None
    gates_version: int = 0
    """The version that set the gates."""
    suggestion_mix: SuggestionMixSet | None = None
    two_person: bool = False
    """An annotation counts only when somebody else has accepted it."""
    hide_verdict: bool = False
    """A reviewer sees the judgement only after they have looked at the picture."""
    judgement_reasons: tuple[str, ...] = ()
    """Common reasons of judgements in the order of their digit keys; none: the default reasons."""
    time_zone: str | None = None
    """The zone of the site; None: that of the installation."""
    automatic_inspection: bool = False
    """The models in production inspect the images that arrive."""
    label_book_revision: int = 0
    rules: str = ""
    """The rules for every class."""
    backbones: HashTrieMap[str, BackboneRegistered] = HashTrieMap()
    """Registered networks by name"""
    webhooks: HashTrieMap[str, WebhookAdded | WebhookChanged | None] = HashTrieMap()
    """Webhooks by id; None: it was removed"""
    samples: HashTrieMap[str, LimitSampleApproved] = HashTrieMap()
    withdrawn: HashTrieMap[str, str] = HashTrieMap()
    """Limit samples that count no more → why."""
