"""Splits in the names of folders and annotation files."""

import pytest

from kenpin.importing.splits import split_in, split_in_path


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("train/a.png", "train"),
        ("images/val2017/a.png", "validation"),
        ("Test/a.png", "test"),
        ("obj_train_data/a.png", "train"),
        ("obj_Validation_data/a.png", "validation"),
        ("training-images/a.png", None),
        ("test bench/a.png", None),
        ("train/test/a.png", None),
        ("train.png", None),
    ],
)
def test_folders_are_whole_words(path: str, split: str | None) -> None:
    assert split_in_path(path) == split


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("instances_train2017.json", "train"),
        ("valid.json", "validation"),
        ("train_and_test.json", None),
        ("contest.json", None),
    ],
)
def test_files_hold_the_word_between_others(name: str, split: str | None) -> None:
    assert split_in(name) == split
