"""The write about parked streams: release one."""

from functions.api.operations.answers import Released
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.ports import NotFound
from kenpin.read_models.parked import notes as parked

router = new_router()


@router.post("/parked/<reader>/<stream>/retry", status_code=202, tags=["upkeep"])
def try_now(reader: str, stream: str) -> Released:
    """Release a parked stream. One machine tries it at once, AWS at the next sweep."""
    caller()
    with platform().database.transaction() as sql:
        if not parked.release(sql, reader, stream):
            raise NotFound(f"{reader} is not parked on {stream}; see GET /v1/parked")
    platform().doorbell.ring(stream)
    return Released(reader=reader, stream=stream)
