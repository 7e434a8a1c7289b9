"""Notes about cameras: images that each registered in each minute of the last day, and what their times say."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

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
    after="""
alter table intake_minute add column if not exists out_of_order bigint not null default 0;
alter table intake_minute add column if not exists ahead_seconds double precision not null default 0;
alter table intake_minute add column if not exists newest_capture timestamptz;""",
)
"""A line or camera that the events do not name is ''. `lag_seconds`: the sum over `timed` images.

`out_of_order`: images whose capture is before that of an image that came earlier. `ahead_seconds`: the most that a
capture is after its arrival. `newest_capture`: of the images so far.
"""
SILENT_MINUTES: Final = 15
"""Minutes without an image after which a camera is marked as silent"""
MOST: Final = 500


COUNT: Final = """
with old as (
    delete from intake_minute where line = %(line)s and camera = %(camera)s
    and project_id = (select project_id from dataset where dataset_id = %(dataset)s)
    and minute < %(now)s::timestamptz - interval '1 day'
),
place as (select project_id from dataset where dataset_id = %(dataset)s),
earlier as (
    select max(newest_capture) as newest from intake_minute
    where project_id = (select project_id from place) and line = %(line)s and camera = %(camera)s
),
capture as (
    select time, extract(epoch from %(now)s::timestamptz - time) as lag,
        time < greatest(newest, max(time) over (order by nth rows between unbounded preceding and 1 preceding))
            as is_late
    from unnest(%(times)s::timestamptz[]) with ordinality as given (time, nth) cross join earlier
),
counted as (
    select count(*) as timed, coalesce(sum(greatest(lag, 0)), 0) as lag, count(*) filter (where is_late) as late,
        coalesce(greatest(-min(lag), 0), 0) as ahead, max(time) as newest
    from capture
)
insert into intake_minute as m (project_id, line, camera, minute, last_at, images, timed, lag_seconds,
    out_of_order, ahead_seconds, newest_capture)
select project_id, %(line)s, %(camera)s, date_trunc('minute', %(now)s::timestamptz), %(now)s, %(images)s, timed, lag,
    late, ahead, greatest(counted.newest, earlier.newest)
from place cross join earlier cross join counted
on conflict (project_id, line, camera, minute) do update set last_at = excluded.last_at,
    images = m.images + excluded.images, timed = m.timed + excluded.timed,
    lag_seconds = m.lag_seconds + excluded.lag_seconds, out_of_order = m.out_of_order + excluded.out_of_order,
    ahead_seconds = greatest(m.ahead_seconds, excluded.ahead_seconds),
    newest_capture = greatest(m.newest_capture, excluded.newest_capture)"""


class ArrivedImage(Struct, frozen=True):
    """An image that an event of the intake has registered just now."""

    dataset_id: str
    line: str
    camera: str
    captured_at: datetime | None


def count(sql: Sql, images: Iterable[ArrivedImage], now: datetime) -> None:
    """Count images by camera and minute; of each of these cameras minutes of more than a day ago are dropped."""
    counted: dict[tuple[str, str, str], list[datetime | None]] = {}
    for image in images:
        counted.setdefault((image.dataset_id, image.line, image.camera), []).append(image.captured_at)
    for (dataset_id, line, camera), captures in sorted(counted.items(), key=lambda each: each[0]):
        times = [time for time in captures if time is not None]
        camera_of = {"dataset": dataset_id, "line": line, "camera": camera}
        sql.execute(COUNT, {**camera_of, "now": now, "images": len(captures), "times": times})


def cameras(sql: Sql, projects: list[str] | None) -> list[Row]:
    """Return the cameras of these projects (None: all): images per minute, lag and last image, silent ones first.

    The lag is the mean time from capture to registration in the last hour with images; None where none names a time.
    Captures out of order and ahead of their arrival are those of the last day.
    """
    return sql.execute(
        """select project_id, line, camera, max(last_at) as last_at,
            coalesce(sum(images) filter (where minute > now() - interval '1 hour'), 0) / 60.0 as per_minute_hour,
            coalesce(sum(images) filter (where minute > now() - interval '1 day'), 0) / 1440.0 as per_minute_day,
            (select sum(l.lag_seconds) / nullif(sum(l.timed), 0) from intake_minute l
                where (l.project_id, l.line, l.camera) = (m.project_id, m.line, m.camera)
                and l.minute > max(m.minute) - interval '1 hour') as lag_seconds,
            coalesce(sum(out_of_order) filter (where minute > now() - interval '1 day'), 0) as out_of_order,
            coalesce(max(ahead_seconds) filter (where minute > now() - interval '1 day'), 0) as ahead_seconds,
            max(last_at) < now() - make_interval(mins => %(silent)s) as is_silent
        from intake_minute m where %(projects)s::text[] is null or project_id = any(%(projects)s)
        group by project_id, line, camera
        order by is_silent desc, project_id, line, camera limit %(most)s""",
        {"projects": projects, "silent": SILENT_MINUTES, "most": MOST},
    ).fetchall()
