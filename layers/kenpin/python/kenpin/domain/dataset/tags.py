"""Names of versions: given once, to any version that there is, and never moved."""

from kenpin.domain.dataset.commands import TagVersion
from kenpin.domain.dataset.events import VersionTagged
from kenpin.domain.dataset.refusals import NoSuchVersion, TagTaken
from kenpin.domain.dataset.state import Dataset


def tagged(state: Dataset, command: TagVersion) -> VersionTagged:
    """Whether the version ends a commit is not for the fold to know: it is asked before."""
    if command.name in state.tags:
        raise TagTaken(command.name, at=state.tags[command.name])
    version = command.version or state.version
    if version > state.version:
        raise NoSuchVersion(version, state.version)
    return VersionTagged(name=command.name, tagged_version=version, note=command.note)
