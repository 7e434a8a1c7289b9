"""The measurement of strategies, on features whose truth is known."""

import numpy as np
import pytest

from bench.claims.suggest import ARMS, LABELS_A_ROUND, MOST_LABELS, RANDOM, _signals, labels_needed
from bench.labelled_sets import LabelledSet
from kenpin.domain.suggestion_strategies import Strategy
from kenpin_training.pipeline import probe


def made(distance: float) -> LabelledSet:
    random = np.random.default_rng(0)
    ng = np.arange(240) % 5 == 0
    features = (random.normal(size=(240, 8)) + distance * ng[:, None]).astype(np.float32)
    return LabelledSet("made", features, ng, np.arange(240))


@pytest.mark.parametrize("strategies", [RANDOM, *ARMS.values()], ids=["random", *ARMS])
def test_verdicts_that_are_easy_to_tell_apart_need_one_round(strategies: tuple[Strategy, ...]) -> None:
    assert labels_needed(made(4), strategies, seed=1) <= 2 * LABELS_A_ROUND


@pytest.mark.parametrize("strategies", [RANDOM, ARMS["hybrid"]])
def test_harder_ones_need_more_and_the_same_for_a_seed(strategies: tuple[Strategy, ...]) -> None:
    first, again = (labels_needed(made(0.7), strategies, seed=2) for _ in range(2))
    assert first == again <= MOST_LABELS
    assert first >= labels_needed(made(4), strategies, seed=2)


def test_disagreement_is_with_the_model_of_the_round_before_and_unfamiliar_is_of_what_was_judged() -> None:
    data, judged, rest = made(2), np.arange(40), np.arange(40, 240)
    data.features[:] += 5
    data.features[100] *= -1
    learnt = [probe.fit(data.features[:count], data.ng[:count], 1.0) for count in (10, 20, 40)]
    signals = _signals(data, rest, judged, ("disagreement", "unfamiliar"), learnt, 0)
    assert signals.model is not None and signals.other is not None and signals.unfamiliar is not None
    assert (signals.model.scores == learnt[2].scores(data.features[rest])).all()
    assert (signals.other.scores == learnt[1].scores(data.features[rest])).all()
    assert signals.unfamiliar.argmax() == 60
    assert _signals(data, rest, judged, ("disagreement",), learnt[:1], 0).other is None
