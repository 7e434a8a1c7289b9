"""`kenpin run compare` as people read it."""

import pytest

from functions.api.runs.answers import RunComparison
from host.cli.comparison import describe_comparison, difference_text
from kenpin.domain.run.comparison import MeasuredPair, compare
from kenpin.domain.run.paired_difference import PairedDifference


def image(place: int, old: bool, new: bool, ng: bool) -> MeasuredPair:
    return MeasuredPair(
        image_id=f"{place:064d}", group=str(place), old_score=0.5, new_score=0.5,
        old_judged_ng=old, new_judged_ng=new, old_ng=ng, new_ng=ng,
    )  # fmt: skip


def test_figures_parts_and_differences_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    images = [image(0, True, False, True), *(image(place, False, False, False) for place in range(1, 9))]
    found = compare(images, old_only=1, new_only=0)
    describe_comparison(RunComparison(old_run="a", new_run="b", split="test", comparison=found))
    shown = capsys.readouterr().out
    assert "9 images of test measured by both runs; 1 by a only, 0 by b only" in shown
    assert ["escape", "rate", "+1", "+1", "+0"] in [line.split() for line in shown.splitlines()]
    assert "escapes: 1 more of 1 (" in shown and "overkills: as many of 8 (95 %: -3 to +3; 0 broken" in shown


@pytest.mark.parametrize(
    ("more", "low", "high", "text"),
    [
        (3, -0.6, 8.4, "escapes: 3 more of 83 (95 %: -1 to +8; 4 broken, 1 fixed)"),
        (-2, -6.0, -0.3, "escapes: 2 fewer of 83 (95 %: -6 to 0; 4 broken, 1 fixed)"),
        (0, None, None, "escapes: no image to compare"),
    ],
)
def test_a_difference_is_one_line(more: int, low: float | None, high: float | None, text: str) -> None:
    found = PairedDifference(images=83, broken=4, fixed=1, more=more, low=low, high=high, groups=20)
    assert difference_text("escapes", found) == text
