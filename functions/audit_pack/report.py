"""The report of a pack for people: a page without scripts that prints well, once in English and once in Japanese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final, get_args

from functions.audit_pack.image_history import HistoryStep, ImageHistory
from functions.audit_pack.texts import Language, event_name, text_of
from kenpin.domain.anchor import Anchor, BrokenRecord, Key, Record, key_id, read
from kenpin.domain.commit import Head
from kenpin.domain.reasons import reason_text

STYLE: Final = """
body { font: 15px/1.55 system-ui, "Hiragino Sans", "Noto Sans JP", sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; color: #1a1a1a; background: #fff }
h1 { font-size: 1.6rem }
h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid #999 }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ddd }
caption { text-align: left; color: #555 }
td.n { font-variant-numeric: tabular-nums }
code { font-size: .82em; text_of-break: break-all }
article { break-inside: avoid; display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; align-items: start }
article > * { grid-column: 1 / -1 }
article > h3 + * { grid-column: 2; grid-row: 2 }
article > table:nth-of-type(1) { grid-column: 1; grid-row: 2 }
img, .none { max-width: 240px; max-height: 180px; margin: .5rem 0; border: 1px solid #999 }
.none { padding: 2rem 1rem; color: #555 }
dl { margin: 0 }
dt { display: inline; color: #555 }
dd { display: inline; margin: 0 .8rem 0 .2rem }
@media print { body { margin: 0; max-width: none } a.other { display: none } }
"""


def write_report(
    folder: Path,
    heads: Sequence[Head],
    records: Sequence[tuple[str, bytes]],
    histories: Sequence[ImageHistory],
) -> None:
    readable = list(_readable(records))
    for language in get_args(Language):
        (folder / f"report.{language}.html").write_text(_page(language, heads, readable, histories), "utf-8")


def _readable(records: Sequence[tuple[str, bytes]]) -> Iterable[Record]:
    for name, body in records:
        try:
            yield read(name, body)
        except BrokenRecord:
            continue  # verify_pack.py says so


def _page(
    language: Language, heads: Sequence[Head], records: list[Record], histories: Sequence[ImageHistory]
) -> str:
    def label(name: str) -> str:
        return escape(text_of(name, language))

    other = "en" if language == "ja" else "ja"
    keys = [record for record in records if isinstance(record.statement, Key)]
    parts = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{label("title")}</title>',
        f'<style>{STYLE}</style><a class="other" href="report.{other}.html">{label("other")}</a>',
        f"<h1>Kenpin 検品 · {label('title')}</h1><p>{label('lead')}</p>",
        f"<h2>{label('images')}</h2>",
        *([] if histories else [f"<p>{label('none')}</p>"]),
        *(_history(history, language) for history in histories),
        f"<h2>{label('anchors')}</h2>",
        _table(language, ("anchor", "taken", "covers", "key"), map(_anchor, _anchors(records))),
        f"<h2>{label('keys')}</h2>",
        _table(language, ("fingerprint", "since", "key"), map(_key, keys)),
        f"<h2>{label('streams')}</h2>",
        _table(language, ("stream", "version", "hash"), map(_head, heads)),
    ]
    return "\n".join(parts) + "\n"


def _anchors(records: list[Record]) -> list[Record]:
    """Return the anchors of the last year, newest first."""
    return [record for record in records if isinstance(record.statement, Anchor)][::-1][:366]


def _anchor(record: Record) -> tuple[str, ...]:
    statement = record.statement
    assert isinstance(statement, Anchor)
    covered = sum(head.version for head in record.heads)
    return record.name, statement.taken_at, f"{covered:,}", statement.key_id


def _key(record: Record) -> tuple[str, ...]:
    statement = record.statement
    assert isinstance(statement, Key)
    return key_id(bytes.fromhex(statement.public)), statement.since, statement.key_id


def _head(head: Head) -> tuple[str, ...]:
    return head.stream, str(head.version), head.hash.hex()


def _table(language: Language, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text_of(name, language))}" for name in columns)
    body = "".join("<tr>" + "".join(f"<td><code>{escape(cell)}</code>" for cell in row) for row in rows)
    return f"<table><tr>{head}{body}</table>"


def _history(history: ImageHistory, language: Language) -> str:
    def label(name: str) -> str:
        return escape(text_of(name, language))

    picture = (
        f'<img alt="" src="{history.picture}">'
        if history.picture
        else f'<p class="none">{label("no_picture")}</p>'
    )
    steps = "".join(_step(step, language) for step in history.steps)
    uses = "".join(
        f"<tr><td><code>{escape(use.run_id)}</code><td class=n>{use.dataset_version}"
        f"<td>{escape(use.split)}<td>{escape(', '.join(use.models))}"
        for use in history.uses
    )
    columns = "".join(f"<th>{label(name)}" for name in ("version", "when", "who", "what", "why"))
    runs = "".join(f"<th>{label(name)}" for name in ("run", "version", "split", "model"))
    used = (
        f"<table><caption>{label('runs')}</caption><tr>{runs}{uses}</table>"
        if uses
        else f"<p>{label('no_runs')}</p>"
    )
    title = f"{escape(history.dataset_id)} / <code>{escape(history.image_id)}</code>"
    return f"<article><h3>{title}</h3>{picture}<table><tr>{columns}{steps}</table>{used}</article>"


def _step(step: HistoryStep, language: Language) -> str:
    details = "".join(
        f"<dt>{escape(name)}:</dt><dd>{escape(reason_text(value, language))}</dd>"
        for name, value in step.details.items()
    )
    what = escape(event_name(step.type, language))
    when, by = escape(step.at[:19].replace("T", " ")), escape(step.by)
    return f"<tr><td class=n>{step.version}<td>{when}<td>{by}<td>{what}<td><dl>{details}</dl>"
