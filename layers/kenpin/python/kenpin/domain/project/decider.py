"""The rules of a project: names, digit keys and colours of its classes do not clash."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import astuple, replace

from kenpin.domain.decider import Decider
from kenpin.domain.project import standard, webhooks
from kenpin.domain.project.commands import (
    AddWebhook,
    ApproveLimitSample,
    ChangeWebhook,
    CreateProject,
    DefineDefectClass,
    DefineProduct,
    ProjectCommand,
    RegisterBackbone,
    RemoveWebhook,
    RetireDefectClass,
    ReviseLabelBook,
    SetAutomaticInspection,
    SetGates,
    SetInspectionPolicy,
    SetJudgementReasons,
    SetReviewPolicy,
    SetSuggestionMix,
    SetTimeZone,
    WithdrawLimitSample,
)
from kenpin.domain.project.events import (
    AutomaticInspectionSet,
    BackboneRegistered,
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    GatesSet,
    InspectionPolicySet,
    JudgementReasonsSet,
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
    ProductDefined,
    ProjectCreated,
    ProjectEvent,
    ReviewPolicySet,
    SuggestionMixSet,
    TimeZoneSet,
    WebhookAdded,
    WebhookChanged,
    WebhookRemoved,
)
from kenpin.domain.project.refusals import (
    BackboneNameTaken,
    NoSuchClass,
    NoSuchProject,
    ProjectExists,
)
from kenpin.domain.project.state import ProjectState
from kenpin.domain.recipe import PRETRAINED


def decide(state: ProjectState, command: ProjectCommand) -> list[ProjectEvent]:
    if state.version == 0 and not isinstance(command, CreateProject):
        raise NoSuchProject
    match command:
        case CreateProject(project_id=project_id, name=name):
            if state.version:
                raise ProjectExists(project_id)
            return [ProjectCreated(project_id=project_id, name=name)]
        case DefineProduct(product_id=product_id, name=name):
            known = state.products.get(product_id) == name
            return [] if known else [ProductDefined(product_id=product_id, name=name)]
        case DefineDefectClass():
            return _define_class(state, command)
        case RetireDefectClass(class_id=class_id, reason=reason):
            if class_id not in state.classes:
                raise NoSuchClass(class_id)
            known = class_id in state.retired
            return [] if known else [DefectClassRetired(class_id=class_id, reason=reason)]
        case ReviseLabelBook():
            return standard.revise(state, command)
        case ApproveLimitSample(class_id=class_id):
            if class_id not in state.classes:
                raise NoSuchClass(class_id)
            return standard.approve(state, command)
        case WithdrawLimitSample():
            return standard.withdraw(state, command)
        case SetInspectionPolicy():
            policy = InspectionPolicySet(**command.model_dump())
            return [] if policy == state.policy else [policy]
        case SetGates(limits=limits, second_person=second_person, reason=reason):
            gates = GatesSet(limits=limits, second_person=second_person, reason=reason)
            return [] if gates == state.gates else [gates]
        case SetAutomaticInspection(is_on=is_on, reason=reason):
            known = is_on == state.automatic_inspection
            return [] if known else [AutomaticInspectionSet(is_on=is_on, reason=reason)]
        case SetSuggestionMix(shares=shares, reason=reason):
            mix = SuggestionMixSet(shares=shares, reason=reason)
            return [] if mix == (state.suggestion_mix or SuggestionMixSet(shares={})) else [mix]
        case RegisterBackbone(name=name):
            registered = BackboneRegistered(**command.model_dump())
            if name in PRETRAINED or state.backbones.get(name, registered) != registered:
                raise BackboneNameTaken(name)
            return [] if name in state.backbones else [registered]
        case SetReviewPolicy():
            reviews = ReviewPolicySet(**command.model_dump())
            known = (state.two_person, state.hide_verdict) == (reviews.two_person, reviews.hide_verdict)
            return [] if known else [reviews]
        case SetJudgementReasons(reasons=reasons, reason=reason):
            known = reasons == state.judgement_reasons
            return [] if known else [JudgementReasonsSet(reasons=reasons, reason=reason)]
        case SetTimeZone(zone=zone, reason=reason):
            return [] if zone == state.time_zone else [TimeZoneSet(zone=zone, reason=reason)]
        case AddWebhook():
            return webhooks.add(state, command)
        case ChangeWebhook():
            return webhooks.change(state, command)
        case RemoveWebhook():
            return webhooks.remove(state, command)
        case _:
            assert_never(command)


def _define_class(state: ProjectState, command: DefineDefectClass) -> list[ProjectEvent]:
    standard.check_distinct(state, command)
    current = state.classes.get(command.class_id)
    event = standard.definition(current, command)
    is_unchanged = current is not None and astuple(current) == astuple(event)
    return [] if is_unchanged and command.class_id not in state.retired else [event]


def evolve(state: ProjectState, event: ProjectEvent) -> ProjectState:
    return replace(_change(state, event), version=state.version + 1)


def _change(state: ProjectState, event: ProjectEvent) -> ProjectState:
    next_revision = state.label_book_revision + 1
    match event:
        case ProjectCreated(name=name):
            return replace(state, name=name)
        case ProductDefined(product_id=product_id, name=name):
            return replace(state, products=state.products.insert(product_id, name))
        case DefectClassDefined(class_id=class_id) | DefectClassRevised(class_id=class_id):
            classes, retired = state.classes.insert(class_id, event), state.retired.discard(class_id)
            return replace(state, classes=classes, retired=retired, label_book_revision=next_revision)
        case DefectClassRetired(class_id=class_id, reason=reason):
            return replace(
                state, retired=state.retired.insert(class_id, reason), label_book_revision=next_revision
            )
        case LabelBookRevised(rules=rules):
            return replace(state, rules=rules, label_book_revision=next_revision)
        case LimitSampleApproved(sample_id=sample_id):
            samples, withdrawn = state.samples.insert(sample_id, event), state.withdrawn.discard(sample_id)
            return replace(state, samples=samples, withdrawn=withdrawn, label_book_revision=next_revision)
        case LimitSampleWithdrawn(sample_id=sample_id, reason=reason):
            withdrawn = state.withdrawn.insert(sample_id, reason)
            return replace(state, withdrawn=withdrawn, label_book_revision=next_revision)
        case InspectionPolicySet():
            return replace(state, policy=event)
        case GatesSet():
            return replace(state, gates=event, gates_version=state.version + 1)
        case AutomaticInspectionSet(is_on=is_on):
            return replace(state, automatic_inspection=is_on)
        case SuggestionMixSet():
            return replace(state, suggestion_mix=event)
        case BackboneRegistered(name=name):
            return replace(state, backbones=state.backbones.insert(name, event))
        case ReviewPolicySet(two_person=two_person, hide_verdict=hide_verdict):
            return replace(state, two_person=two_person, hide_verdict=hide_verdict)
        case JudgementReasonsSet(reasons=reasons):
            return replace(state, judgement_reasons=reasons)
        case TimeZoneSet(zone=zone):
            return replace(state, time_zone=zone)
        case WebhookAdded(webhook_id=webhook_id) | WebhookChanged(webhook_id=webhook_id):
            return replace(state, webhooks=state.webhooks.insert(webhook_id, event))
        case WebhookRemoved(webhook_id=webhook_id):
            return replace(state, webhooks=state.webhooks.insert(webhook_id, None))
        case _:
            assert_never(event)


project = Decider(category="project", initial=ProjectState(), decide=decide, evolve=evolve)
