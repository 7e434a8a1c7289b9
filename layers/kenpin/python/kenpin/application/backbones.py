"""Registered networks: their files are sent, checked without running anything of them, and kept by digest."""

from kenpin.application.digest import sha256_of
from kenpin.application.execute import RequestContext
from kenpin.application.keras_file import check_keras_file, check_size
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.decider import Scope
from kenpin.domain.ids import ProjectId, Sha256, upload_name
from kenpin.domain.project.commands import RegisterBackbone
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import BackboneRegistered
from kenpin.domain.project.refusals import NoSuchBackbone, UnusableKerasFile
from kenpin.domain.recipe import PRETRAINED, Recipe
from kenpin.ports import Appended, NotFound


def backbone_file(digest: Sha256) -> str:
    """Return the name of the Keras file of a network."""
    return f"backbones/{digest}.keras"


def plan_upload(platform: PlatformParts, project_id: ProjectId, digest: Sha256, size: int) -> str | None:
    """Return the URL to PUT a Keras file to; None: it was sent already. Raises UnusableKerasFile."""
    check_size(size)
    name = upload_name(project_id, digest)
    if platform.objects.has([name]):
        return None
    return platform.objects.upload_url(project_id, digest, size, "application/zip")


def register_backbone(
    platform: PlatformParts, project_id: ProjectId, new: RegisterBackbone, request: RequestContext
) -> Appended:
    """Check an uploaded file, keep it, and give it a name. Raises UnusableKerasFile, BackboneNameTaken."""
    sent = upload_name(project_id, new.digest)
    try:
        with platform.objects.open(sent) as body:
            if sha256_of(body) != new.digest:
                raise UnusableKerasFile("its stored bytes are damaged; send it again")
            check_size(body.tell())
            body.seek(0)
            check_keras_file(body, new.taps)
    except NotFound:
        raise UnusableKerasFile("it has not arrived; send it first") from None
    platform.objects.keep(sent, backbone_file(new.digest))
    return platform.commands.execute_request(project, project_id, new, request)


def registered_backbones(platform: PlatformParts, project_id: ProjectId) -> list[BackboneRegistered]:
    """Return the networks of a project by name."""
    found = platform.commands.state(project, project_id, Scope()).backbones
    return [found[name] for name in sorted(found)]


def with_backbone(platform: PlatformParts, project_id: ProjectId, recipe: Recipe) -> Recipe:
    """Return the recipe with the file of the network that it names, so that the run keeps to it.

    Raises NoSuchBackbone.
    """
    if recipe.architecture in PRETRAINED:
        return recipe
    known = {each.name: each for each in registered_backbones(platform, project_id)}
    if (found := known.get(recipe.architecture)) is None:
        raise NoSuchBackbone(recipe.architecture, PRETRAINED | known.keys())
    return recipe.model_copy(
        update={
            "backbone": found.digest,
            "taps": ",".join(found.taps),
            "pixel_mean": found.mean,
            "pixel_scale": found.scale,
        }
    )
