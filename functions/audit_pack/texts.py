"""Texts of the report, in English and Japanese."""

from typing import Final, Literal

Language = Literal["en", "ja"]

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Audit report", "監査報告書"),
    "other": ("日本語", "English"),
    "lead": (
        "What this pack holds, and how each decision on the chosen images came about. This page is an aid for reading; "
        "what is proved is proved by the files beside it: run “python3 verify_pack.py” in this folder.",
        "この監査パックの内容と、選ばれた画像についての判断の経緯です。本書は閲覧用の資料です。証拠となるのは同じフォルダのファイルで、"
        "このフォルダで「python3 verify_pack.py」を実行すると検証できます。",
    ),
    "streams": ("Streams", "ストリーム"),
    "stream": ("Stream", "ストリーム"),
    "version": ("Version", "版"),
    "hash": ("Hash of the last commit", "最後のコミットのハッシュ"),
    "anchors": ("Anchors", "アンカー（署名付き時点証明）"),
    "anchor": ("Anchor", "アンカー"),
    "taken": ("Taken at", "取得日時"),
    "key": ("Signed by key", "署名鍵"),
    "covers": ("Events covered", "対象イベント数"),
    "keys": (
        "Public keys (compare the fingerprints with those you noted)",
        "公開鍵（控えの指紋と照合してください）",
    ),
    "fingerprint": ("Fingerprint", "指紋"),
    "since": ("Since", "使用開始"),
    "images": ("Decisions on images", "画像ごとの判断の経緯"),
    "none": ("No images were chosen (--images).", "画像は選ばれていません（--images）。"),
    "when": ("When", "日時"),
    "who": ("Who", "担当"),
    "what": ("What", "内容"),
    "why": ("Details", "詳細"),
    "runs": ("Runs that learnt from it or were measured on it", "この画像を学習・評価に用いた学習ジョブ"),
    "run": ("Run", "学習ジョブ"),
    "model": ("Model", "モデル"),
    "split": ("Split", "区分"),
    "no_runs": ("In no run.", "どの学習ジョブにも使われていません。"),
    "no_picture": ("no picture: erased, or not stored", "画像なし（消去済み、または未保存）"),
}

EVENTS: Final[dict[str, tuple[str, str]]] = {
    "ImageRegistered": ("image registered", "画像登録"),
    "CaptureCorrected": ("capture condition corrected", "撮像条件の訂正"),
    "ImageExcluded": ("excluded", "除外"),
    "ImageRestored": ("restored", "復帰"),
    "ImageErased": ("bytes erased", "画像データの消去"),
    "WindowSet": ("window of deep grey set", "階調ウィンドウの設定"),
    "WindowRemoved": ("window of deep grey removed", "階調ウィンドウの削除"),
    "RegionOfInterestSet": ("region of interest set", "検査領域の設定"),
    "ScaleSet": ("camera scale set", "画素分解能の設定"),
    "ScaleRemoved": ("camera scale removed", "画素分解能の削除"),
    "SplitAssigned": ("split assigned", "区分の割り当て"),
    "GroupAssigned": ("group assigned", "グループの割り当て"),
    "AnnotationSubmitted": ("judged", "判定"),
    "AnnotationWithdrawn": ("judgement withdrawn", "判定の取り下げ"),
    "AnnotationReviewed": ("reviewed", "レビュー"),
    "CandidatesSuggested": ("suggested", "提案"),
    "CandidateDismissed": ("suggestion dismissed", "提案の見送り"),
    "ChangeReverted": ("change undone", "変更の取り消し"),
    "FieldReturnReported": ("field return", "市場返品"),
    "ReadjudicationRequested": ("re-adjudication requested", "再判定の依頼"),
    "BlindJudgementSubmitted": ("judged blind", "ブラインド判定"),
}


def text_of(name: str, language: Language) -> str:
    return TEXTS[name][language == "ja"]


def event_name(type: str, language: Language) -> str:
    """Return the name of an event; the type itself where no name is known."""
    return EVENTS[type][language == "ja"] if type in EVENTS else type
