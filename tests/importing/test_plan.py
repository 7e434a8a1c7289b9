"""The plan of an import: layouts of folders, words of verdicts, class names, and the questions that stay open."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from kenpin.domain.dataset.refusals import DefectOnOk
from kenpin.importing.answers import Answers
from kenpin.importing.class_ids import ClassIds
from kenpin.importing.entry import DefectShape, Problem, SourceEntry
from kenpin.importing.meaning import Skipped, Unclear, meaning_of
from kenpin.importing.plan import ImportPlan, copies_of, meanings, plan_of
from kenpin.importing.recognise import recognise
from kenpin.importing.tree import FolderTree, MemoryTree, Tree
from kenpin.importing.words import verdict_of

CASES: Final = Path(__file__).parents[1] / "cases"
ZONE: Final = ZoneInfo("Asia/Tokyo")
LAYOUTS: Final = CASES / "06-folder-layouts/in"


def planned(tree: Tree, answers: Mapping[str, str] = {}) -> tuple[ImportPlan, dict[str, str]]:
    """Return the plan, and path → verdict, class and split in short."""
    layout = recognise(tree)
    found = list(meanings(tree, layout, Answers(answers), ZONE))
    return plan_of(tree, layout, found), dict(map(_short, found))


def _short(meaning: SourceEntry | Problem | Unclear | Skipped) -> tuple[str, str]:
    match meaning:
        case Problem(where=where, what=what):
            return where, f"rejected: {what}"
        case Unclear(entry=entry, words=words):
            return entry.path, f"? {' '.join(words)}"
        case Skipped(entry=entry):
            return entry.path, "skipped"
        case SourceEntry():
            masked = "+" if any(shape.mask for shape in meaning.defects) else ""
            classes = " ".join(f"{shape.class_name}{masked}" for shape in meaning.defects)
            parts = (meaning.verdict or "unjudged", classes, meaning.split or "")
            return meaning.path, " ".join(filter(None, parts))


@pytest.mark.parametrize(
    ("layout", "title", "images"),
    [
        (
            "mvtec",
            "MVTec AD, LOCO or BTAD",
            {
                "train/good/000.png": "OK train",
                "test/good/000.png": "OK test",
                "test/scratch/000.png": "NG scratch+ test",
                "test/dent/000.png": "NG dent+ test",
            },
        ),
        (
            "loco",
            "MVTec AD, LOCO or BTAD",
            {
                "validation/good/0.png": "OK validation",
                "test/logical_anomalies/0.png": "NG logical_anomalies test",
                "test/structural_anomalies/0.png": "NG structural_anomalies test",
            },
        ),
        ("visa", "VisA", {"Data/Images/Normal/0000.JPG": "OK", "Data/Images/Anomaly/000.JPG": "NG Anomaly+"}),
        (
            "btad",
            "folders",
            {"train/ok/0.bmp": "OK train", "test/ko/0.bmp": "NG test", "test/ok/0.bmp": "OK test"},
        ),
        (
            "casting",
            "casting",
            {
                "train/ok_front/a.jpeg": "OK train",
                "train/def_front/b.jpeg": "NG train",
                "test/ok_front/c.jpeg": "OK test",
                "test/def_front/d.jpeg": "NG test",
            },
        ),
        (
            "yolo",
            "folders",
            {
                "train/good/a.jpg": "OK train",
                "valid/good/b.jpg": "OK validation",
                "val/good/c.jpg": "OK validation",
                "train/bad/d.jpg": "NG train",
                "test/defect/e.jpg": "NG test",
                "test/defective/f.jpg": "NG test",
            },
        ),
        (
            "japan",
            "folders",
            {
                "良品/a.png": "OK",
                "不良品/b.png": "NG",
                "OK品/c.png": "OK",
                "NG品/d.png": "NG",
                "保留/e.png": "HOLD",
                "不良/キズ/f.png": "NG キズ",
                "ＯＫ/g.png": "OK",
                "ＮＧ/h.png": "NG",
                "OK /i.png": "OK",
                "01_OK/j.png": "? 01_OK",
                "OK_20261128/k.png": "? OK_20261128",
            },
        ),
        (
            "deeper",
            "folders",
            {
                "ng/scratch/2026-11-28/a.png": "NG scratch",
                "ng/dent/lot5/cam1/b.png": "NG dent",
                "ng/test/c.png": "NG test",
                "ng/train/scratch/d.png": "NG scratch train",
            },
        ),
    ],
)
def test_a_layout_means_what_its_authors_mean(layout: str, title: str, images: Mapping[str, str]) -> None:
    plan, found = planned(FolderTree(LAYOUTS / layout))
    assert (plan.layout, found) == (title, images)


def test_words_that_nobody_knows_are_asked_about_and_answered() -> None:
    tree = MemoryTree("line", {f"{name}/a.png": b"x" for name in ("良品", "欠け", "beta", "old")})
    plan, found = planned(tree)
    assert {question.word for question in plan.questions} == {"欠け", "beta", "old"}
    assert found["欠け/a.png"] == "? 欠け"
    plan, found = planned(tree, {"欠け": "NG:chip", "beta": "none", "old": "skip"})
    assert plan.questions == []
    assert found["欠け/a.png"] == "NG chip"
    assert (found["beta/a.png"], found["old/a.png"]) == ("unjudged", "skipped")


@pytest.mark.parametrize(
    ("entry", "answers", "verdict"),
    [
        (SourceEntry("a.png", "a.png", words=("良品",), defects=(DefectShape("chip"),)), {}, ""),
        (SourceEntry("a.png", "a.png", verdict="OK", defects=(DefectShape("chip"),)), {}, ""),
        (SourceEntry("a.png", "a.png", verdict="OK", defects=(DefectShape("chip"),)), {"chip": "none"}, "OK"),
        (SourceEntry("a.png", "a.png", verdict="HOLD", defects=(DefectShape("chip"),)), {}, "HOLD"),
    ],
)
def test_ok_with_defects_is_rejected_in_the_words_of_the_api(
    entry: SourceEntry, answers: Mapping[str, str], verdict: str
) -> None:
    meant = meaning_of(entry, Answers(answers))
    if isinstance(meant, Problem):
        assert (verdict, str(DefectOnOk("a.png"))) == ("", f"image {meant.where} {meant.what}")
    else:
        assert isinstance(meant, SourceEntry)
        assert meant.verdict == verdict


def test_the_time_of_a_manifest_is_normalised_and_one_that_is_none_rejects_its_image() -> None:
    table = b"file,verdict,captured_at\na.png,OK,2026/11/28 9:05\nb.png,OK,99/99/99\n"
    tree = MemoryTree("source", {"a.png": b"", "b.png": b"", "t.csv": table})
    found, problem = meanings(tree, recognise(tree), Answers({}), ZONE)
    assert isinstance(found, SourceEntry)
    assert found.capture == {"captured_at": "2026-11-28T09:05:00+09:00"}
    assert isinstance(problem, Problem)
    assert (problem.where, problem.what.partition(";")[0]) == (
        "b.png",
        "captured_at: 99/99/99 is no time",
    )


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("良品", "OK"), ("不良品", "NG"), ("Non-defective", "OK"), ("no_defect", "OK"), ("defect-free", "OK"),
        ("pass", "OK"), ("Normal ", "OK"), ("NORMAL", "OK"), ("OK品", "OK"), ("合格", "OK"), ("不合格", "NG"),
        ("良品OK", None), ("0", None), ("1", None), ("okay", None), ("", None),
    ],
)  # fmt: skip
def test_a_verdict_is_only_taken_from_a_whole_known_word(word: str, verdict: str | None) -> None:
    assert verdict_of(word) == verdict


def test_names_that_differ_never_share_an_id() -> None:
    folder = CASES / "07-class-names/in/folder/ng"
    names = sorted(path.name for path in folder.iterdir())
    ids = ClassIds({})
    assert len({ids.id_of(name) for name in names}) == len(names) == 12
    assert ids.id_of("scratch") == "scratch"
    assert ClassIds({"キズ": "kizu"}).id_of("キズ") == "kizu"


def test_every_class_keeps_the_name_as_it_is_written() -> None:
    tree = FolderTree(CASES / "07-class-names/in/folder")
    plan, found = planned(tree)
    assert plan.class_names == sorted(path.name for path in (CASES / "07-class-names/in/folder/ng").iterdir())
    assert found["ng/キズ大/キズ大.png"] == "NG キズ大"


def test_litter_is_passed_over_and_counted() -> None:
    names = ("ok/a.png", "ok/._a.png", "ok/Thumbs.db", "__MACOSX/ok/a.png", "@eaDir/a.png", "notes.txt")
    plan, found = planned(MemoryTree("line", dict.fromkeys(names, b"x")))
    assert found == {"ok/a.png": "OK"}
    assert sum(each.files for each in plan.passed_over) == 5


def test_the_same_bytes_with_two_verdicts_are_named() -> None:
    tree = MemoryTree("line", {"ok/a.png": b"x", "ng/b.png": b"x", "ok/c.png": b"y"})
    entries = [
        each for each in meanings(tree, recognise(tree), Answers({}), ZONE) if isinstance(each, SourceEntry)
    ]
    (copies,) = copies_of(tree, entries)
    assert (set(copies.paths), copies.why) == ({"ok/a.png", "ng/b.png"}, "NG and OK")


def test_annotation_files_and_rejected_images_are_not_passed_over() -> None:
    table = f"file,verdict,lot\na.png,OK,L1\nb.png,OK,{'L' * 65}\n".encode()
    tree = MemoryTree("line", {"l.csv": table, "a.png": b"", "b.png": b"", "notes.txt": b"x"})
    plan, _ = planned(tree)
    assert plan.annotations is not None
    assert plan.annotations.examples == ["l.csv"]
    (problem,) = plan.problems
    assert (problem.where, [part.code for part in problem.place]) == ("l.csv line 3", ["in_file", "in_line"])
    assert [each.examples for each in plan.passed_over] == [["notes.txt"]]
