"""The health check: no token, and one statement to the database."""

from functions.api.operations.answers import Health
from functions.http.paging import rows
from functions.http.resolver import new_router
from kenpin import __version__

router = new_router()


@router.get("/health", tags=["health"])
def health() -> Health:
    with rows() as sql:
        sql.execute("select 1")
    return Health(status="ok", version=__version__)
