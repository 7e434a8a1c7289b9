"""Notes of e-mails: the news that waits for a person, was sent or was given up."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from psycopg.types.json import Jsonb

from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

Facts = dict[str, str | int | list[str]]
KEPT_DAYS: Final = 30
"""Days that news stays known, so that nothing is told twice"""
MAIL_NEWS: Final = DeclaredTable(
    "mail_news",
    """
    actor      text not null,
    news_id    text not null,
    project_id text not null,
    type       text not null,
    roles      text[] not null,
    facts      jsonb not null,
    link       text not null,
    state      text not null default 'waiting' check (state in ('waiting', 'sent', 'given_up')),
    attempts   int not null default 0,
    noted_at   timestamptz not null,
    next_try   timestamptz not null,
    sent_at    timestamptz,
    primary key (actor, news_id)""",
    after="""
create index if not exists mail_news_waiting on mail_news (next_try) where state = 'waiting';""",
)
"""`roles`: who may read it; a person who has none of them any more does not get it."""
WANTED: Final = """
mail_news n join identity.person p using (actor)
where n.state = 'waiting' and p.email <> '' and p.mail and exists (
    select from member_role r where r.actor = n.actor and r.project_id in (n.project_id, '*')
        and r.role = any(n.roles) and r.revoked_at is null)"""
"""News that waits for somebody who has an address, wants e-mails and still has the role"""


class News(Struct, frozen=True):
    """One thing that people of a project must know."""

    news_id: str
    """The same for the same thing, so that nobody is told twice"""
    project_id: str
    type: str
    facts: Facts
    link: str
    """The path of the screen"""


def note(sql: Sql, news: News, actor: str, roles: list[str], now: datetime) -> None:
    """Note the news for a person; the same news again does nothing."""
    sql.execute(
        """insert into mail_news (actor, news_id, project_id, type, roles, facts, link, noted_at, next_try)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing""",
        (actor, news.news_id, news.project_id, news.type, roles, Jsonb(news.facts), news.link, now, now),
    )


def is_noted(sql: Sql, news_id: str) -> bool:
    """Return whether anybody was to be told this."""
    row = sql.execute("select from mail_news where news_id = %s limit 1", (news_id,)).fetchone()
    return row is not None


def people_due(sql: Sql, now: datetime, pause: timedelta) -> list[str]:
    """Return the people who get an e-mail now: news is due, and the last e-mail is longer ago than the pause."""
    rows = sql.execute(
        f"""select distinct n.actor from {WANTED} and n.next_try <= %(now)s and not exists (
            select from mail_news s where s.actor = n.actor and s.sent_at > %(after)s)
        order by n.actor""",
        {"now": now, "after": now - pause},
    ).fetchall()
    return [row["actor"] for row in rows]


def waiting_for(sql: Sql, actor: str) -> list[Row]:
    """Return all news that waits for a person, by project, the oldest first, with address and language."""
    return sql.execute(
        f"""select n.news_id, n.project_id, n.type, n.facts, n.link, n.attempts, p.email, p.language,
            coalesce((select name from project j where j.project_id = n.project_id), n.project_id) as project
        from {WANTED} and n.actor = %s order by project, n.project_id, n.noted_at, n.news_id""",
        (actor,),
    ).fetchall()


def sent(sql: Sql, actor: str, news_ids: list[str], now: datetime) -> None:
    sql.execute(
        "update mail_news set state = 'sent', sent_at = %s where actor = %s and news_id = any(%s)",
        (now, actor, news_ids),
    )


def failed(sql: Sql, actor: str, news_ids: list[str], next_try: datetime | None) -> None:
    """Set the time of the next try; without one the news is given up."""
    sql.execute(
        """update mail_news set state = case when %(next)s::timestamptz is null then 'given_up' else state end,
            attempts = attempts + 1, next_try = coalesce(%(next)s, next_try)
        where actor = %(actor)s and news_id = any(%(ids)s)""",
        {"next": next_try, "actor": actor, "ids": news_ids},
    )


def tidy(sql: Sql, now: datetime) -> None:
    """Delete old news, sent or not."""
    sql.execute("delete from mail_news where noted_at < %s", (now - timedelta(days=KEPT_DAYS),))
