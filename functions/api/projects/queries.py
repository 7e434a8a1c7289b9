"""Reads about projects."""

from functions.api.projects.answers import Project, ProjectBackbone, ProjectBackbones
from functions.http.access import access
from functions.http.answers import Page
from functions.http.as_of import AsOf, AsOfTime, time_as_of, version_as_of
from functions.http.paging import Cursor, Limit, MinVersion, decoded_text, found, is_stale, page, rows
from functions.http.resolver import new_router
from kenpin.application.backbones import registered_backbones
from kenpin.bootstrap import platform
from kenpin.projections.database import Row
from kenpin.read_models.projects import queries as projects

router = new_router()


@router.get("/projects", tags=["projects"])
def list_projects(limit: Limit = 100, cursor: Cursor = None, as_of: AsOfTime = None) -> Page[Project]:
    after, then = decoded_text(cursor) or "", time_as_of(as_of)
    with rows() as sql:
        shown = projects.page(sql, access().projects, after, limit + 1, then)
    return page(shown, limit, project, lambda row: row["project_id"])


@router.get("/projects/<project_id>/backbones", tags=["projects"])
def list_backbones(project_id: str) -> ProjectBackbones:
    """List the networks that the project registered, beside those that every project has."""
    found = registered_backbones(platform(), project_id)
    return ProjectBackbones(
        backbones=[ProjectBackbone.model_validate(each, from_attributes=True) for each in found]
    )


@router.get("/projects/<project_id>", tags=["projects"])
def one_project(project_id: str, as_of: AsOf = None, min_version: MinVersion = None) -> Project:
    is_stale(f"project-{project_id}", min_version, "projects")
    version = version_as_of(f"project-{project_id}", as_of, "projects")
    with rows() as sql:
        return project(found(projects.one(sql, project_id, version), "project", project_id))


def project(row: Row) -> Project:
    zone = row["time_zone"] or platform().settings.time_zone
    return Project.model_validate({**row, "time_zone": zone})
