"""Random but possible histories of a dataset: what Hypothesis plays through the decider."""

import hashlib

from hypothesis import strategies as st
from msgspec.structs import replace

from kenpin.domain.dataset.commands import (
    AssignGroups,
    AssignSplit,
    CloseAgreementTask,
    CorrectCapture,
    CreateDataset,
    DatasetCommand,
    DismissCandidate,
    EraseImages,
    ExcludeImages,
    GroupedImages,
    ImageUndo,
    JudgeBlind,
    Judgement,
    NewImage,
    OpenAgreementTask,
    RegisterImages,
    RemoveScale,
    RemoveWindow,
    ReportFieldReturn,
    RequestReadjudication,
    RestoreImages,
    RevertChange,
    Review,
    ReviewAnnotations,
    SetGrouping,
    SetRegionOfInterest,
    SetScale,
    SetWindow,
    SubmitAnnotations,
    SuggestCandidates,
    TagVersion,
    WithdrawAnnotations,
)
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.events import AnnotationSubmitted, DatasetEvent, Judged, Standing
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.dataset.values import BorderCase, Candidate, Capture, Cause, Change, Defect, ImageFile
from kenpin.domain.decider import Refusal

IMAGES = tuple(hashlib.sha256(bytes([n])).hexdigest() for n in range(8))
FILE = ImageFile(1000, 64, 48, "image/png", "a.png", needs_rendition=True)

image = st.sampled_from(IMAGES)
some = st.lists(image, min_size=1, max_size=4, unique=True).map(tuple)
TASKS = ("t1", "t2")
task = st.sampled_from(TASKS)
reason = st.sampled_from(["", "blurred", "傷"])
capture = st.builds(
    Capture,
    product=st.sampled_from([None, "A", "B"]),
    line=st.sampled_from([None, "L1"]),
    lot=st.sampled_from([None, "lot"]),
    part=st.sampled_from([None, "", "P1"]),
)
defects = st.lists(st.builds(Defect, class_id=st.sampled_from(["crack", "dent"])), max_size=2).map(tuple)


@st.composite
def judgement(draw: st.DrawFn) -> Judgement:
    verdict = draw(st.sampled_from(["OK", "NG", "HOLD"]))
    found = () if verdict == "OK" else draw(defects)
    return Judgement(image_id=draw(image), verdict=verdict, defects=found, reason=draw(reason))


@st.composite
def image_undo(draw: st.DrawFn, image_id: str) -> ImageUndo:
    """A way back as somebody could have seen it; whether the image still stands so is up to the history."""
    split, wrong = (
        st.sampled_from([None, "train", "validation", "test"]),
        st.sampled_from([None, "blurred", "a face"]),
    )
    verdict, review = draw(st.sampled_from(["OK", "NG", "HOLD"])), draw(st.sampled_from([None, "accepted"]))
    annotation = AnnotationSubmitted(image_id=image_id, verdict=verdict, reason=draw(reason))  # type: ignore[arg-type]
    judged = Judged(annotation, "inspector", "2026-03-02T08:15:04+00:00", 3, review)  # type: ignore[arg-type]
    named = draw(st.sets(st.sampled_from(["split", "excluded", "judged"]), min_size=1))
    was = {"split": draw(split), "excluded": draw(wrong), "judged": None}
    becomes = {"split": draw(split), "excluded": draw(wrong), "judged": draw(st.sampled_from([judged, None]))}
    seen, back = (
        replace(Standing(image_id), **{each: way[each] for each in named}) for way in (was, becomes)
    )
    return ImageUndo(was=seen, becomes=back)


commands: st.SearchStrategy[DatasetCommand] = st.one_of(
    some.map(lambda ids: RegisterImages(images=tuple(NewImage(image_id=i, file=FILE) for i in ids))),
    st.builds(CorrectCapture, image_id=image, capture=capture),
    st.builds(
        SetWindow,
        low=st.just(0.0),
        high=st.sampled_from([5.0, 4095.0]),
        camera=st.sampled_from([None, "1"]),
        how=st.sampled_from(["sample", "person"]),
    ),
    st.builds(RemoveWindow, camera=st.sampled_from([None, "1"]), reason=st.just("another lamp")),
    st.builds(
        SetRegionOfInterest,
        width=st.just(40),
        height=st.just(30),
        include=st.sampled_from([(), (((0.0, 0.0), (40.0, 0.0), (0.0, 30.0)),)]),
        camera=st.sampled_from([None, "1"]),
    ),
    st.builds(
        SetScale,
        mm_per_pixel=st.sampled_from([0.05, 0.1]),
        camera=st.sampled_from([None, "1"]),
        reason=st.just("a ruler"),
    ),
    st.builds(RemoveScale, camera=st.sampled_from([None, "1"]), reason=st.just("another lens")),
    st.builds(ExcludeImages, image_ids=some, reason=st.just("blurred")),
    st.builds(RestoreImages, image_ids=some),
    st.builds(EraseImages, image_ids=some, reason=st.just("a face")),
    st.builds(
        AssignSplit, image_ids=some, split=st.sampled_from(["train", "validation", "test"]), rule=st.just("r")
    ),
    st.builds(GroupedImages, image_ids=some, group=st.sampled_from([None, "tray", "P1"])).map(
        lambda grouped: AssignGroups(groups=(grouped,))
    ),
    st.builds(SetGrouping, field=st.sampled_from(["part", "lot", "session"])),
    st.lists(judgement(), min_size=1, max_size=4, unique_by=lambda j: j.image_id).map(
        lambda js: SubmitAnnotations(annotations=tuple(js))
    ),
    st.builds(
        SubmitAnnotations,
        annotations=st.lists(judgement(), min_size=1, max_size=2, unique_by=lambda j: j.image_id).map(tuple),
        label_book_revision=st.integers(1, 2),
    ),
    st.builds(WithdrawAnnotations, image_ids=some),
    st.builds(
        Review,
        image_id=image,
        outcome=st.sampled_from(["accepted", "returned"]),
        reason=st.just("look again"),
    ).map(lambda review: ReviewAnnotations(reviews=(review,))),
    st.builds(OpenAgreementTask, task_id=task, image_ids=some, people=st.just(("hanako", "taro"))),
    st.builds(OpenAgreementTask, task_id=task, image_ids=some, open_to=st.just(2)),
    st.builds(OpenAgreementTask, task_id=task, image_ids=some, people=st.just(("taro",)), open_to=st.just(1)),
    st.builds(
        JudgeBlind,
        task_id=task,
        image_id=image,
        person=st.sampled_from(["hanako", "jiro", "taro"]),
        verdict=st.sampled_from(["OK", "NG", "HOLD"]),
    ),
    st.builds(CloseAgreementTask, task_id=task),
    st.builds(
        SuggestCandidates,
        suggestion_id=st.sampled_from(["s1", "s2", "s3"]),
        policy=st.just("hybrid"),
        candidates=some.map(lambda ids: tuple(Candidate(i, "diverse") for i in ids)),
    ),
    st.builds(DismissCandidate, suggestion_id=st.sampled_from(["s1", "s2", "s3"]), image_id=image),
    st.builds(
        RequestReadjudication,
        readjudication_id=st.sampled_from(["r1", "r2", "r3"]),
        cause=st.sampled_from([Cause("asked", "", by="qa-lead"), Cause("class_retired", "", by="qa-lead")]),
        class_id=st.sampled_from(["crack", "dent"]),
        label_book_revision=st.integers(1, 3),
        items=some.map(lambda ids: tuple(BorderCase(i, "class_revised") for i in ids)),
        sample_id=st.sampled_from([None, "s1"]),
    ),
    st.builds(TagVersion, name=st.sampled_from(["v1", "v2", "v3"])),
    some.flatmap(lambda ids: st.tuples(*map(image_undo, ids))).map(
        lambda image_undos: RevertChange(reverts=Change(2, 3), image_undos=image_undos, reason="wrong")
    ),
    st.builds(
        ReportFieldReturn,
        return_id=st.sampled_from(["f1", "f2"]),
        image_id=image,
        found_at=st.just("2026-09-14"),
        found_by=st.just("customer"),
    ),
)

histories = st.lists(commands, max_size=25)


def play(history: list[DatasetCommand]) -> tuple[list[list[DatasetEvent]], list[DatasetState]]:
    """The commits that the commands make (refusals make none), and the state after each event (first: before any).

    A command that guards nothing decides on what stood one commit ago, as it does when two people are at it at once.
    """
    everything = tuple(NewImage(image_id=i, file=FILE) for i in IMAGES[:4])
    created = CreateDataset(dataset_id="d", project_id="p", name="d")
    start: list[DatasetCommand] = [created, RegisterImages(images=everything)]
    commits: list[list[DatasetEvent]] = []
    states, ago = [dataset.initial], dataset.initial
    for command in [*start, *history]:
        needed = dataset.scope(command)
        seen = states[-1] if needed.whole or needed.guarded or len(commits) < 3 else ago
        try:
            events = dataset.decide(seen, command)
        except Refusal:
            continue
        if events:
            ago = states[-1]
            commits.append(events)
        for event in events:
            states.append(dataset.evolve(states[-1], event))
    return commits, states
