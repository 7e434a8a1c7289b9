"""Texts of e-mails in Japanese and English: a line and a link for each thing, by project."""

from itertools import groupby
from typing import Final, Literal

from msgspec import Struct

from kenpin.read_models.mail.notes import Facts

Language = Literal["ja", "en"]
MOST_LINES: Final = 50
"""Lines of an e-mail; of more, their number is said."""
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "run.ended succeeded": ("学習が完了しました：{dataset}", "A run has succeeded: {dataset}"),
    "run.ended failed": ("学習が失敗しました：{dataset}", "A run has failed: {dataset}"),
    "gate.failed": (
        "モデルが合格条件を満たしていません（{gates} 件）：{dataset}",
        "A model fails gates ({gates}): {dataset}",
    ),
    "review.waiting": (
        "レビュー待ちがあります（{images} 件）：{datasets}",
        "Reviews wait ({images}): {datasets}",
    ),
    "intake.silent": ("画像が届いていません：{place}", "No images come any more: {place}"),
    "no place": ("ライン・カメラの指定なし", "no line or camera named"),
    "subject": ("[Kenpin] {first}", "[Kenpin] {first}"),
    "subject of more": ("[Kenpin] {first} ほか {more} 件", "[Kenpin] {first} and {more} more"),
    "more lines": ("ほか {more} 件", "{more} more"),
    "foot": ("メールの受信と言語の設定：{settings}", "Turn e-mails off, or choose the language: {settings}"),
    "test subject": ("[Kenpin] テストメール", "[Kenpin] Test"),
    "test": (
        "このメールが届けば、Kenpin からメールを送信できます。",
        "Kenpin can send e-mails: this one has arrived.",
    ),
}
"""Japanese and English"""


class MailLine(Struct, frozen=True):
    """One thing in an e-mail."""

    project: str
    type: str
    facts: Facts
    link: str


def text_of(name: str, language: Language, **values: object) -> str:
    return TEXTS[name][language == "en"].format(**values)


def mail_text(lines: list[MailLine], settings: str, language: Language) -> tuple[str, str]:
    """Return subject and body."""
    more, first = len(lines) - 1, _said(lines[0], language)
    name = "subject of more" if more else "subject"
    subject = text_of(name, language, first=first, more=more)
    parts = [
        "\n".join([project, *(f"- {_said(line, language)}\n  {line.link}" for line in group)])
        for project, group in groupby(lines[:MOST_LINES], lambda line: line.project)
    ]
    if len(lines) > MOST_LINES:
        parts.append(text_of("more lines", language, more=len(lines) - MOST_LINES))
    parts.append(text_of("foot", language, settings=settings))
    return subject, "\n\n".join(parts) + "\n"


def _said(line: MailLine, language: Language) -> str:
    facts = line.facts
    name = f"{line.type} {facts['outcome']}" if "outcome" in facts else line.type
    datasets, between = facts.get("datasets"), "、" if language == "ja" else ", "
    named = between.join(datasets) if isinstance(datasets, list) else ""
    place = " ".join(str(facts[each]) for each in ("line", "camera") if facts.get(each))
    given = {"datasets": named, "place": place or text_of("no place", language)}
    return text_of(name, language, **{**facts, **given})
