"""The write about parked streams: release one."""

from functions.api.operations.answers import Released
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.application import repairs
from kenpin.bootstrap import platform

router = new_router()


@router.post("/parked/<reader>/<stream>/retry", status_code=202, tags=["upkeep"])
def try_now(reader: str, stream: str) -> Released:
    """Release a parked stream. One machine tries it at once, AWS at the next sweep."""
    caller()
    repairs.release(platform(), reader, stream)
    return Released(reader=reader, stream=stream)
