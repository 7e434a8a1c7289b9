"""Judgements of images: what people may say, and what is said already."""

import pytest

from kenpin.domain.dataset.commands import Judgement, SubmitAnnotations, WithdrawAnnotations
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import (
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    ImageRestored,
)
from kenpin.domain.dataset.refusals import (
    DefectOnOk,
    ImageIsExcluded,
    JudgedTwice,
    OutsideImage,
    OverrideNeedsReason,
    UnknownImage,
)
from kenpin.domain.dataset.values import Defect
from tests.domain.facts import EXCLUDED_A, HISTORY, OK_A, A, B, suggested
from tests.domain.specification import Specification

spec = Specification(dataset).given(*HISTORY)

CRACK = Defect(class_id="crack", box=(10.0, 20.0, 30.0, 40.0))
JUDGE_A = Judgement(image_id=A, verdict="OK")
RETURNED = AnnotationReviewed(image_id=A, outcome="returned", reason="look at the rim")
ACCEPTED = AnnotationReviewed(image_id=A, outcome="accepted")
HELD_A = AnnotationSubmitted(image_id=A, verdict="HOLD")


def submit(*annotations: Judgement, label_book_revision: int = 0) -> SubmitAnnotations:
    return SubmitAnnotations(annotations=annotations, label_book_revision=label_book_revision)


def test_a_judgement_keeps_all_that_was_said() -> None:
    judgement = Judgement(
        image_id=A,
        verdict="NG",
        defects=(CRACK,),
        reason="beyond the limit sample",
        seconds_spent=2.5,
        suggestion_id="s0",
    )
    said = AnnotationSubmitted(
        image_id=A,
        verdict="NG",
        defects=(CRACK,),
        label_book_revision=4,
        reason="beyond the limit sample",
        seconds_spent=2.5,
        suggestion_id="s0",
    )
    spec.when(submit(judgement, label_book_revision=4)).then(said)


def test_the_same_verdict_in_answer_to_a_label_review_confirms_the_label_once() -> None:
    confirm = submit(Judgement(image_id=A, verdict="OK", label_review="r1"))
    confirmed = AnnotationSubmitted(image_id=A, verdict="OK", label_review="r1")
    spec.given(OK_A).when(confirm).then(confirmed)
    spec.given(OK_A, confirmed).when(confirm).then()
    spec.given(OK_A, confirmed).when(submit(JUDGE_A)).then()


def test_several_images_are_judged_at_once() -> None:
    hold_b = Judgement(image_id=B, verdict="HOLD")
    spec.when(submit(JUDGE_A, hold_b)).then(OK_A, AnnotationSubmitted(image_id=B, verdict="HOLD"))


def test_what_is_said_already_adds_nothing_however_long_it_took() -> None:
    spec.given(OK_A).when(submit(JUDGE_A)).then_nothing()
    slower = JUDGE_A.model_copy(update={"seconds_spent": 60.0})
    spec.given(OK_A).when(submit(slower)).then_nothing()


@pytest.mark.parametrize(
    "other",
    [
        Judgement(image_id=A, verdict="HOLD"),
        Judgement(image_id=A, verdict="OK", reason="within the limit sample"),
        Judgement(image_id=A, verdict="NG", defects=(CRACK,)),
    ],
)
def test_a_judgement_that_differs_replaces_the_one_before(other: Judgement) -> None:
    said = AnnotationSubmitted(**dict(other))
    spec.given(OK_A).when(submit(other)).then(said)
    spec.given(OK_A, said).when(submit(JUDGE_A)).then(OK_A)


def test_the_same_judgement_under_a_newer_label_standard_is_a_new_fact() -> None:
    said = AnnotationSubmitted(image_id=A, verdict="OK", label_book_revision=2)
    spec.given(OK_A).when(submit(JUDGE_A, label_book_revision=2)).then(said)


def test_a_person_may_insist_on_a_judgement_that_was_returned() -> None:
    spec.given(OK_A, RETURNED).when(submit(JUDGE_A)).then(OK_A)
    spec.given(OK_A, RETURNED, OK_A).when(submit(JUDGE_A)).then_nothing()
    spec.given(OK_A, ACCEPTED).when(submit(JUDGE_A)).then_nothing()


def test_an_image_is_judged_once_in_a_request() -> None:
    twice = submit(JUDGE_A, Judgement(image_id=A, verdict="NG"))
    spec.when(twice).then_refused(JudgedTwice, saying=A)


def test_an_excluded_image_is_not_judged_until_it_is_restored() -> None:
    excluded = spec.given(EXCLUDED_A)
    excluded.when(submit(JUDGE_A)).then_refused(ImageIsExcluded, saying="blurred")
    excluded.given(ImageRestored(image_id=A, reason="")).when(submit(JUDGE_A)).then(OK_A)


def test_an_ok_image_has_no_defects() -> None:
    spec.when(submit(Judgement(image_id=A, verdict="OK", defects=(CRACK,)))).then_refused(DefectOnOk, A)


def test_an_image_on_hold_may_point_at_what_is_in_doubt() -> None:
    hold = Judgement(image_id=A, verdict="HOLD", defects=(CRACK,))
    spec.when(submit(hold)).then(AnnotationSubmitted(image_id=A, verdict="HOLD", defects=(CRACK,)))


@pytest.mark.parametrize(
    "defect",
    [
        Defect("crack"),
        Defect("crack", mask="f" * 64),
        Defect("crack", box=(0.0, 0.0, 640.0, 480.0)),
        Defect("crack", polygon=((0.0, 0.0), (640.0, 0.0), (640.0, 480.0))),
    ],
)
def test_a_defect_may_lie_anywhere_in_the_image_or_nowhere(defect: Defect) -> None:
    said = AnnotationSubmitted(image_id=A, verdict="NG", defects=(defect,))
    spec.when(submit(Judgement(image_id=A, verdict="NG", defects=(defect,)))).then(said)


@pytest.mark.parametrize(
    "defect",
    [
        Defect("crack", box=(-1.0, 0.0, 5.0, 5.0)),
        Defect("crack", box=(0.0, 476.0, 5.0, 5.0)),
        Defect("crack", box=(636.0, 0.0, 5.0, 5.0)),
        Defect("crack", box=(10.0, 10.0, -5.0, 5.0)),
        Defect("crack", box=(10.0, 10.0, 5.0, -5.0)),
        Defect("crack", polygon=((0.0, 0.0), (641.0, 0.0), (0.0, 9.0))),
        Defect("crack", polygon=((0.0, -0.5), (9.0, 0.0), (0.0, 9.0))),
    ],
)
def test_a_defect_cannot_lie_outside_the_image(defect: Defect) -> None:
    outside = submit(Judgement(image_id=A, verdict="NG", defects=(CRACK, defect)))
    spec.when(outside).then_refused(OutsideImage, saying="640×480")


def test_one_refused_judgement_keeps_all_of_them_out() -> None:
    ok_but_defect = Judgement(image_id=B, verdict="OK", defects=(CRACK,))
    spec.when(submit(JUDGE_A, ok_but_defect)).then_refused(DefectOnOk, saying=B)


def test_the_answer_to_an_open_suggestion_says_so() -> None:
    answer = AnnotationSubmitted(image_id=A, verdict="OK", suggestion_id="s1")
    spec.given(suggested(A)).when(submit(JUDGE_A)).then(answer)
    spec.given(suggested(B)).when(submit(JUDGE_A)).then(OK_A)


def test_a_judgement_is_taken_back_and_the_image_is_unlabelled_again() -> None:
    back = WithdrawAnnotations(image_ids=(A, B, A), reason="the wrong picture")
    withdrawn = AnnotationWithdrawn(image_id=A, reason="the wrong picture")
    spec.given(OK_A).when(back).then(withdrawn)
    spec.given(OK_A, withdrawn).when(back).then_nothing()
    spec.given(OK_A, withdrawn).when(submit(JUDGE_A)).then(OK_A)


def test_only_images_of_the_dataset_can_be_taken_back() -> None:
    spec.when(WithdrawAnnotations(image_ids=("f" * 64,))).then_refused(UnknownImage, saying="f" * 64)


OVERRIDE = Judgement(image_id=A, verdict="NG")
REASON = {"reason": "chipped at the rim"}
OVERRIDES = {
    "an accepted judgement": ((OK_A, ACCEPTED), {}, (), True),
    "an accepted judgement, for a reason": ((OK_A, ACCEPTED), REASON, (), False),
    "an accepted HOLD of another person": ((HELD_A, ACCEPTED), {}, (A,), True),
    "another person's": ((OK_A,), {}, (A,), True),
    "another person's, for a reason of blanks": ((OK_A,), {"reason": "  "}, (A,), True),
    "another person's, for a reason": ((OK_A,), REASON, (A,), False),
    "another person's, in answer to a label review": ((OK_A,), {"label_review": "r1"}, (A,), False),
    "another person's HOLD": ((HELD_A,), {}, (A,), False),
    "another person's that was returned": ((OK_A, RETURNED), {}, (A,), False),
    "one's own": ((OK_A,), {}, (), False),
    "nothing": ((), {}, (), False),
}


@pytest.mark.parametrize("case", OVERRIDES)
def test_overriding_anothers_or_an_accepted_judgement_needs_a_reason(case: str) -> None:
    history, more, others, is_refused = OVERRIDES[case]
    judgement = OVERRIDE.model_copy(update=more)
    command = SubmitAnnotations(annotations=(judgement,), of_others=others)
    decision = spec.given(*history).when(command)
    if is_refused:
        decision.then_refused(OverrideNeedsReason, saying=A)
    else:
        reason, label_review = judgement.reason, judgement.label_review
        decision.then(AnnotationSubmitted(image_id=A, verdict="NG", reason=reason, label_review=label_review))


def test_confirming_anothers_judgement_adds_nothing_and_under_a_newer_standard_needs_a_reason() -> None:
    said = AnnotationSubmitted(image_id=A, verdict="OK", reason="a crumb")
    confirm = SubmitAnnotations(annotations=(JUDGE_A,), of_others=(A,))
    anew = confirm.model_copy(update={"label_book_revision": 2})
    spec.given(said, ACCEPTED).when(confirm).then_nothing()
    spec.given(said, ACCEPTED).when(anew).then_refused(OverrideNeedsReason, saying=A)


def test_withdrawing_anothers_or_an_accepted_judgement_needs_a_reason() -> None:
    withdraw = WithdrawAnnotations(image_ids=(A, B))
    others = WithdrawAnnotations(image_ids=(A,), of_others=(A,))
    spec.given(OK_A).when(withdraw).then(AnnotationWithdrawn(image_id=A))
    spec.given(OK_A).when(others).then_refused(OverrideNeedsReason, saying="another person")
    spec.given(OK_A, ACCEPTED).when(withdraw).then_refused(OverrideNeedsReason, saying="accepted")
    told = others.model_copy(update={"reason": "wrong part"})
    spec.given(OK_A, ACCEPTED).when(told).then(AnnotationWithdrawn(image_id=A, reason="wrong part"))
