"""The history that measurements play is one that people could have made."""

from bench.history import history, in_commits
from kenpin.domain.dataset.decider import dataset


def test_every_image_arrives_and_is_judged() -> None:
    events = history(images=25, lot=10)
    state = dataset.fold(events)
    assert state.version == len(events) == 51
    assert [i.annotation and i.annotation.verdict for i in state.images.values()].count("NG") == 5
    assert all(image.annotation for image in state.images.values())


def test_commits_hold_all_events_in_order() -> None:
    events = history(images=25)
    assert [event for commit in in_commits(events, 20) for event in commit] == events
