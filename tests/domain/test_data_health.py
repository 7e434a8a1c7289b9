"""Data health: which pictures are odd, and what is worth attention."""

from kenpin.domain.dataset.health import (
    BLURRED,
    LEAST_PICTURES,
    HealthFinding,
    MeasuredPicture,
    SliceCount,
    findings,
    odd_pictures,
)


def picture(
    name: str, camera: str = "", sharpness: float = 100, brightness: float = 120, clipped: float = 0
) -> MeasuredPicture:
    return MeasuredPicture(name, name, camera, 640, 480, sharpness, brightness, clipped)


def usual(count: int, camera: str = "", brightness: float = 120) -> list[MeasuredPicture]:
    return [picture(f"{camera}{n}", camera, brightness=brightness) for n in range(count)]


def test_a_picture_is_compared_with_those_of_its_own_camera() -> None:
    odd = [
        picture("soft", "left", sharpness=100 * BLURRED - 1),
        picture("night", "left", brightness=79),
        picture("flash", "left", brightness=161, clipped=0.3),
        picture("as usual", "right", brightness=200),
    ]
    found = odd_pictures([*usual(20, "left"), *usual(20, "right", 200), *odd])
    assert [(each.name, each.oddity) for each in found] == [
        ("soft", "blurred"),
        ("night", "dark"),
        ("flash", "bright"),
        ("flash", "clipped"),
    ]
    assert (found[0].value, found[0].usual) == (100 * BLURRED - 1, 100)


def test_few_pictures_say_nothing_about_what_is_usual() -> None:
    assert odd_pictures([*usual(LEAST_PICTURES - 2), picture("soft", sharpness=1)]) == []


def test_findings_name_what_stands_in_the_way_of_learning() -> None:
    slices = [
        SliceCount("line", "L1", ok=30, ng=9, others=0),
        SliceCount("line", "L2", ok=0, ng=20, others=4),
        SliceCount("line", "L3", ok=19, ng=0, others=0),
        SliceCount("line", None, ok=1, ng=0, others=2),
        SliceCount("lot", None, ok=50, ng=29, others=6),
    ]
    odd = odd_pictures([*usual(20), picture("soft", sharpness=1)])
    found = findings(slices, {"crack": 9, "dent": 10}, odd, ng=19, sizes=2, across=3, unreadable=1)
    assert found == [
        HealthFinding("few_ng", 19),
        HealthFinding("across_splits", 3),
        HealthFinding("unreadable", 1),
        HealthFinding("few_of_class", 9, "crack"),
        HealthFinding("one_verdict", 20, "line L2"),
        HealthFinding("missing_condition", 3, "line"),
        HealthFinding("mixed_sizes", 2),
        HealthFinding("blurred", 1),
    ]


def test_a_condition_that_nobody_uses_is_not_missed() -> None:
    assert findings([SliceCount("lot", None, 5, 25, 0)], {}, [], ng=25, sizes=1, across=0, unreadable=0) == []
