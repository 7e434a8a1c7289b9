"""The projection of the peer: a tracking recorder that writes rows and position in one transaction per event."""

from time import perf_counter
from typing import Final
from uuid import UUID

from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL
from psycopg.types.json import Jsonb

from bench.peer_side import Datasets, PeerDataset, environment, record_history
from kenpin.read_models.layout import ROWS

TABLES: Final = f"""
create table if not exists {{schema}}.peer_image (
    dataset_id text not null, image_id text not null, valid_from bigint not null, valid_to bigint,
    ordinal bigint not null, revision bigint not null, name text not null, size bigint not null, width int not null,
    height int not null, media_type text not null, registered_at timestamptz not null, capture json not null,
    split text, excluded text, verdict text, defect_classes jsonb, annotation json, annotated_by text,
    annotated_at timestamptz, annotated_in bigint, review text, primary key (dataset_id, ordinal, valid_from)
);
create index if not exists peer_by_id on {{schema}}.peer_image (dataset_id, image_id) where valid_to is null;
create index if not exists peer_live on {{schema}}.peer_image (verdict, dataset_id, ordinal) where valid_to is null;
create index if not exists peer_split on {{schema}}.peer_image (dataset_id, split, ordinal)
    where valid_to is null and split is not null;
create index if not exists peer_excluded on {{schema}}.peer_image (dataset_id, ordinal) where excluded is not null;
create index if not exists peer_defects on {{schema}}.peer_image (dataset_id, ordinal) where defect_classes is not null;
create table if not exists {{schema}}.peer_count (like {ROWS}.image_count including all)"""

REGISTER: Final = """
insert into peer_image (dataset_id, image_id, valid_from, ordinal, revision, name, size, width, height, media_type,
    registered_at, capture)
values (%s, %s, %s, %s, 0, %s, %s, %s, %s, %s, %s, %s)"""

ANNOTATE: Final = """
with ended as (
    update peer_image set valid_to = %(version)s
    where dataset_id = %(dataset)s and image_id = %(image)s and valid_to is null returning *
)
insert into peer_image
select dataset_id, image_id, %(version)s, null, ordinal, %(version)s, name, size, width, height, media_type,
    registered_at, capture, split, excluded, %(verdict)s, %(classes)s, %(annotation)s, annotated_by, %(at)s,
    %(version)s, null
from ended"""

COUNT: Final = """
insert into peer_count values (%s, 'unassigned', %s, false, %s)
on conflict (dataset_id, split, verdict, excluded) do update set images = peer_count.images + excluded.images"""


class GalleryView(PostgresTrackingRecorder):
    """Rows with what Kenpin's gallery has, past ones beside live ones: one statement an event, as a view has it."""

    def __init__(
        self, datastore: PostgresDatastore, *, tracking_table_name: str = "notification_tracking"
    ) -> None:
        super().__init__(datastore, tracking_table_name=tracking_table_name)
        self.sql_create_statements += [
            SQL(ddl).format(schema=SQL(datastore.schema)) for ddl in TABLES.split(";")
        ]
        self.times: list[float] = []
        """The time at which each event was projected."""

    def track(self, tracking: Tracking) -> None:
        self.insert_tracking(tracking)
        self.times.append(perf_counter())

    def register(self, event: PeerDataset.ImageRegistered, tracking: Tracking) -> None:
        dataset, version, file = event.originator_id.hex, event.originator_version, event.file
        assert isinstance(file, dict)
        columns = (file["name"], file["size"], file["width"], file["height"], file["media_type"])
        row = (dataset, event.image_id, version, version, *columns, event.timestamp, Jsonb(event.capture))
        with self.datastore.transaction(commit=True) as sql:
            self._insert_tracking(sql, tracking)
            sql.execute(REGISTER, row, prepare=True)
            self._count(sql, dataset, "unlabelled", 1)
        self.times.append(perf_counter())

    def annotate(self, event: PeerDataset.AnnotationSubmitted, tracking: Tracking) -> None:
        dataset = event.originator_id.hex
        annotation = {
            "verdict": event.verdict,
            "defects": event.defects,
            "seconds_spent": event.seconds_spent,
        }
        row = {
            "dataset": dataset,
            "image": event.image_id,
            "version": event.originator_version,
            "verdict": event.verdict,
            "classes": Jsonb(["scratch"] if event.defects else []),
            "annotation": Jsonb(annotation),
            "at": event.timestamp,
        }
        with self.datastore.transaction(commit=True) as sql:
            self._insert_tracking(sql, tracking)
            sql.execute(ANNOTATE, row, prepare=True)
            self._count(sql, dataset, "unlabelled", -1)
            self._count(sql, dataset, event.verdict, 1)
        self.times.append(perf_counter())

    def _count(self, sql: Cursor[DictRow], dataset: str, verdict: str, images: int) -> None:
        sql.execute(COUNT, (dataset, verdict, images), prepare=True)


class ProjectedDatasets(Datasets):
    """An application of its own, so that the projection reads nothing else."""


class PeerGallery(Projection[GalleryView]):
    @singledispatchmethod
    def process_event(self, domain_event: DomainEventProtocol[UUID], tracking: Tracking) -> None:
        self.view.track(tracking)

    @process_event.register
    def _(self, domain_event: PeerDataset.ImageRegistered, tracking: Tracking) -> None:
        self.view.register(domain_event, tracking)

    @process_event.register
    def _(self, domain_event: PeerDataset.AnnotationSubmitted, tracking: Tracking) -> None:
        self.view.annotate(domain_event, tracking)


def project(url: str, images: int) -> float:
    """Seconds for a new history of 1 + 2 × images events; the runner goes on where it stopped the last time."""
    app = ProjectedDatasets(environment(url))
    record_history(app, images, "plain")
    newest = app.recorder.max_notification_id()
    app.close()
    with ProjectionRunner(
        application_class=ProjectedDatasets,
        projection_class=PeerGallery,
        view_class=GalleryView,
        env=environment(url, connections=3),
    ) as runner:
        runner.wait(newest, timeout=300)
        times = runner.view.times
    assert len(times) == 1 + 2 * images
    return (times[-1] - times[0]) * len(times) / (len(times) - 1)
