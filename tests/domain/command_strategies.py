"""Strategies for commands over four images, two classes and a few attempts: so few that commands meet."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from kenpin.domain.dataset import commands as dataset
from kenpin.domain.dataset.events import AnnotationSubmitted, Judged, Standing
from kenpin.domain.dataset.values import BorderCase, Candidate, Capture, Cause, Change, Defect
from kenpin.domain.member import commands as member
from kenpin.domain.model import commands as model
from kenpin.domain.project import commands as project
from kenpin.domain.project.values import Example, Rule
from kenpin.domain.recipe import Recipe
from kenpin.domain.run import commands as run
from kenpin.domain.run.values import Evaluation, Identity
from tests.domain.facts import FILE, IMAGES

image = st.sampled_from(IMAGES)
images = st.lists(image, min_size=1, max_size=6).map(tuple)
words = st.sampled_from(["", "blurred", "限度見本"])
reasons = st.sampled_from(["blurred", "限度見本"])
slugs = st.sampled_from(["s1", "s2"])
digests = st.sampled_from(["d" * 64, "e" * 64])
shares = st.floats(0, 1)
captures = st.builds(Capture, line=st.sampled_from([None, "1", "2"]))
corner = st.sampled_from([0.0, 10.0, 480.0, 641.0])
defects = st.builds(
    Defect, class_id=st.sampled_from(["crack", "burn"]), box=st.none() | st.tuples(*[corner] * 4)
)

PROJECT_COMMANDS = [
    st.builds(project.CreateProject, project_id=slugs, name=reasons),
    st.builds(project.DefineProduct, product_id=slugs, name=reasons),
    st.builds(
        project.DefineDefectClass,
        class_id=slugs,
        name=reasons,
        key=st.none() | st.integers(1, 3),
        description=words,
        rule=st.sampled_from([None, Rule(), Rule(counts="longer than 5 mm")]),
        examples=st.sampled_from([None, (), (Example("d1", IMAGES[0], "7 mm"),)]),
    ),
    st.builds(project.ReviseLabelBook, rules=words, reason=words),
    st.builds(
        project.ApproveLimitSample,
        sample_id=slugs,
        dataset_id=st.just("d1"),
        image_id=image,
        class_id=slugs,
        side=st.sampled_from(["accepted", "rejected"]),
        valid_until=st.sampled_from([None, date(2027, 3, 31)]),
    ),
    st.builds(project.WithdrawLimitSample, sample_id=slugs, reason=reasons),
    st.builds(project.RetireDefectClass, class_id=slugs, reason=words),
    st.builds(
        project.SetInspectionPolicy,
        escape_cost=st.sampled_from([1.0, 10.0]),
        overkill_cost=st.just(1.0),
        defect_rate=st.sampled_from([None, 0.01]),
        reason=words,
    ),
    st.builds(project.RegisterBackbone, name=slugs, digest=digests, taps=st.just(("tap",))),
    st.builds(project.SetReviewPolicy, two_person=st.booleans(), hide_verdict=st.booleans(), reason=words),
    st.builds(
        project.SetTimeZone, zone=st.sampled_from(["Asia/Tokyo", "Europe/Berlin"]), reason=st.just("moved")
    ),
    st.builds(
        project.SetJudgementReasons,
        reasons=st.sampled_from([(), ("out of focus", "at the limit")]),
        reason=words,
    ),
]

judgements = st.builds(
    dataset.Judgement,
    image_id=image,
    verdict=st.sampled_from(["OK", "NG", "HOLD"]),
    defects=st.lists(defects, max_size=1).map(tuple),
    reason=words,
    seconds_spent=st.none() | st.floats(0, 60),
    suggestion_id=st.none() | slugs,
)
reviews = st.builds(dataset.Review, image_id=image, outcome=st.just("accepted"), reason=words) | st.builds(
    dataset.Review,
    image_id=image,
    outcome=st.just("returned"),
    reason=reasons,
    confused=st.sampled_from([(), ("burn", "crack")]),
)
candidates = st.builds(Candidate, image_id=image, reason=st.just("uncertain"), score=st.none() | shares)

stands = st.fixed_dictionaries(
    {},
    optional={
        "split": st.sampled_from([None, "train", "test"]),
        "excluded": st.none() | reasons,
        "capture": captures,
        "group": st.sampled_from([None, "tray"]),
        "judged": st.none()
        | st.builds(
            Judged,
            annotation=st.builds(AnnotationSubmitted, image_id=image, verdict=st.sampled_from(["OK", "NG"])),
            by=st.just("inspector"),
            at=st.just("2026-03-02T08:15:04+09:00"),
            version=st.just(4),
            review=st.sampled_from([None, "accepted"]),
        ),
    },
)
image_undos = st.builds(
    lambda id, was, becomes: dataset.ImageUndo(was=Standing(id, **was), becomes=Standing(id, **becomes)),
    image,
    stands,
    stands,
)
changes = st.builds(Change, st.integers(1, 3), st.integers(4, 9))

DATASET_COMMANDS = [
    st.builds(dataset.CreateDataset, dataset_id=slugs, project_id=slugs, name=reasons),
    st.builds(
        dataset.RegisterImages,
        images=st.lists(
            st.builds(dataset.NewImage, image_id=image, file=st.just(FILE), capture=captures),
            min_size=1,
            max_size=6,
        ).map(tuple),
    ),
    st.builds(dataset.CorrectCapture, image_id=image, capture=captures, reason=words),
    st.builds(dataset.ExcludeImages, image_ids=images, reason=reasons),
    st.builds(dataset.RestoreImages, image_ids=images, reason=words),
    st.builds(dataset.EraseImages, image_ids=images, reason=reasons),
    st.builds(
        dataset.AssignSplit,
        image_ids=images,
        split=st.sampled_from(["train", "validation", "test"]),
        rule=reasons,
    ),
    st.builds(
        dataset.AssignGroups,
        groups=st.lists(
            st.builds(dataset.GroupedImages, image_ids=images, group=st.sampled_from([None, "tray", "P1"])),
            min_size=1,
            max_size=3,
        ).map(tuple),
        reason=words,
    ),
    st.builds(dataset.SetGrouping, field=st.sampled_from(["part", "lot", "session"]), reason=words),
    st.builds(
        dataset.SetWindow,
        low=st.sampled_from([0.0, 1.5]),
        high=st.sampled_from([5.0, 4095.0]),
        camera=st.sampled_from([None, "1", "2"]),
        how=st.sampled_from(["sample", "person"]),
        reason=words,
    ),
    st.builds(dataset.RemoveWindow, camera=st.sampled_from([None, "1", "2"]), reason=st.just("another lamp")),
    st.builds(
        dataset.SetRegionOfInterest,
        width=st.just(40),
        height=st.sampled_from([30, 40]),
        include=st.sampled_from([(), (((0.0, 0.0), (40.0, 0.0), (0.0, 30.0)),)]),
        ignore=st.sampled_from([(), (((1.0, 1.0), (9.5, 1.0), (1.0, 9.0)),)]),
        camera=st.sampled_from([None, "1", "2"]),
        reason=words,
    ),
    st.builds(
        dataset.SetScale,
        mm_per_pixel=st.sampled_from([0.05, 0.1]),
        camera=st.sampled_from([None, "1"]),
        reason=st.just("a ruler"),
    ),
    st.builds(dataset.RemoveScale, camera=st.sampled_from([None, "1"]), reason=st.just("another lens")),
    st.builds(
        dataset.SubmitAnnotations,
        annotations=st.lists(judgements, min_size=1, max_size=4, unique_by=lambda j: j.image_id).map(tuple),
        label_book_revision=st.integers(0, 2),
    ),
    st.builds(dataset.WithdrawAnnotations, image_ids=images, reason=words),
    st.builds(
        dataset.ReviewAnnotations,
        reviews=st.lists(reviews, min_size=1, max_size=4).map(tuple),
        own=st.lists(image, max_size=1).map(tuple),
    ),
    st.builds(
        dataset.OpenAgreementTask,
        task_id=slugs,
        image_ids=images,
        people=st.sampled_from([("hanako", "taro"), ("hanako", "jiro", "taro")]),
        note=words,
    ),
    st.builds(dataset.OpenAgreementTask, task_id=slugs, image_ids=images, open_to=st.just(2)),
    st.builds(
        dataset.JudgeBlind,
        task_id=slugs,
        image_id=image,
        person=st.sampled_from(["hanako", "jiro", "taro"]),
        verdict=st.sampled_from(["OK", "NG", "HOLD"]),
        defect_classes=st.sampled_from([(), ("crack",)]),
    ),
    st.builds(dataset.CloseAgreementTask, task_id=slugs, reason=words),
    st.builds(
        dataset.SuggestCandidates,
        suggestion_id=slugs,
        policy=reasons,
        candidates=st.lists(candidates, max_size=4).map(tuple),
        run_id=st.none() | slugs,
    ),
    st.builds(dataset.DismissCandidate, suggestion_id=slugs, image_id=image, reason=words),
    st.builds(
        dataset.RequestReadjudication,
        readjudication_id=slugs,
        cause=st.just(Cause("asked", "the rule moved", by="qa-lead")),
        class_id=st.sampled_from(["crack", "burn"]),
        label_book_revision=st.integers(0, 3),
        items=st.lists(
            st.builds(BorderCase, image_id=image, reason=st.just("class_revised"), score=st.none() | shares),
            max_size=4,
        ).map(tuple),
        sample_id=st.none() | slugs,
    ),
    st.builds(dataset.TagVersion, name=slugs, note=words),
    st.builds(
        dataset.RevertChange,
        reverts=changes,
        image_undos=st.lists(
            image_undos, min_size=1, max_size=4, unique_by=lambda image_undo: image_undo.was.image_id
        ).map(tuple),
        reason=reasons,
    ),
    st.builds(
        dataset.ReportFieldReturn,
        return_id=slugs,
        image_id=image,
        found_at=st.just("2026-07-01"),
        found_by=reasons,
    ),
]

attempts = st.integers(1, 3)
counts = st.integers(0, 2)
evaluations = st.builds(
    Evaluation,
    split=st.sampled_from(["validation", "test"]),
    split_rule=reasons,
    images=counts,
    ng=counts,
    ok=counts,
    escapes=counts,
    overkills=counts,
    threshold=shares,
    escape_rate=st.none() | shares,
)
identities = st.builds(
    Identity,
    code_digest=digests,
    weights_digest=digests,
    libraries=st.just({"numpy": "2.4.1"}),
    threads=st.integers(1, 4),
    hardware=words,
)

RUN_COMMANDS = [
    st.builds(
        run.RequestRun,
        run_id=slugs,
        project_id=slugs,
        dataset_id=slugs,
        dataset_version=st.integers(1, 9),
        dataset_hash=digests,
        recipe=st.builds(Recipe, c=st.floats(0.1, 10)),
        seed=counts,
    ),
    st.builds(run.StartRun, attempt=attempts, identity=identities),
    st.builds(run.ReportProgress, attempt=attempts, stage=reasons, done=counts, total=counts),
    st.builds(
        run.CompleteEpoch,
        attempt=attempts,
        epoch=counts,
        epochs=counts,
        metrics=st.dictionaries(reasons, st.floats(allow_nan=False, allow_infinity=False), max_size=2),
    ),
    st.builds(run.ReportEvaluation, attempt=attempts, evaluation=evaluations),
    st.builds(run.ReportPoolScored, attempt=attempts, predictions=digests, images=counts),
    st.builds(run.SucceedRun, attempt=attempts, artifact=digests, threshold=shares, seconds=st.floats(0, 99)),
    st.builds(run.FailRun, attempt=st.integers(0, 3), reason=reasons, log_tail=words, final=st.booleans()),
    st.builds(run.RetryRun, reason=words),
    st.builds(run.CancelRun, reason=words),
]

MODEL_COMMANDS = [
    st.builds(
        model.RegisterModel,
        model_id=slugs,
        project_id=slugs,
        dataset_id=slugs,
        run_id=slugs,
        artifact=digests,
        threshold=shares,
    ),
    st.builds(model.ChooseThreshold, threshold=st.sampled_from([0.1, 0.5]), reason=reasons),
    st.builds(model.PromoteModel, stage=st.sampled_from(["candidate", "production"]), reason=reasons),
    st.builds(model.RollBackModel, back_to=slugs, reason=reasons),
    st.builds(model.RetireModel, reason=reasons),
]

places = st.sampled_from(["*", "s1", "s2"])
people = st.sampled_from(["admin", "inspector"])
times = st.sampled_from([datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)])
lines = st.sampled_from([("L1",), ("L1", "L2")])

MEMBER_COMMANDS = [
    st.builds(member.InviteMember, actor=slugs),
    st.builds(member.GrantRole, project_id=places, role=people),
    st.builds(member.GrantRole, project_id=places, role=st.just("machine"), lines=lines),
    st.builds(member.RevokeRole, project_id=places, role=people | st.just("machine"), reason=words),
    st.builds(
        member.IssueToken,
        token_id=slugs,
        label=reasons,
        role=people,
        project_id=places,
        expires_at=times,
        secret_sha256=digests,
    ),
    st.builds(member.RevokeToken, token_id=slugs, reason=words),
    st.builds(member.LockSignIn, until=times, failures=st.integers(1, 3)),
]
