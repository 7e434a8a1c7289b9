"""The state that a decision about a dataset needs, from rows, so that no million images are folded to judge one."""

from typing import Final

import msgspec
from msgspec import Struct
from rpds import HashTrieMap

from kenpin.domain.dataset.events import AgreementTaskOpened, AnnotationSubmitted, WindowSet
from kenpin.domain.dataset.state import AgreementTaskState, Answer, DatasetState, ImageState
from kenpin.domain.dataset.values import Candidate, Capture, ImageFile
from kenpin.domain.ids import ActorId, FieldReturnId, ImageId, Split, TaskId, Verdict
from kenpin.domain.region_of_interest import RegionOfInterest
from kenpin.projections.database import Database, Row
from kenpin.projections.validity import rows_of, valid
from kenpin.read_models.datasets import regions, scales, windows
from kenpin.read_models.datasets.grouping import grouping_at
from kenpin.read_models.gallery.table import KEY, at
from kenpin.read_models.suggestions.queries import open_then

NEEDED: Final = ["gallery", "datasets", "suggestions", "readjudications"]
TASK: Final = f"""
select jsonb_build_object('task_id', t0.task_id, 'image_ids', t0.image_ids, 'people', t0.people,
    'open_to', t0.open_to, 'note', t0.note, 'is_closed', t0.closed_at is not null,
    'answers', (select coalesce(jsonb_agg(jsonb_build_array(image_id, person, verdict, defect_classes)), '[]')
        from {rows_of("blind_judgement", 0)} j where j.dataset_id = t0.dataset_id and j.task_id = t0.task_id
        and {valid("j", 0, "r.version")})) as held"""
"""An agreement task as it stood at the version."""

STATE: Final = f"""
with reached as (
    select min(version) as version, (array_agg(hash order by version))[1] as hash from checkpoint
    where stream = %(stream)s and projection = any(%(needed)s)
    having count(*) = cardinality(%(needed)s)
), header as (
    select r.version, r.hash, d.project_id, d.name,
        (select suggestion_id from suggestion s where s.dataset_id = d.dataset_id and s.version <= r.version
            order by s.version desc limit 1) as suggestion_id,
        (select coalesce(jsonb_object_agg(t.name, t.tagged_version), '{{}}') from dataset_tag t
            where t.dataset_id = d.dataset_id and t.version <= r.version) as tags,
        (select coalesce(jsonb_agg(t.held), '[]')::text from json_array_elements_text(%(tasks)s) as asked (id)
            cross join lateral (select * from {rows_of("agreement_task", 0)} a where a.dataset_id = d.dataset_id
                and a.task_id = asked.id and {valid("a", 0, "r.version")}) as t0
            cross join lateral ({TASK}) as t) as tasks,
        (select coalesce(jsonb_object_agg(q.readjudication_id, q.version), '{{}}') from readjudication q
            where q.dataset_id = d.dataset_id and q.version <= r.version) as readjudications,
        (select coalesce(jsonb_agg(jsonb_build_array(f.image_id, f.return_id) order by f.version), '[]')
            from json_array_elements_text(%(about)s) as about (id) join field_return f
            on f.dataset_id = d.dataset_id and f.image_id = about.id and f.version <= r.version) as returns,
        (select coalesce(jsonb_object_agg(e.image_id, e.reason), '{{}}') from erasure e
            where e.dataset_id = d.dataset_id and e.version <= r.version
                and e.image_id in (select json_array_elements_text(%(about)s))) as erased,
        {grouping_at("d.dataset_id", "r.version")} as grouping,
        {windows.as_json("d.dataset_id", "r.version")} as windows,
        {regions.as_json("d.dataset_id", "r.version")} as regions,
        {scales.as_json("d.dataset_id", "r.version")} as scales
    from reached r join dataset d on d.dataset_id = %(dataset)s
), held as (
    select i.image_id, i.ordinal, i.size, i.width, i.height, i.media_type, i.name, i.needs_rendition, s.capture,
        s.split, s.excluded, s.annotation, s.review, s.group_name,
        k.image_id is not null as suggested, k.reason, k.score, k.control
    from header h cross join json_array_elements_text(%(about)s) as about (id) cross join lateral (
        select * from image where dataset_key = {KEY} and image_id = about.id limit 1
    ) as i cross join lateral ({at("h.version")}) as s
    left join {rows_of("candidate", 0)} k on k.dataset_id = %(dataset)s and k.image_id = i.image_id
        and k.suggestion_id = h.suggestion_id
        and {open_then("k", 0, "h.version")}
)
select header.*, (select coalesce(json_agg(held), '[]')::text from held) as held from header"""


class HeldTask(Struct):
    """An agreement task as it stood at the version, with everybody's answers."""

    task_id: TaskId
    image_ids: tuple[ImageId, ...]
    people: tuple[ActorId, ...]
    open_to: int | None
    note: str
    is_closed: bool
    answers: list[tuple[ImageId, ActorId, Verdict, tuple[str, ...]]]

    def task(self) -> AgreementTaskState:
        opened = AgreementTaskOpened(
            task_id=self.task_id,
            image_ids=self.image_ids,
            people=self.people,
            open_to=self.open_to,
            note=self.note,
        )
        said: dict[tuple[ImageId, ActorId], Answer] = {
            (id, person): (verdict, seen) for id, person, verdict, seen in self.answers
        }
        return AgreementTaskState(
            opened, HashTrieMap(said), frozenset(person for _, person, *_ in self.answers), self.is_closed
        )


class HeldImage(Struct):
    """An image as it stood at the version, and the open suggestion that it is worth a look."""

    image_id: ImageId
    ordinal: int
    size: int
    width: int
    height: int
    media_type: str
    name: str
    needs_rendition: bool | None
    capture: Capture
    split: Split | None
    excluded: str | None
    annotation: AnnotationSubmitted | None
    review: str | None
    group_name: str | None
    suggested: bool
    reason: str | None
    score: float | None
    control: bool | None

    def image(self) -> ImageState:
        file = ImageFile(self.size, self.width, self.height, self.media_type, self.name, self.needs_rendition)
        standing = (self.split, self.excluded, self.annotation, self.review, self.group_name)
        return ImageState(self.ordinal, file, self.capture, *standing)

    def candidate(self) -> Candidate:
        return Candidate(self.image_id, self.reason or "", self.score, bool(self.control))


def state_of(
    database: Database, dataset_id: str, about: tuple[ImageId, ...], tasks: tuple[TaskId, ...] = ()
) -> tuple[DatasetState, str]:
    """The dataset as the rows have it, holding the images in `about` and these agreement tasks.

    Fold the stream after its version. The rows of several read models are read as of the version that all of them
    have reached; those of agreement tasks only for a decision that is about one. The hash of that version comes
    along, in hex; "" before the first event.
    """
    asked = {
        "stream": f"dataset-{dataset_id}",
        "dataset": dataset_id,
        "about": _json.encode(about).decode(),
        "tasks": _json.encode(tasks).decode(),
        "needed": [*NEEDED, "agreement"] if tasks else NEEDED,
    }
    with database.reading() as sql:
        row = sql.execute(STATE, asked).fetchone()
    if row is None:
        return DatasetState(), ""
    held = _held.decode(row["held"])
    state = DatasetState(
        version=row["version"],
        project_id=row["project_id"],
        name=row["name"],
        suggestion_id=row["suggestion_id"],
        tags=row["tags"],
        readjudications=row["readjudications"],
        erased=row["erased"],
        grouping=row["grouping"],
        images={each.image_id: each.image() for each in held},
        candidates={each.image_id: each.candidate() for each in held if each.suggested},
        tasks={each.task_id: each.task() for each in _tasks.decode(row["tasks"])},
        returns=_returns(row["returns"]),
        windows={each["camera"]: _window(each) for each in row["windows"]},
        regions={each["camera"]: _region(each) for each in row["regions"]},
        scales={each["camera"]: float(each["mm_per_pixel"]) for each in row["scales"]},
    )
    return state, row["hash"]


def _window(row: Row) -> WindowSet:
    return WindowSet(**{name: row[name] for name in WindowSet.__struct_fields__})


def _region(row: Row) -> RegionOfInterest:
    return msgspec.convert({name: row[name] for name in RegionOfInterest.__struct_fields__}, RegionOfInterest)


def _returns(told: list[tuple[ImageId, FieldReturnId]]) -> dict[ImageId, tuple[FieldReturnId, ...]]:
    returns: dict[ImageId, tuple[FieldReturnId, ...]] = {}
    for image_id, return_id in told:
        returns[image_id] = (*returns.get(image_id, ()), return_id)
    return returns


_json = msgspec.json.Encoder()
_held = msgspec.json.Decoder(list[HeldImage])
_tasks = msgspec.json.Decoder(list[HeldTask])
