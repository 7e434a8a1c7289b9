"""A threshold is not reported on the images that it was chosen on."""

import numpy as np
import pytest

from kenpin.domain.recipe import Recipe
from kenpin.domain.run.values import ThresholdChoice
from kenpin_training.pipeline.chosen_threshold import ChosenOnReportedImages, ChosenThreshold, cross_judged
from kenpin_training.pipeline.threshold import ScoredLabels

CHOICE = ThresholdChoice(rule="cost", threshold=0.4, ng=30)


def test_it_is_refused_on_one_image_that_it_was_chosen_on() -> None:
    chosen = ChosenThreshold(CHOICE, np.array([True, True, False, False]))
    assert chosen.to_report_on(np.array([False, False, True, True])) == 0.4
    with pytest.raises(ChosenOnReportedImages, match="1 of these images"):
        chosen.to_report_on(np.array([False, True, True, True]))


def test_no_image_is_judged_by_a_threshold_that_its_group_had_a_part_in() -> None:
    """A group of NG images that score lowest would bring the threshold down to them, if it could."""
    scores = np.concatenate([np.full(4, 0.1), np.linspace(0.2, 0.5, 40), np.linspace(0.7, 0.9, 40)])
    ng = (np.arange(84) < 4) | (np.arange(84) >= 44)
    groups = np.maximum(np.arange(84) - 3, 0)
    labels = ScoredLabels(scores, ng, groups, np.ones(84))
    verdicts = cross_judged(labels, Recipe(), 0)
    assert not verdicts[:4].any()
    assert verdicts[44:].all()


def test_one_verdict_or_one_group_is_judged_too() -> None:
    scores, ng = np.linspace(0, 1, 6), np.arange(6) > 2
    for labels in (
        ScoredLabels(scores, np.zeros(6, bool), np.arange(6), np.ones(6)),
        ScoredLabels(scores, ng, np.zeros(6, np.int64), np.ones(6)),
    ):
        assert cross_judged(labels, Recipe(), 0).shape == (6,)
