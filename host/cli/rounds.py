"""Rounds of judging as text."""

from __future__ import annotations

from functions.api.rounds.answers import JudgedRound, RoundFigures
from host.cli.output import line, table


def describe_rounds(rounds: list[JudgedRound]) -> None:
    if not rounds:
        return line("no two runs of one method on two versions yet: judge images, and train again")
    columns = ("from run", "to run", "chosen by", "judged", "NG", "s per label", "escapes", "overkills")
    table(*columns, rows=[row for each in rounds for row in _rows(each)])
    line("the difference on the same images, with its interval: kenpin run compare OLD NEW")


def _rows(each: JudgedRound) -> list[tuple[str | int | None, ...]]:
    changes = (_change("escapes", "ng", each), _change("overkills", "ok", each))
    rows: list[tuple[str | int | None, ...]] = []
    for done in each.work:
        pace = f"{done.seconds / done.timed:.1f}" if done.timed else None
        rows.append((None, None, done.policy or "people", done.judged, done.ng, pace, None, None))
    judged, ng = (sum(getattr(done, name) for done in each.work) for name in ("judged", "ng"))
    timed, seconds = (sum(getattr(done, name) for done in each.work) for name in ("timed", "seconds"))
    pace = f"{seconds / timed:.1f}" if timed else None
    return [(each.before.run_id, each.after.run_id, "all", judged, ng, pace, *changes), *rows]


def _change(mistakes: str, of: str, each: JudgedRound) -> str:
    return f"{_rate(each.before, mistakes, of)} → {_rate(each.after, mistakes, of)}"


def _rate(figures: RoundFigures, mistakes: str, of: str) -> str:
    return f"{getattr(figures, mistakes)} of {getattr(figures, of)}"
