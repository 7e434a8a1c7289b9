"""Suggestions: images worth a person's look, until the person has looked."""

import pytest

from kenpin.domain.dataset.commands import DismissCandidate, Judgement, SubmitAnnotations, SuggestCandidates
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import CandidateDismissed, CandidatesSuggested, DatasetEvent
from kenpin.domain.dataset.refusals import CandidateGone, UnknownImage
from kenpin.domain.dataset.values import Candidate
from kenpin.domain.ids import ImageId
from tests.domain.facts import EXCLUDED_A, HISTORY, OK_A, A, B, C, registered, suggested
from tests.domain.specification import Specification

spec = Specification(dataset).given(*HISTORY)

DISMISSED = CandidateDismissed(suggestion_id="s1", image_id=A, reason="a glove")
DISMISS = DismissCandidate(suggestion_id="s1", image_id=A, reason="a glove")


def suggest(*image_ids: ImageId, suggestion_id: str = "s1") -> SuggestCandidates:
    candidates = tuple(Candidate(image_id=id, reason="diverse") for id in image_ids)
    return SuggestCandidates(suggestion_id=suggestion_id, policy="diverse@1", candidates=candidates)


def test_candidates_are_suggested_in_their_order() -> None:
    spec.when(suggest(B, A)).then(suggested(B, A))


def test_a_suggestion_says_which_model_scored_it_and_what_was_drawn_at_random() -> None:
    candidates = (Candidate(A, "uncertain", score=0.5), Candidate(B, "control", score=0.1, control=True))
    command = SuggestCandidates(suggestion_id="s1", policy="mixed@1", candidates=candidates, run_id="r1")
    fact = CandidatesSuggested(suggestion_id="s1", policy="mixed@1", candidates=candidates, run_id="r1")
    spec.when(command).then(fact)


def test_a_suggestion_is_made_once() -> None:
    spec.given(suggested(A)).when(suggest(A)).then_nothing()


def test_a_new_suggestion_replaces_the_one_before() -> None:
    fresh = suggested(B, suggestion_id="s2")
    spec.given(suggested(A)).when(suggest(B, suggestion_id="s2")).then(fresh)
    spec.given(suggested(A), fresh).when(DISMISS).then_refused(CandidateGone, saying="s1")


@pytest.mark.parametrize("done", [OK_A, EXCLUDED_A])
def test_an_image_that_needs_no_look_is_left_out(done: DatasetEvent) -> None:
    spec.given(done).when(suggest(A, B)).then(suggested(B))


def test_an_unknown_image_cannot_be_suggested() -> None:
    spec.when(suggest(A, C)).then_refused(UnknownImage, saying=C)


def test_a_candidate_is_set_aside() -> None:
    spec.given(suggested(A, B)).when(DISMISS).then(DISMISSED)


@pytest.mark.parametrize("gone", [DISMISSED, OK_A, EXCLUDED_A])
def test_a_candidate_that_was_looked_at_is_gone(gone: DatasetEvent) -> None:
    spec.given(suggested(A, B), gone).when(DISMISS).then_refused(CandidateGone, saying=A)


def test_only_a_candidate_can_be_set_aside() -> None:
    spec.when(DISMISS).then_refused(CandidateGone)
    spec.given(suggested(B)).when(DISMISS).then_refused(CandidateGone)


def test_a_candidate_that_was_set_aside_can_still_be_judged() -> None:
    judge = SubmitAnnotations(annotations=(Judgement(image_id=A, verdict="OK"),))
    spec.given(suggested(A), DISMISSED).when(judge).then(OK_A)


def test_an_image_that_comes_later_is_no_candidate_of_an_earlier_suggestion() -> None:
    late = DismissCandidate(suggestion_id="s1", image_id=C)
    spec.given(suggested(A), registered(C)).when(late).then_refused(CandidateGone)
