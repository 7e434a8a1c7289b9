"""One cookie line's first weeks: an example of every event, in the order in which they could happen."""

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
    DatasetCreated,
    DatasetEvent,
    ImageExcluded,
    ImageRegistered,
    ImageRestored,
    SplitAssigned,
    VersionTagged,
)
from kenpin.domain.dataset.values import Candidate, Capture, Defect, ImageFile
from kenpin.domain.event import Event
from kenpin.domain.ids import Category
from kenpin.domain.model.events import (
    ModelEvent,
    ModelPromoted,
    ModelRegistered,
    ModelRetired,
    ThresholdChosen,
)
from kenpin.domain.project.events import (
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    InspectionPolicySet,
    ProductDefined,
    ProjectCreated,
    ProjectEvent,
    ReviewPolicySet,
)
from kenpin.domain.recipe import Recipe
from kenpin.domain.run.events import (
    EpochCompleted,
    PoolScored,
    RunCancelled,
    RunEvaluated,
    RunEvent,
    RunFailed,
    RunRequested,
    RunRetried,
    RunStarted,
    RunSucceeded,
    StageProgressed,
)
from kenpin.domain.run.values import Evaluation, Identity


def _digest(what: str) -> str:
    return sha256(what.encode()).hexdigest()


CRACKED, GLOVE = _digest("cookie 0142"), _digest("cookie 0143")
RUN: Final = "k7q2m4xwba3c"
SUGGESTION: Final = "s5t2v7wqd3ef"
TASK: Final = "a4r2k7xwqd3e"
MODEL_FILE: Final = _digest("model")

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
    captured_at="2026-03-02T08:15:04+09:00",
    source_id="line-1/0142",
)

PROJECT: tuple[ProjectEvent, ...] = (
    ProjectCreated(project_id="bakery", name="Bakery"),
    ProductDefined(product_id="round", name="Round cookie"),
    DefectClassDefined(
        class_id="crack", name="Crack", name_ja="割れ", key=1, description="A line through the whole cookie."
    ),
    DefectClassRevised(
        class_id="crack", name="Crack", name_ja="割れ", key=1, description="A line longer than 5 mm."
    ),
    InspectionPolicySet(escape_cost=50.0, overkill_cost=1.0, defect_rate=0.01, reason="supply contract"),
    ReviewPolicySet(two_person=True, reason="the customer asks for a second pair of eyes"),
    DefectClassRetired(class_id="crack", reason="split into rim crack and through crack"),
)

DATASET: tuple[DatasetEvent, ...] = (
    DatasetCreated(dataset_id="cookies", project_id="bakery", name="Cookies"),
    ImageRegistered(
        image_id=CRACKED,
        file=ImageFile(size=61_234, width=640, height=480, media_type="image/jpeg", name="0142.jpg"),
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
    AnnotationSubmitted(
        image_id=CRACKED,
        verdict="NG",
        defects=(
            Defect(
                class_id="crack",
                box=(212.0, 96.5, 148.0, 60.0),
                polygon=((212.0, 96.5), (360.0, 120.0), (240.0, 156.5)),
                mask=_digest("mask 0142"),
            ),
        ),
        label_book_revision=2,
        reason="longer than the limit sample",
        seconds_spent=3.2,
        suggestion_id=SUGGESTION,
    ),
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
)

RUN_EVENTS: tuple[RunEvent, ...] = (
    RunRequested(
        run_id=RUN,
        project_id="bakery",
        dataset_id="cookies",
        dataset_version=10,
        dataset_hash=_digest("the commit that ends at version 10"),
        recipe=Recipe(method="fine_tune", epochs=2, defect_rate=0.01).model_dump(),
        seed=7,
        parent_model="a2b3c4d5e6f7",
        accepted_only=True,
        left_out=14,
    ),
    RunFailed(attempt=0, reason="a weights file is missing", log_tail="FileNotFoundError", final=True),
    RunRetried(reason="the weights are there now", project_id="bakery"),
    RunStarted(
        attempt=1,
        identity=Identity(
            code_digest=_digest("code"),
            weights_digest=_digest("weights"),
            libraries={"numpy": "2.4.1", "tensorflow": "2.21.0"},
            threads=2,
            hardware="x86_64, 2 cores",
        ),
        worker="arn:aws:ecs:eu-central-1:123456789012:task/Kenpin-prod/0f9de17a6465404e",
        resumes_after=1,
    ),
    StageProgressed(attempt=1, stage="preprocess", done=60, total=120, eta_seconds=4.5),
    EpochCompleted(attempt=1, epoch=1, epochs=2, metrics={"loss": 0.21, "accuracy": 0.94}, eta_seconds=31.0),
    RunEvaluated(
        attempt=1,
        evaluation=Evaluation(
            split="test",
            split_rule="parts of one lot stay together",
            images=20,
            ng=8,
            ok=12,
            escapes=0,
            overkills=3,
            threshold=0.37,
            escape_rate=0.0,
            escape_bound=0.3123,
            overkill_rate=0.25,
            overkill_bound=0.5273,
            auroc=0.9792,
            average_precision=0.9731,
        ),
    ),
    PoolScored(attempt=1, predictions=_digest("predictions"), images=120),
    RunSucceeded(
        run_id=RUN,
        project_id="bakery",
        dataset_id="cookies",
        attempt=1,
        artifact=MODEL_FILE,
        threshold=0.37,
        seconds=68.4,
    ),
    RunCancelled(reason="asked for twice"),
)

MODEL: tuple[ModelEvent, ...] = (
    ModelRegistered(
        model_id=RUN,
        project_id="bakery",
        dataset_id="cookies",
        run_id=RUN,
        artifact=MODEL_FILE,
        threshold=0.37,
    ),
    ThresholdChosen(threshold=0.29, reason="no escape on the limit samples"),
    ModelPromoted(stage="production", reason="passed the gate of March"),
    ModelRetired(reason="the line was rebuilt"),
)

STORY: Final[dict[Category, tuple[str, tuple[Event, ...]]]] = {
    "project": ("bakery", PROJECT),
    "dataset": ("cookies", DATASET),
    "run": (RUN, RUN_EVENTS),
    "model": (RUN, MODEL),
}
"""category → the id of the aggregate, and what happens to it"""

IMAGE_CAPTURED: Final[dict[str, object]] = {
    "specversion": "1.0",
    "id": "line-1-2026-03-02-0142",
    "source": "/plants/nagoya/lines/line-1",
    "type": "kenpin.image.captured.v1",
    "time": "2026-03-02T08:15:05+09:00",
    "datacontenttype": "application/json",
    "data": {
        "dataset_id": "cookies",
        "digest": CRACKED,
        "name": "0142.jpg",
        "capture": {
            "product": "round",
            "line": "line-1",
            "camera": "cam-2",
            "light": "dome-white",
            "captured_at": "2026-03-02T08:15:04+09:00",
            "source_id": "line-1/0142",
        },
        "split": "train",
    },
}
