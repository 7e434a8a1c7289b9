"""People behind judgements: who gave the one that stands, and the images on which people differ."""

from collections.abc import Sequence

import pytest

from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import (
    AgreementTaskClosed,
    AgreementTaskOpened,
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    BlindJudgementSubmitted,
    ChangeReverted,
    DatasetEvent,
    Judged,
    PutBack,
    Standing,
)
from kenpin.domain.dataset.judges import Judges, JudgesDraft
from kenpin.domain.dataset.values import Change
from kenpin.domain.ids import Verdict
from tests.domain.facts import CREATED, OK_A, A, B, registered

Told = tuple[str, DatasetEvent]
START: list[Told] = [("import", event) for event in (CREATED, registered(A), registered(B))]
OPENED = AgreementTaskOpened(task_id="t", image_ids=(A,), people=("hanako", "taro", "jiro"))
CLOSED: Told = ("lead", AgreementTaskClosed(task_id="t"))
NG_A = AnnotationSubmitted(image_id=A, verdict="NG")


def blind(person: str, verdict: Verdict, task_id: str = "t") -> Told:
    return person, BlindJudgementSubmitted(task_id=task_id, image_id=A, person=person, verdict=verdict)


def put_back(verdict: Verdict, by: str, version: int) -> Told:
    annotation = AnnotationSubmitted(image_id=A, verdict=verdict)
    standing = Standing(A, judged=Judged(annotation, by, "2026-03-02T08:15:04+00:00", version))
    return "lead", ChangeReverted(reverts=Change(9, 9), images=(PutBack(standing),), reason="by mistake")


def asked(*answers: Told) -> list[Told]:
    """Return: hanako judges the image OK, then an agreement task is opened, answered, and closed as version 9."""
    fill = [("lead", AnnotationWithdrawn(image_id=B))] * (3 - len(answers))
    return [("hanako", OK_A), ("lead", OPENED), *answers, *fill, CLOSED]


def people(history: Sequence[Told]) -> Judges:
    draft = JudgesDraft()
    for version, (actor, event) in enumerate([*START, *history], 1):
        if version % 2:  # every other event after a snapshot
            draft = JudgesDraft(draft.to_judges())
        draft.add(event, actor, version)
    return draft.to_judges()


TWO = (blind("taro", "NG"), blind("jiro", "OK"))


@pytest.mark.parametrize(
    ("history", "share"),
    [
        pytest.param(asked(*TWO), 1 / 3, id="the judgement that stands is an answer of its author"),
        pytest.param(asked(*TWO, blind("hanako", "NG")), 2 / 3, id="a person counts once, as answered blind"),
        pytest.param(asked(blind("taro", "NG"), blind("taro", "OK")), None, id="a later answer replaces"),
        pytest.param(asked(blind("taro", "OK")), None, id="all agree"),
        pytest.param(asked(blind("taro", "HOLD"), blind("jiro", "NG")), 1 / 2, id="HOLD does not count"),
        pytest.param(asked(*TWO)[:-1], None, id="an open task is blind"),
        pytest.param([*asked(*TWO), blind("jiro", "NG")], 1 / 3, id="an answer to a closed task"),
        pytest.param([*asked(*TWO), ("aya", NG_A)], None, id="a judgement given later settles"),
        pytest.param(
            [*asked(*TWO), ("lead", AnnotationReviewed(image_id=A, outcome="accepted"))],
            None,
            id="an accepted judgement is the truth",
        ),
        pytest.param(
            [*asked(*TWO), ("aya", NG_A), put_back("OK", "hanako", 4)], 1 / 3, id="the settlement is undone"
        ),
        pytest.param(
            [*asked(*TWO), ("aya", NG_A), put_back("OK", "hanako", 4), put_back("NG", "aya", 10)],
            None,
            id="and put back again",
        ),
        pytest.param([*asked(*TWO), ("lead", AnnotationWithdrawn(image_id=A))], None, id="withdrawn"),
        pytest.param([("hanako", OK_A), ("taro", NG_A)], None, id="a correction is no second opinion"),
    ],
)
def test_people_differ_about_an_image_until_somebody_settles_it(
    history: list[Told], share: float | None
) -> None:
    state = dataset.fold([event for _, event in [*START, *history]], dataset.initial)
    assert people(history).ng_share(A, state.images[A]) == share


def test_answers_of_two_tasks_count_together_unless_the_image_was_settled_between() -> None:
    again = [
        ("lead", AgreementTaskOpened(task_id="u", image_ids=(A,), open_to=3)),
        blind("taro", "OK", "u"),
        blind("mika", "NG", "u"),
        ("lead", AgreementTaskClosed(task_id="u")),
    ]
    assert people([*asked(*TWO), *again]).answers[A].verdicts == {"taro": "OK", "jiro": "OK", "mika": "NG"}
    settled = people([*asked(*TWO), ("aya", NG_A), *again]).answers[A]
    assert (settled.verdicts, settled.is_settled) == ({"taro": "OK", "mika": "NG"}, False)


def test_the_author_of_a_judgement_that_was_put_back_is_who_gave_it() -> None:
    corrected: list[Told] = [("hanako", OK_A), ("taro", NG_A)]
    assert people(corrected).judged_by == {A: "taro"}
    assert people([*corrected, put_back("OK", "hanako", 4)]).judged_by == {A: "hanako"}
