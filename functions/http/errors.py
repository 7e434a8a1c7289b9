"""The errors of the HTTP functions; problems.py maps them to statuses."""

from collections.abc import Sequence

from functions.http.access import Access


class Forbidden(Exception):
    """The caller may see the thing, and has no role for the operation. `admins` can grant one."""

    def __init__(self, access: Access, project_id: str, admins: Sequence[str] = ()) -> None:
        super().__init__()
        self.access, self.project_id, self.admins = access, project_id, admins


class NotThroughFrontDoor(Exception):
    """The request did not come through CloudFront."""

    def __init__(self) -> None:
        super().__init__("requests are answered only at the platform's own address; send yours there")


class Unprocessable(Exception):
    """A value of the request has the right type and no meaning."""
