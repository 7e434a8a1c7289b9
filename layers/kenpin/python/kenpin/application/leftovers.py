"""Leftovers: checkpoints of runs that are over, uploads that are kept elsewhere, and exports of days ago."""

from collections import defaultdict
from datetime import UTC, datetime

from kenpin.application.asked_file import EXPORTS, REQUESTS, requested_at
from kenpin.application.backbones import backbone_file
from kenpin.application.export import KEPT_FOR
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.ids import CHECKPOINTS, UPLOADS, ProjectId, Sha256, checkpoint_prefix, upload_name
from kenpin.read_models.erasures.queries import masks_of_project
from kenpin.read_models.gallery.holdings import held
from kenpin.read_models.runs import queries as runs


def expire_leftovers(platform: PlatformParts) -> None:
    """Expire what is over by the rows: a run or an image that they do not show yet keeps its objects."""
    _expire_checkpoints(platform)
    _expire_uploads(platform)
    _expire_exports(platform)


def _expire_checkpoints(platform: PlatformParts) -> None:
    names = platform.objects.expirable(CHECKPOINTS)
    run_ids = {name.removeprefix(CHECKPOINTS).partition(".")[0] for name in names}
    if not run_ids:
        return
    with platform.database.reading() as sql:
        over = runs.ended_among(sql, sorted(run_ids))
    for run_id in over:
        platform.objects.expire(checkpoint_prefix(run_id))


def _expire_uploads(platform: PlatformParts) -> None:
    by_project = defaultdict[ProjectId, list[Sha256]](list)
    for name in platform.objects.expirable(UPLOADS):
        project_id, _, digest = name.removeprefix(UPLOADS).partition(".")
        by_project[project_id].append(digest)
    for project_id, digests in by_project.items():
        used = held(platform.database, project_id, digests)
        networks = {backbone_file(digest): digest for digest in digests}
        used |= {networks[name] for name in platform.objects.has(list(networks))}
        with platform.database.reading() as sql:
            used |= masks_of_project(sql, project_id, set(digests) - used)
        for digest in sorted(used):
            platform.objects.expire(upload_name(project_id, digest))


def _expire_exports(platform: PlatformParts) -> None:
    for request in list(platform.objects.expirable(REQUESTS)):
        if datetime.now(UTC) - requested_at(platform.objects, request) > KEPT_FOR:
            platform.objects.expire(f"{EXPORTS}{request.removeprefix(REQUESTS)}.")
            platform.objects.expire(request)
