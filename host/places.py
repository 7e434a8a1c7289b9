"""Opens the places of `kenpin move`: a data folder, a carried folder, an AWS account."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from host.embedded_postgres import EmbeddedPostgres
from host.node import lock_data_dir
from kenpin.application.move import Place
from kenpin.bootstrap.places import aws_place, folder_place, local_place
from kenpin.settings import Settings

PLACE_FORMS: Final = (
    "local:DATA_DIR, local:DATA_DIR@postgresql://…, folder:PATH, aws: or aws:TABLE/BUCKET[/ANCHORS]"
)


class NoSuchPlace(Exception):
    """The argument names no place; the message says why."""


@contextmanager
def open_place(argument: str, tenant: str, *, must_exist: bool) -> Iterator[Place]:
    """Raises NoSuchPlace, NodeFailed and PostgresFailed (one machine), OtherTenant (a folder), Unavailable."""
    kind, colon, rest = argument.partition(":")
    with ExitStack() as stack:
        match kind:
            case "local" if rest:
                yield stack.enter_context(_local_place(rest, tenant, must_exist))
            case "folder" if rest:
                yield folder_place(_existing_folder(rest, must_exist), tenant)
            case "aws" if colon:
                yield aws_place(_aws_settings(rest, tenant))
            case _:
                raise NoSuchPlace(f"{argument!r} is no place; say {PLACE_FORMS}")


@contextmanager
def _local_place(rest: str, tenant: str, must_exist: bool) -> Iterator[Place]:
    """Open the data folder of a stopped node."""
    folder, at_sign, url = rest.partition("@")
    data_dir = _existing_folder(folder, must_exist)
    if must_exist and not at_sign and not (data_dir / "postgres").is_dir():
        raise NoSuchPlace(f"{data_dir} has no database of its own; say local:{data_dir}@postgresql://…")
    with ExitStack() as stack:
        stack.enter_context(lock_data_dir(data_dir))
        if not url:
            url = stack.enter_context(EmbeddedPostgres(data_dir / "postgres")).url
        settings = Settings(data_dir=data_dir, database_url=url, tenant=tenant)
        place, close = local_place(settings)
        stack.callback(close)
        yield place


def _existing_folder(argument: str, must_exist: bool) -> Path:
    path = Path(argument).expanduser()
    if must_exist and not path.is_dir():
        raise NoSuchPlace(f"there is no folder {path}")
    return path


def _aws_settings(rest: str, tenant: str) -> Settings:
    """Return the named table, bucket and bucket of anchors, or those of the environment."""
    table, _, buckets = rest.partition("/")
    bucket, _, anchors = buckets.partition("/")
    if bool(table) != bool(bucket):
        raise NoSuchPlace(f"aws:{rest} names no table and bucket; say aws: or aws:TABLE/BUCKET[/ANCHORS]")
    named = {"event_table": table, "bucket": bucket, "anchor_bucket": anchors} if table else {}
    return Settings.model_validate({"base": "aws", "tenant": tenant, **named})
