"""Windows of deep grey: who may set one, whose is whose, and when a sample gives one."""

import pytest
from pydantic import ValidationError

from kenpin.domain.dataset.commands import RemoveWindow, SetWindow
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import WindowRemoved, WindowSet
from kenpin.domain.dataset.refusals import NoSuchDataset
from kenpin.domain.dataset.windows import grey_windows, lacks_window
from kenpin.domain.grey_window import GreyWindow, window_of
from tests.domain.facts import CREATED
from tests.domain.specification import Specification

spec = Specification(dataset)
SAMPLED = WindowSet(low=60, high=4000, how="sample")
BY_HAND = WindowSet(low=0, high=4095, reason="12 bits")
BY_HAND_1 = WindowSet(low=0, high=5, camera="1", reason="millimetres")


def asked(event: WindowSet) -> SetWindow:
    fields = event.__struct_fields__
    return SetWindow.model_validate({name: getattr(event, name) for name in fields})


def test_a_window_is_set_once_and_can_be_changed() -> None:
    spec.given(CREATED).when(asked(BY_HAND)).then(BY_HAND)
    spec.given(CREATED, BY_HAND).when(asked(BY_HAND)).then_nothing()
    spec.given(CREATED, BY_HAND).when(SetWindow(low=9, high=10)).then(WindowSet(low=9, high=10))
    spec.when(asked(BY_HAND)).then_refused(NoSuchDataset)


def test_a_window_is_removed_once_and_a_sample_gives_the_next_one() -> None:
    ask = RemoveWindow(reason="another lamp")
    removed = WindowRemoved(reason="another lamp")
    spec.given(CREATED, BY_HAND).when(ask).then(removed)
    spec.given(CREATED, BY_HAND, removed).when(ask).then_nothing()
    spec.given(CREATED, BY_HAND_1).when(ask).then_nothing()
    spec.given(CREATED, BY_HAND, removed).when(asked(SAMPLED)).then(SAMPLED)


def test_a_window_ends_above_where_it_begins() -> None:
    with pytest.raises(ValidationError, match="must be below high"):
        SetWindow(low=5, high=5)


def test_a_sample_takes_no_other_windows_place() -> None:
    spec.given(CREATED).when(asked(SAMPLED)).then(SAMPLED)
    for standing in (BY_HAND, SAMPLED):
        spec.given(CREATED, standing).when(SetWindow(low=1, high=2, how="sample")).then_nothing()
    spec.given(CREATED, SAMPLED).when(asked(BY_HAND)).then(BY_HAND)


def test_a_person_confirms_what_a_sample_gave() -> None:
    confirmed = WindowSet(low=60, high=4000, how="person")
    spec.given(CREATED, SAMPLED).when(asked(confirmed)).then(confirmed)


@pytest.mark.parametrize(
    ("standing", "camera", "lacks"),
    [
        ((), None, True),
        ((), "1", True),
        ((SAMPLED,), None, False),
        ((SAMPLED,), "1", True),
        ((BY_HAND,), "1", False),
        ((BY_HAND_1,), "1", False),
        ((BY_HAND_1,), "2", True),
        ((BY_HAND_1,), None, True),
    ],
)
def test_a_camera_asks_for_a_sample(standing: tuple[WindowSet, ...], camera: str | None, lacks: bool) -> None:
    state = dataset.fold((CREATED, *standing))
    assert lacks_window(state.windows, camera) is lacks


def test_a_camera_has_its_own_window_or_that_of_the_dataset() -> None:
    windows = grey_windows(dataset.fold((CREATED, BY_HAND_1, SAMPLED)).windows)
    assert windows == (GreyWindow(60, 4000), GreyWindow(0, 5, "1"))
    assert [window_of(windows, camera) for camera in ("1", "2", None)] == [windows[1], windows[0], windows[0]]
    assert window_of((), "1") is None
