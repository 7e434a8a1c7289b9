"""The gain of a policy over chance, against published figures."""

import pytest

from kenpin.domain.dataset.policy_gain import Share, gain


@pytest.mark.parametrize(
    ("picks", "controls", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)  # R. G. Newcombe (1998), table II, method 10
def test_the_interval_is_newcombes(
    picks: tuple[int, int], controls: tuple[int, int], low: float, high: float
) -> None:
    found = gain(Share(*picks), Share(*controls))
    assert found is not None
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_there_is_none_while_no_control_is_judged() -> None:
    assert gain(Share(3, 9), Share(0, 0)) is None
    assert gain(Share(0, 0), Share(1, 2)) is None
