"""Example events of a dataset: every type occurs."""

from hashlib import sha256
from typing import Final

from kenpin.domain.dataset.events import (
    AgreementTaskClosed,
    AgreementTaskOpened,
    AnnotationReviewed,
    AnnotationSubmitted,
    AnnotationWithdrawn,
    BlindJudgementSubmitted,
    CandidateDismissed,
    CandidatesSuggested,
    CaptureCorrected,
    ChangeReverted,
    DatasetCreated,
    DatasetEvent,
    FieldReturnReported,
    GroupAssigned,
    GroupingSet,
    ImageErased,
    ImageExcluded,
    ImageRegistered,
    ImageRestored,
    Judged,
    PutBack,
    ReadjudicationRequested,
    RegionOfInterestSet,
    ScaleRemoved,
    ScaleSet,
    SplitAssigned,
    Standing,
    VersionTagged,
    WindowRemoved,
    WindowSet,
)
from kenpin.domain.dataset.values import BorderCase, Candidate, Capture, Cause, Change, Defect, ImageFile


def digest(what: str) -> str:
    return sha256(what.encode()).hexdigest()


CRACKED, GLOVE = digest("cookie 0142"), digest("cookie 0143")
RUN: Final = "k7q2m4xwba3c"
SUGGESTION: Final = "s5t2v7wqd3ef"
TASK: Final = "a4r2k7xwqd3e"
MODEL_FILE: Final = digest("model")

CAPTURE = Capture(
    product="round",
    line="line-1",
    station="oven-exit",
    camera="cam-2",
    lens="25mm",
    light="dome-white",
    exposure="800us",
    recipe="r12",
    lot="L240302",
    part="0142",
    session="2026-03-02 early",
    captured_at="2026-03-02T08:15:04+09:00",
    source_id="line-1/0142",
)

JUDGED = AnnotationSubmitted(
    image_id=CRACKED,
    verdict="NG",
    defects=(
        Defect(
            class_id="crack",
            box=(212.0, 96.5, 148.0, 60.0),
            polygon=((212.0, 96.5), (360.0, 120.0), (240.0, 156.5)),
            mask=digest("mask 0142"),
        ),
    ),
    label_book_revision=2,
    reason="longer than the limit sample",
    seconds_spent=3.2,
    suggestion_id=SUGGESTION,
    label_review=RUN,
)

DATASET: tuple[DatasetEvent, ...] = (
    DatasetCreated(dataset_id="cookies", project_id="bakery", name="Cookies"),
    ImageRegistered(
        image_id=CRACKED,
        file=ImageFile(
            size=61_234,
            width=640,
            height=480,
            media_type="image/jpeg",
            name="0142.jpg",
            needs_rendition=False,
        ),
        capture=CAPTURE,
    ),
    CaptureCorrected(
        image_id=CRACKED,
        capture=Capture(product="round", line="line-1", light="bar-red"),
        reason="the dome was broken that day",
    ),
    SplitAssigned(image_ids=(CRACKED, GLOVE), split="test", rule="parts of one lot stay together"),
    CandidatesSuggested(
        suggestion_id=SUGGESTION,
        policy="uncertain@1",
        candidates=(
            Candidate(image_id=CRACKED, reason="uncertain", score=0.48),
            Candidate(image_id=GLOVE, reason="control", score=0.03, control=True),
        ),
        run_id=RUN,
    ),
    JUDGED,
    AnnotationReviewed(
        image_id=CRACKED,
        outcome="returned",
        reason="compare with limit sample 4",
        confused=("crack", "crease"),
    ),
    AnnotationWithdrawn(image_id=CRACKED, reason="the line runs beside the cookie"),
    CandidateDismissed(suggestion_id=SUGGESTION, image_id=GLOVE, reason="a glove, not a cookie"),
    ImageExcluded(image_id=GLOVE, reason="no part in the picture"),
    ImageRestored(image_id=GLOVE, reason="wanted as a counter-example"),
    VersionTagged(name="2026-03", tagged_version=11, note="for the March audit"),
    AgreementTaskOpened(
        task_id=TASK,
        image_ids=(CRACKED, GLOVE),
        people=("inspector-3", "inspector-7"),
        open_to=1,
        note="how sharp is the line between crack and crease?",
    ),
    BlindJudgementSubmitted(
        task_id=TASK, image_id=CRACKED, person="inspector-7", verdict="NG", defect_classes=("crack",)
    ),
    AgreementTaskClosed(task_id=TASK, reason="both are through"),
    ChangeReverted(
        reverts=Change(from_version=8, to_version=8, batch_id="b6k3n2ye5ufa"),
        images=(
            PutBack(
                Standing(
                    CRACKED,
                    split="train",
                    excluded=None,
                    capture=CAPTURE,
                    judged=Judged(JUDGED, "inspector-7", "2026-03-02T09:40:11+00:00", 6, "accepted"),
                    group="tray 12",
                ),
                split_was="test",
            ),
        ),
        reason="withdrawn by mistake",
        restores=7,
    ),
    FieldReturnReported(
        return_id="f3d6t2qmzx4a",
        image_id=CRACKED,
        verdict="NG",
        found_at="2026-09-14",
        found_by="customer",
        class_id="crack",
        note="broken in the box",
        reference="claim 2209",
    ),
    ReadjudicationRequested(
        readjudication_id="r4j2w7vqd3ef",
        cause=Cause(
            what="sample_approved",
            text="5.2 mm: just not good any more",
            by="inspector-7",
            event_id="project-bakery@7",
        ),
        class_id="crack",
        label_book_revision=4,
        items=(
            BorderCase(
                image_id=CRACKED,
                reason="near_sample",
                distance=0.08,
                score=0.41,
                verdict="NG",
                class_ids=("crack",),
            ),
        ),
        sample_id="crack-5mm",
        run_id=RUN,
    ),
    ImageErased(image_id=GLOVE, reason="a person can be recognised in it"),
    GroupAssigned(image_ids=(CRACKED, GLOVE), group="tray 12", reason="photographed on one tray"),
    GroupingSet(field="lot", reason="parts of one lot share a die"),
    WindowSet(
        low=112.0,
        high=3_890.0,
        camera="cam-2",
        how="sample",
        reason="percentiles 0.1 and 99.9 of 16 images",
    ),
    RegionOfInterestSet(
        width=1280,
        height=960,
        include=(((96.0, 60.5), (1180.0, 60.5), (1180.0, 900.0), (96.0, 900.0)),),
        ignore=(((600.0, 400.0), (660.0, 400.0), (630.0, 452.0)),),
        camera="cam-2",
        reason="the clamp is no part",
    ),
    ScaleSet(mm_per_pixel=0.048, camera="cam-2", reason="calibration plate of March"),
    ScaleRemoved(camera="cam-2", reason="another lens"),
    WindowRemoved(camera="cam-2", reason="set for the lamp before"),
)
