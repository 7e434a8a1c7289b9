"""Writes about projects: create one, its classes, products and policy."""

from typing import Annotated

from pydantic import Field

from functions.api.projects.answers import BackboneUpload
from functions.http.accept import accept, accepted, new_id
from functions.http.answers import Accepted
from functions.http.request import request_context
from functions.http.resolver import new_router
from kenpin.application import backbones, projects
from kenpin.bootstrap import platform
from kenpin.domain.command import Command, Digest, Name, Slug, Text
from kenpin.domain.project.commands import (
    CreateProject,
    DefineDefectClass,
    DefineProduct,
    RegisterBackbone,
    RetireDefectClass,
    SetAutomaticInspection,
    SetGates,
    SetInspectionPolicy,
    SetJudgementReasons,
    SetSuggestionMix,
    SetTimeZone,
)
from kenpin.domain.project.decider import project

router = new_router()


class NewProject(Command):
    project_id: Slug | None = None
    name: Name


class NewBackboneFile(Command):
    digest: Digest
    size: Annotated[int, Field(ge=0)]


class Retirement(Command):
    reason: Text = ""


@router.post("/projects", status_code=201, tags=["projects"])
def create_project(body: NewProject) -> Accepted:
    """Create a project; the caller becomes its admin. After a failure, the same request completes it."""
    id = body.project_id or new_id()
    new = CreateProject(project_id=id, name=body.name)
    return accepted(projects.create_project(platform(), new, request_context()), id)


@router.post("/projects/<project_id>/defect-classes", status_code=201, tags=["projects"])
def define_defect_class(project_id: str, body: DefineDefectClass) -> Accepted:
    """Define or revise a class. A rule, examples or a colour that is left out stays unchanged."""
    appended = projects.define_defect_class(platform(), project_id, body, request_context())
    return accepted(appended, project_id)


@router.post(
    "/projects/<project_id>/defect-classes/<class_id>/retirement", status_code=201, tags=["projects"]
)
def retire_defect_class(project_id: str, class_id: str, body: Retirement) -> Accepted:
    return accept(project, project_id, RetireDefectClass(class_id=class_id, reason=body.reason))


@router.post("/projects/<project_id>/products", status_code=201, tags=["projects"])
def define_product(project_id: str, body: DefineProduct) -> Accepted:
    return accept(project, project_id, body)


@router.post("/projects/<project_id>/backbones/uploads", tags=["projects"])
def plan_backbone_upload(project_id: str, body: NewBackboneFile) -> BackboneUpload:
    """Return the address to send a Keras file to."""
    url = backbones.plan_upload(platform(), project_id, body.digest, body.size)
    return BackboneUpload(digest=body.digest, url=url)


@router.post("/projects/<project_id>/backbones", status_code=201, tags=["projects"])
def register_backbone(project_id: str, body: RegisterBackbone) -> Accepted:
    """Give a Keras file that was sent a name, under which runs use it. No code of the file is run."""
    return accepted(backbones.register_backbone(platform(), project_id, body, request_context()), project_id)


@router.put("/projects/<project_id>/policy", tags=["projects"])
def set_policy(project_id: str, body: SetInspectionPolicy) -> Accepted:
    return accept(project, project_id, body)


@router.put("/projects/<project_id>/gates", tags=["projects"])
def set_gates(project_id: str, body: SetGates) -> Accepted:
    """Set the limits that a model must keep before production. They replace those before; [] takes them away."""
    return accept(project, project_id, body)


@router.put("/projects/<project_id>/automatic-inspection", tags=["projects"])
def set_automatic_inspection(project_id: str, body: SetAutomaticInspection) -> Accepted:
    """Let the models in production inspect the images that arrive in the project's datasets, or no longer."""
    return accept(project, project_id, body)


@router.put("/projects/<project_id>/suggestion-mix", tags=["projects"])
def set_suggestion_mix(project_id: str, body: SetSuggestionMix) -> Accepted:
    """Set the shares of the strategies of suggestions. They replace those before; {} goes back to the default."""
    return accept(project, project_id, body)


@router.put("/projects/<project_id>/judgement-reasons", tags=["projects"])
def set_judgement_reasons(project_id: str, body: SetJudgementReasons) -> Accepted:
    """Set up to nine common reasons of judgements. They replace those before; [] goes back to the default ones."""
    return accept(project, project_id, body)


@router.put("/projects/<project_id>/time-zone", tags=["projects"])
def set_time_zone(project_id: str, body: SetTimeZone) -> Accepted:
    """Set the time zone of the project's site. Without one it is that of the installation."""
    return accept(project, project_id, body)
