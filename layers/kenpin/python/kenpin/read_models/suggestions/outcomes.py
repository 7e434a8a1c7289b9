"""Queries about what came of suggestions: judgements of picks and controls, by policy and reason."""

from kenpin.projections.database import Row, Sql
from kenpin.projections.validity import rows_of, valid


def judged(sql: Sql, dataset_id: str, as_of: int | None = None) -> list[Row]:
    """Return a row for each policy and reason: policy, reason, control, judged, ng, scored, wrong.

    Images judged OK or NG while they were suggested. `scored`: those that a run with a threshold had scored; `wrong`:
    those of them that people judged otherwise than the run.
    """
    return sql.execute(
        f"""select policy, reason, control, count(*) as judged, count(*) filter (where ng) as ng,
            count(score_ng) as scored, count(*) filter (where score_ng <> ng) as wrong
        from (
            select s.policy, c.reason, c.control, c.outcome = 'NG' as ng,
                c.score >= (r.evaluation ->> 'threshold')::double precision as score_ng
            from {rows_of("candidate", as_of)} c
            join suggestion s on s.dataset_id = c.dataset_id and s.version = c.suggested_in
            left join run r on r.run_id = s.run_id
            where c.dataset_id = %(dataset)s and c.outcome in ('OK', 'NG') and {valid("c", as_of)}
        ) as answered group by policy, reason, control order by policy, control, reason""",
        {"dataset": dataset_id, "as_of": as_of},
    ).fetchall()
