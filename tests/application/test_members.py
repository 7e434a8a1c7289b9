"""Members: somebody is always left who can grant roles, and an erased person has none."""

import pytest

from kenpin.application.execute import RequestContext
from kenpin.application.members import erase_person, invite_member, revoke_role
from kenpin.domain.event import Context
from kenpin.domain.member.commands import GrantRole, RevokeRole
from kenpin.domain.member.refusals import LastAdmin
from kenpin.settings import Settings
from tests.application.conftest import HANAKO, MemoryResources

ADMIN = GrantRole(project_id="*", role="admin")
NO_ADMIN = RevokeRole(project_id="*", role="admin")


def test_the_last_admin_stays(resources: MemoryResources) -> None:
    invite_member(resources, "hanako", ADMIN, HANAKO)
    with pytest.raises(LastAdmin, match="hanako"):
        revoke_role(resources, "hanako", NO_ADMIN, HANAKO)
    invite_member(resources, "taro", ADMIN, HANAKO)
    revoke_role(resources, "hanako", NO_ADMIN, HANAKO)
    assert resources.events.head("member-hanako").version == 3


def test_the_last_admin_is_not_erased(resources: MemoryResources) -> None:
    invite_member(resources, "hanako", ADMIN, HANAKO)
    with pytest.raises(LastAdmin):
        erase_person(resources, "hanako", by=HANAKO.by)
    assert resources.events.head("member-hanako").version == 2


def test_where_the_settings_name_an_admin_nobody_is_the_last(resources: MemoryResources) -> None:
    resources.settings = Settings(first_admin="owner")
    invite_member(resources, "hanako", ADMIN, HANAKO)
    revoke_role(resources, "hanako", NO_ADMIN, RequestContext(Context(actor="owner")))
    assert resources.events.head("member-hanako").version == 3


def test_an_erased_person_has_no_role_left(resources: MemoryResources) -> None:
    invite_member(resources, "hanako", ADMIN, HANAKO)
    invite_member(resources, "taro", ADMIN, HANAKO)
    invite_member(resources, "taro", GrantRole(project_id="cookies", role="inspector"), HANAKO)
    erase_person(resources, "taro", by=HANAKO.by)
    erase_person(resources, "taro", by=HANAKO.by)
    assert resources.events.head("member-taro").version == 5
