"""Our AUROC, average precision and Clopper–Pearson bound equal the standard libraries'; the probe is exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from kenpin.domain.error_rates import upper_bound
from kenpin_training.pipeline.evaluation import auroc, average_precision
from kenpin_training.pipeline.probe import feature_scale, fit, sample_weights

Scored = tuple[NDArray[np.float64], NDArray[np.bool_]]
scored = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1), st.booleans()),
    min_size=2,
    max_size=60,
).map(lambda rows: (np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=bool)))
"""Scores, many of them tied, and whether each image is NG."""


@given(images=scored.filter(lambda images: images[1].any() and not images[1].all()))
def test_auroc_equals_scikit_learn(images: Scored) -> None:
    scores, ng = images
    assert auroc(scores, ng) == pytest.approx(roc_auc_score(ng, scores), abs=1e-12)


@given(images=scored.filter(lambda images: images[1].any()))
def test_average_precision_equals_scikit_learn(images: Scored) -> None:
    scores, ng = images
    assert average_precision(scores, ng) == pytest.approx(average_precision_score(ng, scores), abs=1e-12)


@given(images=scored)
def test_there_is_no_figure_without_what_it_compares(images: Scored) -> None:
    scores, ng = images
    assert auroc(scores, np.zeros_like(ng)) is auroc(scores, np.ones_like(ng)) is None
    assert average_precision(scores, np.zeros_like(ng)) is None


@given(trials=st.integers(1, 3_000), data=st.data())
def test_the_bound_of_an_error_rate_equals_scipy(trials: int, data: st.DataObject) -> None:
    errors = data.draw(st.integers(0, trials))
    interval = binomtest(errors, trials, alternative="less").proportion_ci(0.95, method="exact")
    assert upper_bound(errors, trials) == pytest.approx(interval.high, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("c", [0.01, 1.0, 10.0])
def test_the_probe_equals_the_exact_fit(seed: int, c: float) -> None:
    """The same standardised features, penalty and weights in 64 bits, fitted to the end."""
    random = np.random.default_rng(seed)
    ng = random.random(120) < 0.3
    features = (random.normal(size=(120, 12)) + 0.7 * ng[:, None] * random.normal(size=12)).astype(np.float32)
    standard = ((features - features.mean(axis=0, dtype=np.float64)) * feature_scale(features)).astype(
        np.float32
    )
    standard = standard.astype(np.float64)
    theirs = LogisticRegression(C=c, tol=1e-10, max_iter=10_000).fit(
        standard, ng, sample_weight=sample_weights(ng)
    )
    ours = fit(features, ng, c).scores(features)
    assert ours == pytest.approx(theirs.predict_proba(standard)[:, 1], abs=5e-4)
