"""Texts of the reasons that the browser stores as codes, for output that people read."""

import re
from typing import Final, Literal

REASON_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "ui:undo": ("undo", "取り消し"),
    "ui:cancel_run": ("cancelled in the browser", "画面から中止"),
    "ui:retry_run": ("asked for in the browser", "画面から再実行"),
    "ui:assign_by_hand": ("by hand", "手作業"),
    "ui:reason_bad_picture": ("Out of focus or badly exposed", "ピンぼけ・露光不良"),
    "ui:reason_no_part": ("Shows no part", "対象が写っていない"),
    "ui:reason_duplicate": ("Duplicate", "重複"),
    "ui:reason_excluded_by_mistake": ("Excluded by mistake", "誤って除外した"),
    "ui:reason_usable": ("Found usable after all", "使えると判断した"),
    "ui:reason_undecidable": ("Cannot be decided", "判断できない"),
    "ui:reason_not_useful": ("Of no use for training", "学習に役立たない"),
    "ui:reason_done_by_mistake": ("Done by mistake", "操作の誤り"),
    "ui:reason_wrong_images": ("Wrong images", "対象画像の誤り"),
    "ui:reason_wrong_standard": ("Judged under the wrong standard", "誤った基準での判定"),
    "ui:reason_person_visible": ("A person can be seen", "個人が写っている"),
    "ui:reason_customer_request": ("A customer asked for it", "顧客からの依頼"),
    "ui:reason_confidential": ("Something confidential can be seen", "機密が写っている"),
    "ui:reason_at_the_limit": ("At the limit of the standard", "限度付近で判断が割れる"),
    "ui:reason_no_rule": ("The label book says nothing about it", "判定基準書に記載がない"),
    "ui:reason_see_part": ("The part itself must be seen", "現物の確認が必要"),
    "ui:reason_dirt": ("May be dirt or dust", "汚れ・ほこりの可能性"),
    "ui:reason_overlooked": ("A defect was overlooked", "欠陥の見落とし"),
    "ui:reason_within_limits": ("Within the limit sample", "限度見本の範囲内"),
    "ui:reason_other_class": ("Another defect class", "欠陥種別の誤り"),
    "ui:reason_mistyped": ("Keyed in by mistake", "入力の誤り"),
    "ui:readjudicated": ("Judged again under the changed standard", "基準の変更による再判定"),
}
"""The English and the Japanese text of each code. The codes are those of `frontend/src/ui/reasons.ts`."""
CODE: Final = re.compile(r"ui:[a-z_]+")


def reason_text(text: str, language: Literal["en", "ja"] = "en") -> str:
    """Return the text with each code of the browser in it replaced by its text. Other text stays as it is."""

    def replace(code: re.Match[str]) -> str:
        texts = REASON_TEXTS.get(code[0])
        return texts[language == "ja"] if texts else code[0]

    return CODE.sub(replace, text)
