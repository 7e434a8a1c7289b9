"""Notes about cameras: images that each registered in each minute of the last day, and how late they came."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from kenpin.domain.dataset.splits import captured_time
from kenpin.projections.database import Row, Sql
from kenpin.projections.table import DeclaredTable

INTAKE_MINUTE: Final = DeclaredTable(
    "intake_minute",
    """
    project_id  text not null,
    line        text not null,
    camera      text not null,
    minute      timestamptz not null,
    last_at     timestamptz not null,
    images      bigint not null,
    timed       bigint not null,
    lag_seconds double precision not null,
    primary key (project_id, line, camera, minute)""",
)
"""A line or camera that the events do not name is ''. `lag_seconds`: the sum over `timed` images."""
SILENT_MINUTES: Final = 15
"""Minutes without an image after which a camera is marked as silent"""
MOST: Final = 500


class ArrivedImage(Struct, frozen=True):
    """An image that an event of the intake has registered just now."""

    dataset_id: str
    line: str
    camera: str
    captured_at: str | None


def count(sql: Sql, images: Iterable[ArrivedImage], now: datetime) -> None:
    """Count images by camera and minute; of each of these cameras minutes of more than a day ago are dropped."""
    counted: dict[tuple[str, str, str], list[float]] = {}
    for image in images:
        lags = counted.setdefault((image.dataset_id, image.line, image.camera), [])
        taken = captured_time(image.captured_at)
        lags.append(-1 if taken is None else max(0.0, (now - taken).total_seconds()))
    for (dataset_id, line, camera), lags in sorted(counted.items()):
        known = [lag for lag in lags if lag >= 0]
        asked = {"dataset": dataset_id, "line": line, "camera": camera, "now": now}
        sql.execute(
            """insert into intake_minute as m select project_id, %(line)s, %(camera)s,
                date_trunc('minute', %(now)s::timestamptz), %(now)s, %(images)s, %(timed)s, %(lag)s
            from dataset where dataset_id = %(dataset)s
            on conflict (project_id, line, camera, minute) do update set last_at = excluded.last_at,
                images = m.images + excluded.images, timed = m.timed + excluded.timed,
                lag_seconds = m.lag_seconds + excluded.lag_seconds""",
            {**asked, "images": len(lags), "timed": len(known), "lag": sum(known)},
        )
        sql.execute(
            """delete from intake_minute where line = %(line)s and camera = %(camera)s
                and project_id = (select project_id from dataset where dataset_id = %(dataset)s)
                and minute < %(now)s::timestamptz - interval '1 day'""",
            asked,
        )


def cameras(sql: Sql, projects: list[str] | None) -> list[Row]:
    """Return the cameras of these projects (None: all): images per minute, lag and last image, silent ones first.

    The lag is the mean time from capture to registration in the last hour with images; None where none names a time.
    """
    return sql.execute(
        """select project_id, line, camera, max(last_at) as last_at,
            coalesce(sum(images) filter (where minute > now() - interval '1 hour'), 0) / 60.0 as per_minute_hour,
            coalesce(sum(images) filter (where minute > now() - interval '1 day'), 0) / 1440.0 as per_minute_day,
            (select sum(l.lag_seconds) / nullif(sum(l.timed), 0) from intake_minute l
                where (l.project_id, l.line, l.camera) = (m.project_id, m.line, m.camera)
                and l.minute > max(m.minute) - interval '1 hour') as lag_seconds,
            max(last_at) < now() - make_interval(mins => %(silent)s) as is_silent
        from intake_minute m where %(projects)s::text[] is null or project_id = any(%(projects)s)
        group by project_id, line, camera
        order by is_silent desc, project_id, line, camera limit %(most)s""",
        {"projects": projects, "silent": SILENT_MINUTES, "most": MOST},
    ).fetchall()
