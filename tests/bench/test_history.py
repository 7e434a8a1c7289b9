"""The history that measurements play is one that people could have made."""

from bench.history import grown_history, history, image_changes, image_id, in_commits
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


def test_years_of_history_can_be_folded_and_each_change_is_of_another_image() -> None:
    grew, changed = list(grown_history(images=20, judgements=30)), list(image_changes(range(8)))
    state = dataset.fold([*grew, *changed])
    assert state.version == len(grew) + len(changed) == 1 + 20 + 30 + 8
    assert {event.image_id for event in changed} == {image_id(n) for n in range(8)}
    assert [bool(image.excluded) for image in list(state.images.values())[:8]] == [
        True,
        False,
        False,
        False,
    ] * 2
    verdicts = [image.annotation and image.annotation.verdict for image in state.images.values()]
    assert verdicts.count("HOLD") == 6 and None not in verdicts
