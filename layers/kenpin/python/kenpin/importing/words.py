"""Words that say a verdict or a split, and names of folders that say neither: whole known words only."""

import re
from typing import Final
from unicodedata import normalize

from kenpin.domain.ids import Split, Verdict
from kenpin.importing.splits import WORDS

OK_WORDS: Final = """
ok, good, normal, pass, passed, accept, accepted, no defect, nondefective, non defective, defect free, no anomaly,
良品, 良, 正常, 正常品, 合格, 合格品, ok品, 異常なし, 欠陥なし, 不良なし
"""
NG_WORDS: Final = """
ng, nok, not ok, ko, bad, anomaly, anomalous, abnormal, fail, failed, reject, rejected, defect, defective, no good,
不良品, 不良, 異常, 異常品, 不合格, 不合格品, 欠陥, 欠陥品, ng品
"""
HOLD_WORDS: Final = "hold, on hold, pending, 保留, 保留品"
CONTEXT: Final = re.compile(
    r"""
    (19|20)\d\d[-_./年 ]?(\d\d?[-_./月 ]?(\d\d?日?([-_T ]?\d{4,6})?)?)?   # 2026, 2026-11, 20261128, 2026年11月28日
    | (lot|batch|lotno|ロット)[-_ #.]?[0-9a-z]*\d[0-9a-z]*              # lot5, batch_12a
    | (cam|camera|カメラ)[-_ #.]?([0-9]+|[a-z]|left|right|top|side)    # cam1, camera-left
    """,
    re.VERBOSE,
)
"""Folders of a date, a lot or a camera."""


def folded(text: str) -> str:
    """Return the text as words are compared: without width, case, outer blanks, and `_` or `-` between words."""
    return re.sub(r"[\s_-]+", " ", normalize("NFKC", text).casefold()).strip()


def _table(words: str, verdict: Verdict) -> dict[str, Verdict]:
    return {folded(word): verdict for word in words.split(",")}


VERDICT_WORDS: Final = {**_table(OK_WORDS, "OK"), **_table(NG_WORDS, "NG"), **_table(HOLD_WORDS, "HOLD")}


def verdict_of(word: str) -> Verdict | None:
    """Return the verdict that a whole word says; None for every other word."""
    return VERDICT_WORDS.get(folded(word))


def split_of(word: str) -> Split | None:
    """Return the split that a whole word says; None for every other word."""
    return WORDS.get(folded(word))


def is_context(name: str) -> bool:
    """Return True for the name of a date, lot or camera folder: it is no class."""
    return CONTEXT.fullmatch(normalize("NFKC", name).casefold().strip()) is not None
