"""Queries about news: what the rows of runs and models say of the last day, and who may be told."""

from datetime import datetime
from typing import Final

from kenpin.projections.database import Row, Sql

PEOPLE: Final = """
select distinct r.actor, r.project_id, r.role from member_role r join identity.person p using (actor)
where r.revoked_at is null and p.email <> '' and p.mail order by r.actor"""


def people(sql: Sql) -> list[Row]:
    """Return actor, project and role of everybody who has an address and wants e-mails."""
    return sql.execute(PEOPLE).fetchall()


def runs_ended(sql: Sql, since: datetime) -> list[Row]:
    """Return the runs that succeeded, or failed for good, since then."""
    return sql.execute(
        """select r.run_id, r.project_id, r.status, r.finished_at, d.name as dataset
        from run r join dataset d using (dataset_id)
        where r.status in ('succeeded', 'failed') and r.finished_at > %s order by r.finished_at""",
        (since,),
    ).fetchall()


def gates_evaluated(sql: Sql, since: datetime) -> list[Row]:
    """Return the models whose gates were evaluated since then and that nothing happened to afterwards."""
    return sql.execute(
        """select m.model_id, m.version, m.project_id, m.dataset_id, m.gates, m.by, d.name as dataset
        from model m join dataset d using (dataset_id)
        where m.what = 'gates_evaluated' and m.at > %s order by m.at""",
        (since,),
    ).fetchall()


def silent_cameras(sql: Sql, since: datetime, before: datetime) -> list[Row]:
    """Return the cameras whose last image came between the two times."""
    return sql.execute(
        """select project_id, line, camera, max(last_at) as last_at from intake_minute
        group by project_id, line, camera having max(last_at) > %s and max(last_at) < %s
        order by project_id, line, camera""",
        (since, before),
    ).fetchall()


def projects(sql: Sql) -> list[Row]:
    """Return id and time zone of each project; None: that of the installation."""
    return sql.execute("select project_id, time_zone from project order by project_id").fetchall()


def dataset_names(sql: Sql, project_id: str) -> dict[str, str]:
    """Return the name of each dataset of a project by its id."""
    rows = sql.execute("select dataset_id, name from dataset where project_id = %s", (project_id,)).fetchall()
    return {row["dataset_id"]: row["name"] for row in rows}
