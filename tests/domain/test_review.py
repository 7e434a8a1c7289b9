"""Reviews: a second look accepts or returns, says why, and is by somebody else where two people are asked for."""

import pytest
from pydantic import ValidationError

from kenpin.domain.dataset.commands import Review, ReviewAnnotations
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import AnnotationReviewed, AnnotationSubmitted
from kenpin.domain.dataset.refusals import JudgedTwice, NothingToReview, OwnAnnotation, UnknownImage
from kenpin.domain.project.commands import SetJudgementReasons, SetReviewPolicy
from kenpin.domain.project.decider import project
from kenpin.domain.project.events import JudgementReasonsSet, ProjectCreated, ReviewPolicySet
from tests.domain.facts import HISTORY, OK_A, A, B
from tests.domain.specification import Specification

spec = Specification(dataset).given(*HISTORY)
HELD_B = AnnotationSubmitted(image_id=B, verdict="HOLD")
ACCEPTED = AnnotationReviewed(image_id=A, outcome="accepted")
RETURNED = AnnotationReviewed(
    image_id=A, outcome="returned", reason="look at the rim", confused=("burn", "crack")
)
ACCEPT_A = Review(image_id=A, outcome="accepted")
RETURN_A = Review(image_id=A, outcome="returned", reason="look at the rim", confused=("burn", "crack"))


def reviews(*given: Review, own: tuple[str, ...] = ()) -> ReviewAnnotations:
    return ReviewAnnotations(reviews=given, own=own)


def test_a_second_person_accepts_or_returns_and_says_what_was_mixed_up() -> None:
    spec.given(OK_A).when(reviews(ACCEPT_A)).then(ACCEPTED)
    spec.given(OK_A, ACCEPTED).when(reviews(ACCEPT_A)).then_nothing()
    spec.given(OK_A, ACCEPTED).when(reviews(RETURN_A)).then(RETURNED)


def test_a_new_judgement_is_reviewed_anew() -> None:
    held = AnnotationSubmitted(image_id=A, verdict="HOLD")
    spec.given(OK_A, ACCEPTED, held).when(reviews(ACCEPT_A)).then(ACCEPTED)


def test_many_are_reviewed_at_once_all_or_nothing() -> None:
    both = reviews(ACCEPT_A, Review(image_id=B, outcome="accepted"))
    spec.given(OK_A, HELD_B).when(both).then(ACCEPTED, AnnotationReviewed(image_id=B, outcome="accepted"))
    spec.given(OK_A).when(both).then_refused(NothingToReview, saying=B)
    spec.given(OK_A).when(reviews(ACCEPT_A, RETURN_A)).then_refused(JudgedTwice, saying=A)
    spec.when(reviews(Review(image_id="f" * 64, outcome="accepted"))).then_refused(UnknownImage)


def test_nobody_reviews_their_own_where_two_people_are_asked_for() -> None:
    spec.given(OK_A, HELD_B).when(reviews(ACCEPT_A, own=(A,))).then_refused(OwnAnnotation, "second person")
    spec.given(OK_A, HELD_B).when(reviews(ACCEPT_A, own=(B,))).then(ACCEPTED)


def test_there_is_nothing_to_review_before_a_judgement() -> None:
    spec.when(reviews(ACCEPT_A)).then_refused(NothingToReview, saying=A)


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_returned_without_a_reason(reason: str) -> None:
    with pytest.raises(ValidationError, match="needs a reason"):
        Review(image_id=A, outcome="returned", reason=reason)


def test_what_is_accepted_mixes_nothing_up() -> None:
    with pytest.raises(ValidationError, match="mixes nothing up"):
        Review(image_id=A, outcome="accepted", confused=("crack",))


def test_a_project_asks_for_two_people_until_it_does_not() -> None:
    bakery = Specification(project).given(ProjectCreated(project_id="bakery", name="Bakery"))
    two = ReviewPolicySet(two_person=True, reason="the customer asks for it")
    ask = SetReviewPolicy(two_person=True, reason="the customer asks for it")
    bakery.when(ask).then(two)
    bakery.given(two).when(ask).then_nothing()
    bakery.given(two).when(SetReviewPolicy(two_person=False)).then(ReviewPolicySet(two_person=False))
    bakery.when(SetReviewPolicy(two_person=False)).then_nothing()


def test_a_project_hides_the_judgement_from_reviewers_until_it_does_not() -> None:
    bakery = Specification(project).given(ProjectCreated(project_id="bakery", name="Bakery"))
    hidden = ReviewPolicySet(two_person=False, hide_verdict=True)
    hide = SetReviewPolicy(two_person=False, hide_verdict=True)
    bakery.when(hide).then(hidden)
    bakery.given(hidden).when(hide).then_nothing()
    bakery.given(hidden).when(SetReviewPolicy(two_person=False)).then(ReviewPolicySet(two_person=False))


def test_the_common_reasons_of_a_project_replace_those_before() -> None:
    bakery = Specification(project).given(ProjectCreated(project_id="bakery", name="Bakery"))
    fact = JudgementReasonsSet(reasons=("out of focus", "at the limit"), reason="the night shift")
    ask = SetJudgementReasons(reasons=("out of focus", "at the limit"), reason="the night shift")
    bakery.when(ask).then(fact)
    bakery.given(fact).when(ask).then_nothing()
    bakery.given(fact).when(SetJudgementReasons(reasons=())).then(JudgementReasonsSet(reasons=()))
    bakery.when(SetJudgementReasons(reasons=())).then_nothing()


@pytest.mark.parametrize(
    ("reasons", "said"),
    [(("blurred", "blurred"), "each reason once"), (tuple("abcdefghij"), "at most 9"), (("",), "at least 1")],
)
def test_common_reasons_are_at_most_nine_distinct_words(reasons: tuple[str, ...], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SetJudgementReasons(reasons=reasons)
