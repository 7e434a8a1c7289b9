"""The database of this machine, whether Kenpin runs or not, for commands that work beside it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from host.embedded_postgres import EmbeddedPostgres
from host.node import NodeFailed, lock_data_dir
from kenpin.bootstrap import Platform, prepare, wire
from kenpin.settings import Settings


@contextmanager
def open_local_platform() -> Iterator[Platform]:
    """Open the database of the environment's settings. Raises PostgresFailed, NodeFailed, Unavailable."""
    settings = Settings()
    with ExitStack() as stack:
        url = settings.database_url or _embedded_url(settings, stack)
        prepare(url)
        platform = wire(settings.model_copy(update={"database_url": url}))
        stack.callback(platform.close)
        yield platform


def _embedded_url(settings: Settings, stack: ExitStack) -> str:
    """Return the server of a running node, or start one."""
    folder = settings.data_dir / "postgres"
    if not folder.is_dir():
        raise NodeFailed(
            f"{settings.data_dir} has no database; name it with KENPIN_DATA_DIR or KENPIN_DATABASE_URL"
        )
    server = EmbeddedPostgres(folder)
    try:
        stack.enter_context(lock_data_dir(settings.data_dir))
    except NodeFailed:
        return server.url
    return stack.enter_context(server).url
