"""E-mails: find what people must know in the rows, note it once for each person, and send it gathered."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from kenpin.application.mail_texts import Language, MailLine, mail_text
from kenpin.application.platform_parts import PlatformParts
from kenpin.domain.gates import GateReport
from kenpin.projections.database import Row, Sql
from kenpin.read_models.mail import notes, queries
from kenpin.read_models.mail.notes import News
from kenpin.read_models.waiting import queries as waiting

Readers = Mapping[str, Iterable[str]]
"""Type of news → the roles that may act on it"""

TOLD_FOR: Final = timedelta(days=1)
"""Time for which something is news: older things are not told, also when e-mails have just been turned on."""
MORNING: Final = 8
"""Hour of the project's day from which waiting reviews are told, once a day"""
GATHERED_FOR: Final = timedelta(minutes=10)
"""Time between two e-mails to a person: what happens meanwhile is in the next one."""
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720))
"""Pauses after the first, second, … failure; news that fails once more is given up, 25 hours after the first try."""
MOST_DATASETS: Final = 1_000


class Mail(msgspec.Struct, frozen=True):
    """One e-mail to one person."""

    to: str
    message_id: str
    """The same for the same news, so that a mail program can know a second copy"""
    subject: str
    body: str


SendMail = Callable[[Mail], str | None]
"""Sends an e-mail; returns None, or why the mail server did not take it."""


def note_news(platform: PlatformParts, readers: Readers, now: datetime) -> None:
    """Note what is new for each person who may act on it and wants e-mails."""
    since, silence = now - TOLD_FOR, timedelta(minutes=platform.settings.mail_silent_minutes)
    with platform.database.transaction() as sql:
        people = queries.people(sql)
        if not people:
            return
        for news, by in (
            *_runs(sql, since),
            *_gates(sql, since),
            *_silent_cameras(sql, since, now - silence),
        ):
            if notes.is_noted(sql, news.news_id):
                continue
            roles = list(readers[news.type])
            for actor in _who(people, news.project_id, roles):
                if actor != by:
                    notes.note(sql, news, actor, roles, now)


def note_reviews(platform: PlatformParts, readers: Readers, now: datetime) -> None:
    """Note, once a day and project, the judgements that wait for each person to review."""
    roles = list(readers["review.waiting"])
    with platform.database.transaction() as sql:
        people = queries.people(sql)
        for project in queries.projects(sql):
            here = now.astimezone(ZoneInfo(project["time_zone"] or platform.settings.time_zone))
            id = f"review-{project['project_id']}@{here:%Y-%m-%d}"
            if here.hour < MORNING or notes.is_noted(sql, id):
                continue
            for actor in _who(people, project["project_id"], roles):
                if news := _reviews(sql, project["project_id"], actor, id):
                    notes.note(sql, news, actor, roles, now)


def _who(people: list[Row], project_id: str, roles: list[str]) -> list[str]:
    """Return the people with one of these roles in the project."""
    held = (row["actor"] for row in people if row["project_id"] in (project_id, "*") and row["role"] in roles)
    return list(dict.fromkeys(held))


Found = Iterator[tuple[News, str]]
"""News, and who did it: they are not told. Nobody is ''."""


def _runs(sql: Sql, since: datetime) -> Found:
    for row in queries.runs_ended(sql, since):
        id = f"run-{row['run_id']}@{row['finished_at'].timestamp():.0f}"
        facts: notes.Facts = {"dataset": row["dataset"], "outcome": row["status"]}
        yield News(id, row["project_id"], "run.ended", facts, f"/runs/{row['run_id']}"), ""


def _gates(sql: Sql, since: datetime) -> Found:
    for row in queries.gates_evaluated(sql, since):
        failed = msgspec.convert(row["gates"], GateReport).failed()
        if failed:
            facts: notes.Facts = {"dataset": row["dataset"], "gates": len(failed)}
            id, link = f"model-{row['model_id']}@{row['version']}", f"/datasets/{row['dataset_id']}/models"
            yield News(id, row["project_id"], "gate.failed", facts, link), row["by"]


def _silent_cameras(sql: Sql, since: datetime, before: datetime) -> Found:
    """Yield the cameras whose last image came between the two times. A silence has one id, by that image."""
    for row in queries.silent_cameras(sql, since, before):
        place = f"{row['project_id']}/{row['line']}/{row['camera']}"
        id = f"camera-{place}@{row['last_at'].timestamp():.0f}"
        facts: notes.Facts = {"line": row["line"], "camera": row["camera"]}
        yield News(id, row["project_id"], "intake.silent", facts, "/intake"), ""


def _reviews(sql: Sql, project_id: str, actor: str, id: str) -> News | None:
    """Return what waits for this person to review in a project; None for nothing."""
    rows = waiting.page(sql, actor, [project_id], "", MOST_DATASETS)
    counts = {row["dataset_id"]: row["review"] for row in rows if row["review"]}
    if not counts:
        return None
    names = queries.dataset_names(sql, project_id)
    facts: notes.Facts = {"images": sum(counts.values()), "datasets": [names[id] for id in counts]}
    link = f"/datasets/{next(iter(counts))}/review" if len(counts) == 1 else "/"
    return News(id, project_id, "review.waiting", facts, link)


def send_news(platform: PlatformParts, send: SendMail, clock: Callable[[], datetime]) -> str | None:
    """Send one e-mail to each person with news; stop at the first failure and return its reason.

    That it was taken is noted afterwards: a process that ends between the two sends that e-mail again.
    """
    with platform.database.reading() as sql:
        due = notes.people_due(sql, clock(), GATHERED_FOR)
    for actor in due:
        with platform.database.reading() as sql:
            rows = notes.waiting_for(sql, actor)
        if rows and (reason := send(_mail(platform, rows))) is not None:
            _note_failure(platform, actor, rows, clock())
            return reason
        with platform.database.transaction() as sql:
            notes.sent(sql, actor, [row["news_id"] for row in rows], clock())
    return None


def _note_failure(platform: PlatformParts, actor: str, rows: list[Row], now: datetime) -> None:
    with platform.database.transaction() as sql:
        for row in rows:
            failures = row["attempts"]
            next_try = now + PAUSES[failures] if failures < len(PAUSES) else None
            notes.failed(sql, actor, [row["news_id"]], next_try)


def _mail(platform: PlatformParts, rows: list[Row]) -> Mail:
    settings = platform.settings
    language: Language = rows[0]["language"] or settings.mail_language
    ui = settings.public_url.rstrip("/")
    lines = [MailLine(row["project"], row["type"], row["facts"], ui + row["link"]) for row in rows]
    subject, body = mail_text(lines, f"{ui}/settings/mail", language)
    names = "\0".join(row["news_id"] for row in rows)
    digest = hashlib.sha256(f"{rows[0]['email']}\0{names}".encode()).hexdigest()[:32]
    return Mail(rows[0]["email"], f"<{digest}@{settings.mail_from.partition('@')[2]}>", subject, body)
