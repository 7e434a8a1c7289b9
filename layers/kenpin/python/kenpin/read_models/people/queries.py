"""Names and e-mail addresses of actors, which history does not hold and which can be erased.

No history, as in `intake`: no replay brings these rows back, and that is what they are for. The tables are made by
`adapters/postgres/identity.sql`; what else hangs on a person (password, sessions, tokens) goes with the row.
"""

from datetime import timedelta
from typing import Final

from msgspec import Struct

from kenpin.domain.member.events import Role
from kenpin.ports import NotFound
from kenpin.projections.database import Row, Sql

INVITED_FOR: Final = timedelta(days=3)
"""The time that the link of an invitation holds."""
ERASED: Final = "select true from identity.erased_person where actor = %s"


class EmailTaken(Exception):
    """Another person has this e-mail address."""

    def __init__(self) -> None:
        super().__init__("another person here has this e-mail address; use another one")


class WithRole(Struct, frozen=True):
    """A condition on people: they have one of the roles in a project, or everywhere."""

    project_id: str
    roles: tuple[Role, ...]


def page(
    sql: Sql, viewer: str, after: str, limit: int, email: str = "", having: WithRole | None = None
) -> list[Row]:
    """actor, name, erased; by actor: the viewer, and who has or had a role where the viewer has one.

    `email`: only who has this address; empty: everybody.
    """
    return sql.execute(
        """with place as (select distinct project_id from member_role where actor = %(viewer)s and revoked_at is null),
        met as (
            select %(viewer)s as actor
            union select actor from member_role where project_id = '*' and exists (select from place)
            union select actor from member_role join place using (project_id)
            union select actor from member_role where exists (select from place where project_id = '*'))
        select actor, coalesce(name, '') as name, erased_at is not null as erased
        from met left join identity.person using (actor) left join identity.erased_person using (actor)
        where actor > %(after)s and (name is not null or erased_at is not null)
            and (%(email)s = '' or lower(email) = lower(%(email)s))
            and (%(roles)s::text[] is null or exists (select from member_role r where r.actor = met.actor
                and r.project_id in (%(project)s, '*') and r.role = any(%(roles)s) and r.revoked_at is null))
        order by actor limit %(limit)s""",
        {
            "viewer": viewer,
            "after": after,
            "limit": limit,
            "email": email,
            "project": having and having.project_id,
            "roles": having and list(having.roles),
        },
    ).fetchall()


def one(sql: Sql, actor: str) -> Row | None:
    """actor, name, email; mail: whether news is wanted; language: of news, empty where none was chosen."""
    return sql.execute("select * from identity.person where actor = %s", (actor,)).fetchone()


def put(sql: Sql, actor: str, name: str, email: str) -> None:
    """Say who an actor is. Raises EmailTaken, and NotFound for who was erased: they are not to be known again."""
    sql.execute("select pg_advisory_xact_lock(hashtext('kenpin people'))")
    if sql.execute(ERASED, (actor,)).fetchone():
        raise NotFound(f"{actor} was erased")
    taken = "select true from identity.person where lower(email) = lower(%s) and email <> '' and actor <> %s"
    if sql.execute(taken, (email, actor)).fetchone():
        raise EmailTaken
    sql.execute(
        """insert into identity.person (actor, name, email) values (%s, %s, %s)
        on conflict (actor) do update set name = excluded.name, email = excluded.email""",
        (actor, name, email),
    )


def choose_mail(sql: Sql, actor: str, is_wanted: bool, language: str) -> None:
    """Say whether a person wants e-mails, and in which language. Raises NotFound for who was erased."""
    if sql.execute(ERASED, (actor,)).fetchone():
        raise NotFound(f"{actor} was erased")
    sql.execute(
        """insert into identity.person (actor, mail, language) values (%s, %s, %s)
        on conflict (actor) do update set mail = excluded.mail, language = excluded.language""",
        (actor, is_wanted, language),
    )


def erase(sql: Sql, actor: str) -> None:
    """Forget who an actor is, and their sign-in with it. A second time changes nothing."""
    sql.execute("select pg_advisory_xact_lock(hashtext('kenpin people'))")
    sql.execute("delete from identity.person where actor = %s", (actor,))
    sql.execute("insert into identity.erased_person values (%s) on conflict do nothing", (actor,))


def invite(sql: Sql, actor: str, sha256: bytes) -> Row:
    """A link that is good once; an older one of this person is not good any more. When it ends (`ends_at`)."""
    return sql.execute(
        """insert into identity.invitation values (%s, %s, now() + %s)
        on conflict (actor) do update set sha256 = excluded.sha256, ends_at = excluded.ends_at
        returning ends_at""",
        (sha256, actor, INVITED_FOR),
    ).fetchall()[0]
