"""Writes about the job queue: give a dead job another chance."""

from functions.http.answers import Redriven
from functions.http.request import caller
from functions.http.resolver import new_router
from kenpin.bootstrap import platform
from kenpin.ports import NotFound

router = new_router()


@router.post("/queue/<job_id>/redrive", status_code=202, tags=["queue"])
def redrive(job_id: str) -> Redriven:
    caller()
    if not platform().jobs.redrive(job_id):
        raise NotFound(f"no dead job is called {job_id}; see GET /v1/queue")
    return Redriven(job_id=job_id)
