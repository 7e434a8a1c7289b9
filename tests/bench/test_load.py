"""The load's own arithmetic; no node is started."""

from io import BytesIO

from PIL import Image

from bench.claims.load import _add_windows
from bench.load_clients import Measured, commented, photos
from bench.report import Report


def test_each_window_has_its_own_p50_and_p99_and_the_worst_is_held_to_the_aim() -> None:
    times = [(1.0, 0.010), (9.0, 0.020), (11.0, 0.300), (25.0, 0.001)]
    report = Report()
    _add_windows([Measured("judgement", at_s, latency_s) for at_s, latency_s in times], 2, report)
    assert {figure.name: figure.median for figure in report.figures} == {
        "judgement, window 1, p50": 10.0,
        "judgement, window 1, p99": 20.0,
        "judgement, window 2, p50": 300.0,
        "judgement, window 2, p99": 300.0,
    }
    assert [(claim.value, claim.holds) for claim in report.claims] == [(300.0, False)]


def test_pictures_of_a_line_differ_and_can_be_read() -> None:
    [picture] = photos(1)
    first, second = commented(picture, "lot-1 0"), commented(picture, "lot-1 1")
    assert first != second
    with Image.open(BytesIO(first)) as shown:
        shown.load()
        assert shown.size == (640, 480)
