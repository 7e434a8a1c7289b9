"""Settings of the shell that a command runs in (KENPIN_…)."""

from pydantic import ValidationError

from host.cli.failures import Refused
from kenpin.domain.invalid import wording
from kenpin.settings import Settings


def settings_of_shell(**options: object) -> Settings:
    """Return the settings: the environment, overridden by options. Raises Refused."""
    try:
        return Settings.model_validate(options)
    except ValidationError as error:
        first = error.errors()[0]
    where = "".join(f"KENPIN_{str(name).upper()}: " for name in first["loc"][:1])
    if first["type"] == "string_pattern_mismatch":
        raise Refused(
            f"{where}it does not have the form that the setting has; see docs/reference/settings.md"
        )
    raise Refused(where + wording(first))
