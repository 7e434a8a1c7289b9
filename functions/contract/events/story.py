"""One cookie line's first weeks: an example of every event, in the order in which they could happen."""

from typing import Final

from functions.contract.events.dataset_story import CRACKED, DATASET, MODEL_FILE, RUN, digest
from functions.contract.events.member_story import ACTOR, MEMBER
from kenpin.domain.event import Event
from kenpin.domain.gates import GateLimit, GateReport, GateResult
from kenpin.domain.grey_window import GreyWindow
from kenpin.domain.history_slice import HistorySlice
from kenpin.domain.ids import Category
from kenpin.domain.model.events import (
    GatesEvaluated,
    ImagesInspected,
    InspectionFailed,
    InspectionRequested,
    ModelEvent,
    ModelExported,
    ModelPromoted,
    ModelRegistered,
    ModelRetired,
    ModelRolledBack,
    ThresholdChosen,
)
from kenpin.domain.project.events import (
    AutomaticInspectionSet,
    BackboneRegistered,
    DefectClassDefined,
    DefectClassRetired,
    DefectClassRevised,
    GatesSet,
    InspectionPolicySet,
    JudgementReasonsSet,
    LabelBookRevised,
    LimitSampleApproved,
    LimitSampleWithdrawn,
    ProductDefined,
    ProjectCreated,
    ProjectEvent,
    ReviewPolicySet,
    SuggestionMixSet,
    TimeZoneSet,
    WebhookAdded,
    WebhookChanged,
    WebhookRemoved,
)
from kenpin.domain.project.values import Example, Rule
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
from kenpin.domain.run.values import Evaluation, Identity, ThresholdChoice

ESCAPES: Final = GateLimit(metric="escape_bound", direction="at_most", limit=0.35)
RANKING: Final = GateLimit(metric="auroc", direction="at_least", limit=0.95)

PROJECT: tuple[ProjectEvent, ...] = (
    ProjectCreated(project_id="bakery", name="Bakery"),
    ProductDefined(product_id="round", name="Round cookie"),
    DefectClassDefined(
        class_id="crack",
        name="Crack",
        name_ja="割れ",
        key=1,
        description="A line through the whole cookie.",
        rule=Rule(counts="a line from edge to edge", counts_not="a fold of the dough", limits="any length"),
        examples=(Example(dataset_id="cookies", image_id=CRACKED, note="runs through the middle"),),
        colour="#e69f00",
    ),
    DefectClassRevised(
        class_id="crack",
        name="Crack",
        name_ja="割れ",
        key=1,
        description="A line longer than 5 mm.",
        rule=Rule(counts="an open line", counts_not="a fold of the dough", limits="longer than 5 mm"),
        examples=(Example(dataset_id="cookies", image_id=CRACKED, note="7 mm: counts"),),
        colour="#d55e00",
    ),
    InspectionPolicySet(escape_cost=50.0, overkill_cost=1.0, defect_rate=0.01, reason="supply contract"),
    ReviewPolicySet(two_person=True, reason="the customer asks for a second pair of eyes", hide_verdict=True),
    JudgementReasonsSet(reasons=("out of focus", "at the limit"), reason="asked for by the night shift"),
    AutomaticInspectionSet(is_on=True, reason="the line runs day and night"),
    GatesSet(limits=(ESCAPES, RANKING), second_person=True, reason="agreed with the customer"),
    SuggestionMixSet(
        shares={"suspected_ng": 0.5, "uncertain": 0.25, "rare_class": 0.25}, reason="more images of cracks"
    ),
    BackboneRegistered(
        name="press-shop",
        digest=digest("a Keras file"),
        taps=("block2_out", "block3_out"),
        mean=127.5,
        scale=127.5,
        licence="Apache-2.0",
    ),
    LabelBookRevised(
        rules="Judge at arm's length. In doubt: hold.", reason="agreed in the quality meeting of March"
    ),
    LimitSampleApproved(
        sample_id="crack-5mm",
        dataset_id="cookies",
        image_id=CRACKED,
        class_id="crack",
        side="rejected",
        note="5.2 mm: just not good any more",
        valid_until="2027-03-31",
    ),
    LimitSampleWithdrawn(sample_id="crack-5mm", reason="the customer takes up to 6 mm"),
    DefectClassRetired(class_id="crack", reason="split into rim crack and through crack"),
    TimeZoneSet(zone="Europe/Berlin", reason="the line moved to the plant in Kassel"),
    WebhookAdded(
        webhook_id="mes",
        address="https://mes.example.com/kenpin",
        types=("gate.failed", "run.ended"),
        reason="the MES shows runs",
    ),
    WebhookChanged(
        webhook_id="mes",
        address="https://mes.example.com/kenpin",
        types=("run.ended",),
        is_on=False,
        reason="the MES is being replaced",
    ),
    WebhookRemoved(webhook_id="old-mes", reason="the old MES is out of use"),
)

RUN_EVENTS: tuple[RunEvent, ...] = (
    RunRequested(
        run_id=RUN,
        project_id="bakery",
        dataset_id="cookies",
        dataset_version=10,
        dataset_hash=digest("the commit that ends at version 10"),
        recipe=Recipe(method="fine_tune", epochs=2, defect_rate=0.01).model_dump(),
        seed=7,
        parent_model="a2b3c4d5e6f7",
        accepted_only=True,
        left_out=14,
        windows=(GreyWindow(112.0, 3_890.0, "cam-2"),),
        like="a2b3c4d5e6f7",
        without=HistorySlice("line", "L3"),
        reason="line L3 had another lamp in May",
    ),
    RunFailed(attempt=0, reason="a weights file is missing", log_tail="FileNotFoundError", final=True),
    RunRetried(reason="the weights are there now", project_id="bakery"),
    RunStarted(
        attempt=1,
        identity=Identity(
            code_digest=digest("code"),
            weights_digest=digest("weights"),
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
            choice=ThresholdChoice(
                rule="cost",
                threshold=0.37,
                ng=14,
                low=0.21,
                high=0.52,
                cost=0.31,
                cost_low=0.12,
                cost_high=0.66,
                not_ready=("few_ng", "wide_cost"),
                ng_needed=20,
            ),
        ),
    ),
    PoolScored(attempt=1, predictions=digest("predictions"), images=120),
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
    ThresholdChosen(threshold=0.29, reason="no escape on the limit samples", grey_from=0.12),
    GatesEvaluated(
        report=GateReport(
            project_version=7,
            threshold=0.29,
            results=(
                GateResult(gate=ESCAPES, figure=None, passed=False),
                GateResult(gate=RANKING, figure=0.9792, passed=True),
            ),
        )
    ),
    ModelPromoted(
        stage="production",
        reason="the gates of March",
        override_reason="no escape on the limit samples at the new threshold",
    ),
    ModelRolledBack(back_to="a2b3c4d5e6f7", reason="overkills on the new lot"),
    ModelExported(
        export_id="e3w8n5c1t0kd",
        format="onnx",
        digest=digest("model.zip"),
        size=17_204_118,
        images=32,
        largest_difference=0.000004,
        tolerance=0.001,
    ),
    InspectionRequested(
        inspection_id="i7k2m9q4x1zd",
        project_id="bakery",
        dataset_id="cookies",
        image_ids=(digest("image"),),
        after=388,
        upto=412,
    ),
    ImagesInspected(
        inspection_id="i7k2m9q4x1zd",
        dataset_id="cookies",
        dataset_version=412,
        threshold=0.29,
        predictions=digest("inspection"),
        images=310,
        judged_ng=9,
        unfamiliar=2,
        left_out=1,
        remaining=0,
        grey_from=0.12,
        grey=14,
    ),
    InspectionFailed(inspection_id="i9v4c2b7n0sa", reason="ended by signal SIGKILL"),
    ModelRetired(reason="the line was rebuilt"),
)

EXAMPLES: Final[dict[Category, tuple[str, tuple[Event, ...]]]] = {
    "project": ("bakery", PROJECT),
    "dataset": ("cookies", DATASET),
    "run": (RUN, RUN_EVENTS),
    "model": (RUN, MODEL),
    "member": (ACTOR, MEMBER),
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
        "group": "tray-7",
    },
}
PICTURES_DROPPED: Final[dict[str, object]] = {
    "specversion": "1.0",
    "id": "dropped/1204",
    "source": "/plants/nagoya/lines/line-1",
    "type": "kenpin.edge.dropped.v1",
    "time": "2026-03-02T08:16:00+09:00",
    "datacontenttype": "application/json",
    "data": {"dataset_id": "cookies", "capture": {"line": "line-1"}, "dropped": 1204},
}
