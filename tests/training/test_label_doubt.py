"""Doubt about labels: wrong ones come first, by models that had not seen their group."""

import numpy as np
import pytest

from kenpin_training.pipeline.label_doubt import doubts_of, label_doubts

RANDOM = np.random.default_rng(4)
NG = np.arange(120) % 3 == 0
FEATURES = (RANDOM.standard_normal((120, 40)) + 1.5 * NG[:, None] * (np.arange(40) < 8)).astype(np.float32)


def test_wrong_labels_are_doubted_most() -> None:
    flipped = np.array([3, 10, 50, 77])
    said = NG.copy()
    said[flipped] = ~said[flipped]
    doubts = label_doubts(FEATURES, said, np.arange(120), c=1.0, seed=0)
    assert set(flipped) <= set(np.argsort(-doubts)[:8])
    assert (doubts[flipped] > 0.5).all()
    assert np.median(doubts) < 0.2
    assert np.array_equal(doubts, label_doubts(FEATURES, said, np.arange(120), c=1.0, seed=0))


def test_copies_in_a_group_do_not_vouch_for_a_wrong_label() -> None:
    """Four photos of one part, all with the wrong label: by image the copies would teach that it is right."""
    copies = np.repeat(FEATURES[:1], 4, axis=0) + RANDOM.standard_normal((4, 40)).astype(np.float32) * 0.01
    features, said = np.concatenate([FEATURES[1:], copies]), np.append(NG[1:], [False] * 4)
    part = np.append(np.arange(119), [119] * 4)
    by_part = label_doubts(features, said, part, c=1.0, seed=0)[-4:]
    by_image = label_doubts(features, said, np.arange(123), c=1.0, seed=0)[-4:]
    assert by_part.min() > 0.5
    assert by_part.min() > by_image.max()


@pytest.mark.parametrize(("score", "ng", "least", "most"), [(0.95, False, 0.6, 1), (0.95, True, 0, 0.4)])
def test_doubt_is_the_probability_of_the_other_verdict(
    score: float, ng: bool, least: float, most: float
) -> None:
    scores, said = np.append([0.05, 0.95] * 20, score), np.append([False, True] * 20, ng)
    assert least <= doubts_of(scores, said)[-1] <= most
