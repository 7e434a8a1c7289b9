"""Rounds of judging: work counts between the runs that it lies between, by the policy that chose the image."""

from kenpin.domain.dataset.events import AnnotationSubmitted, CandidatesSuggested
from kenpin.domain.dataset.rounds import PolicyWork, RoundEnd, rounds_of
from kenpin.domain.dataset.values import Candidate
from kenpin.domain.event import Event
from kenpin.domain.ids import Verdict

SUGGESTED = CandidatesSuggested(
    suggestion_id="s1",
    policy="hybrid-1",
    candidates=(Candidate("a", "diverse"), Candidate("b", "control", control=True)),
)


def judged(
    image_id: str, verdict: Verdict, seconds: float | None = None, suggestion: str | None = None
) -> AnnotationSubmitted:
    return AnnotationSubmitted(
        image_id=image_id, verdict=verdict, seconds_spent=seconds, suggestion_id=suggestion
    )


HISTORY: list[tuple[int, Event]] = [
    (11, SUGGESTED),
    (12, judged("a", "NG", 4.0, "s1")),
    (13, judged("b", "OK", 2.0, "s1")),
    (14, judged("c", "OK")),
    (20, judged("d", "NG", 6.0)),
    (21, judged("e", "NG", 3.0, "of long ago")),
    (31, judged("f", "OK", 9.0)),
]


def test_work_counts_in_its_own_round_by_what_chose_the_image() -> None:
    first, second = rounds_of([RoundEnd("r1", 10), RoundEnd("r2", 20), RoundEnd("r3", 30)], HISTORY)
    assert (first.old_run, first.new_run, second.new_run) == ("r1", "r2", "r3")
    assert first.work == (
        PolicyWork("", judged=2, ng=1, timed=1, seconds=6.0),
        PolicyWork("control", judged=1, ng=0, timed=1, seconds=2.0),
        PolicyWork("hybrid-1", judged=1, ng=1, timed=1, seconds=4.0),
    )
    assert second.work == (PolicyWork("", judged=1, ng=1, timed=1, seconds=3.0),)


def test_a_round_without_work_and_one_run_alone() -> None:
    (empty,) = rounds_of([RoundEnd("r1", 40), RoundEnd("r2", 50)], [])
    assert empty.work == ()
    assert rounds_of([RoundEnd("r1", 40)], HISTORY) == []
