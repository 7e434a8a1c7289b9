"""The errors and refusals of the HTTP functions; problems.py maps them to statuses."""

from collections.abc import Sequence

from functions.http.access import Access
from kenpin.domain.decider import Refusal


class Forbidden(Exception):
    """The caller may see the thing, and has no role for the operation. `admins` can grant one."""

    def __init__(self, access: Access, project_id: str, admins: Sequence[str] = ()) -> None:
        super().__init__()
        self.access, self.project_id, self.admins = access, project_id, admins


class Unprocessable(Exception):
    """A value of the request has the right type and no meaning."""


class StillBlind(Refusal):
    """The result of an agreement task is blind while the task is open."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"agreement task {task_id} is open, and blind until it is closed; close it first")
