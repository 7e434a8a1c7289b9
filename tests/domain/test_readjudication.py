"""Re-adjudication: decisions of an older standard are asked for anew, once, and only those that stand."""

import pytest
from msgspec.structs import replace

from kenpin.domain.dataset.commands import RequestReadjudication
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import (
    AnnotationSubmitted,
    AnnotationWithdrawn,
    DatasetEvent,
    ReadjudicationRequested,
)
from kenpin.domain.dataset.refusals import UnknownImage
from kenpin.domain.dataset.values import BorderCase, Cause, Defect
from kenpin.domain.ids import ImageId
from tests.domain.facts import EXCLUDED_A, HISTORY, A, B, C
from tests.domain.specification import Specification

CRACKED_A = AnnotationSubmitted(
    image_id=A,
    verdict="NG",
    defects=(Defect("crack"), Defect("burn"), Defect("crack")),
    label_book_revision=1,
)
OK_B = AnnotationSubmitted(image_id=B, verdict="OK", label_book_revision=2)
CAUSE = Cause("class_retired", "split in two", by="qa-lead", event_id="project-bakery@4")
CASE_A = BorderCase(A, "class_revised", distance=0.25)
ASKED_A = replace(CASE_A, verdict="NG", class_ids=("burn", "crack"))
CASE_B = BorderCase(B, "near_sample", distance=0.5, score=0.4)
ASKED_B = replace(CASE_B, verdict="OK")

spec = Specification(dataset).given(*HISTORY, CRACKED_A, OK_B)


def ask(*items: BorderCase, id: str = "r1") -> RequestReadjudication:
    return RequestReadjudication(
        readjudication_id=id, cause=CAUSE, class_id="crack", label_book_revision=3, items=items
    )


def asked(*items: BorderCase, id: str = "r1") -> ReadjudicationRequested:
    return ReadjudicationRequested(
        readjudication_id=id, cause=CAUSE, class_id="crack", label_book_revision=3, items=items
    )


def test_a_request_keeps_the_decisions_it_questions_in_order() -> None:
    spec.when(ask(CASE_B, CASE_A)).then(asked(ASKED_B, ASKED_A))


def test_a_request_is_made_once() -> None:
    spec.given(asked(ASKED_A)).when(ask(CASE_B)).then_nothing()
    spec.given(asked(ASKED_A)).when(ask(CASE_B, id="r2")).then(asked(ASKED_B, id="r2"))


@pytest.mark.parametrize(
    "meanwhile",
    [EXCLUDED_A, AnnotationWithdrawn(image_id=A), replace(CRACKED_A, label_book_revision=3)],
    ids=["excluded", "withdrawn", "judged anew"],
)
def test_what_is_in_question_no_more_is_left_out(meanwhile: DatasetEvent) -> None:
    spec.given(meanwhile).when(ask(CASE_A, CASE_B)).then(asked(ASKED_B))


def test_that_nothing_is_in_question_is_a_fact_too() -> None:
    spec.when(ask()).then(asked())


def test_an_image_is_asked_for_once() -> None:
    spec.when(ask(CASE_A, CASE_A)).then(asked(ASKED_A))


@pytest.mark.parametrize("unknown", [C])
def test_an_unknown_image_is_refused(unknown: ImageId) -> None:
    spec.when(ask(BorderCase(unknown, "near_sample"))).then_refused(UnknownImage, saying=unknown)
