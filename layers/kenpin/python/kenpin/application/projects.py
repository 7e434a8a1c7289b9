"""Projects: create one, with its creator as admin; check the examples of its standard."""

from datetime import UTC, datetime

from kenpin.application.execute import SYSTEM, RequestContext
from kenpin.application.label_book import check_pictures
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import ProjectId
from kenpin.domain.member.commands import GrantRole
from kenpin.domain.member.decider import member
from kenpin.domain.project.commands import ApproveLimitSample, CreateProject, DefineDefectClass
from kenpin.domain.project.decider import project
from kenpin.domain.project.standard import check_validity
from kenpin.ports import Appended


def create_project(platform: PlatformParts, new: CreateProject, request: RequestContext) -> Appended:
    """Create a project and make its creator its admin; sent again, the request completes what failed half-way."""
    created = platform.commands.execute_request(project, new.project_id, new, request)
    if request.by.actor != SYSTEM:
        grant = GrantRole(project_id=new.project_id, role="admin")
        platform.commands.execute(member, request.by.actor, grant, by=request.by, key=request.key)
    return created


def define_defect_class(
    platform: PlatformParts, project_id: ProjectId, definition: DefineDefectClass, request: RequestContext
) -> Appended:
    """Define or revise a class. Raises NoSuchDataset, UnknownImage and ImageIsExcluded for its examples."""
    if definition.examples:
        pictures = [(example.dataset_id, example.image_id) for example in definition.examples]
        with platform.database.reading() as sql:
            check_pictures(sql, project_id, pictures)
    return platform.commands.execute_request(project, project_id, definition, request)


def approve_limit_sample(
    platform: PlatformParts, project_id: ProjectId, sample: ApproveLimitSample, request: RequestContext
) -> Appended:
    """Make an image of the project a limit sample.

    Raises ValidityHasPassed, NoSuchDataset, UnknownImage, ImageIsExcluded.
    """
    check_validity(sample, datetime.now(UTC).date())
    with platform.database.reading() as sql:
        check_pictures(sql, project_id, [(sample.dataset_id, sample.image_id)])
    return platform.commands.execute_request(project, project_id, sample, request)
