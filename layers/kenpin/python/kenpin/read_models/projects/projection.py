"""Projection of projects: products, policy and, from its own folder, the label book."""

from collections.abc import Sequence
from typing import Final

import msgspec

from kenpin.domain.event import Recorded
from kenpin.domain.ids import id_of
from kenpin.domain.project.events import (
    AutomaticInspectionSet,
    GatesSet,
    InspectionPolicySet,
    JudgementReasonsSet,
    ProductDefined,
    ProjectCreated,
    ReviewPolicySet,
    SuggestionMixSet,
    TimeZoneSet,
)
from kenpin.projections.database import Sql
from kenpin.projections.projection import ReadModel, by_event
from kenpin.projections.table import DeclaredTable, PastByTrigger
from kenpin.read_models.label_book.projection import LABEL_BOOK_TABLES, project_label_book
from kenpin.read_models.webhooks.projection import WEBHOOK, project_webhook

PROJECT: Final = DeclaredTable(
    "project",
    """
    project_id          text not null,
    name                text not null,
    policy              jsonb,
    gates               jsonb,
    suggestion_mix      jsonb,
    created_at          timestamptz not null,
    two_person boolean not null default false,
    hide_verdict boolean not null default false,
    judgement_reasons text[] not null default '{}',
    time_zone text,
    automatic_inspection boolean not null default false""",
    owner="project_id",
    past=PastByTrigger("project_id"),
)
PRODUCT: Final = DeclaredTable(
    "product",
    """
    project_id text not null,
    product_id text not null,
    name       text not null""",
    owner="project_id",
    past=PastByTrigger("project_id, product_id"),
)


def project(batch: Sequence[Recorded], sql: Sql) -> None:
    project_id = id_of(batch[0].stream)
    for recorded in batch:
        _project(project_id, recorded, sql)
        project_label_book(project_id, recorded, sql)
        project_webhook(project_id, recorded, sql)


def _project(project_id: str, recorded: Recorded, sql: Sql) -> None:
    version = recorded.version
    match recorded.event:
        case ProjectCreated(name=name):
            sql.execute(
                "insert into project (project_id, name, created_at, valid_from) values (%s, %s, %s, %s)",
                (project_id, name, recorded.recorded_at, version),
            )
        case ProductDefined(product_id=product_id, name=name):
            sql.execute(
                """insert into product values (%s, %s, %s, %s) on conflict (project_id, product_id)
                do update set name = excluded.name, valid_from = excluded.valid_from""",
                (project_id, product_id, name, version),
            )
        case InspectionPolicySet() as event:
            sql.execute(
                "update project set policy = %s, valid_from = %s where project_id = %s",
                (_json_of(event), version, project_id),
            )
        case GatesSet() as event:
            sql.execute(
                "update project set gates = %s, valid_from = %s where project_id = %s",
                (_json_of(event), version, project_id),
            )
        case AutomaticInspectionSet(is_on=is_on):
            sql.execute(
                "update project set automatic_inspection = %s, valid_from = %s where project_id = %s",
                (is_on, version, project_id),
            )
        case SuggestionMixSet() as event:
            sql.execute(
                "update project set suggestion_mix = %s, valid_from = %s where project_id = %s",
                (_json_of(event), version, project_id),
            )
        case ReviewPolicySet(two_person=two_person, hide_verdict=hide_verdict):
            sql.execute(
                "update project set two_person = %s, hide_verdict = %s, valid_from = %s where project_id = %s",
                (two_person, hide_verdict, version, project_id),
            )
        case JudgementReasonsSet(reasons=reasons):
            sql.execute(
                "update project set judgement_reasons = %s, valid_from = %s where project_id = %s",
                (list(reasons), version, project_id),
            )
        case TimeZoneSet(zone=zone):
            sql.execute(
                "update project set time_zone = %s, valid_from = %s where project_id = %s",
                (zone, version, project_id),
            )


def _json_of(event: InspectionPolicySet | GatesSet | SuggestionMixSet) -> str:
    return msgspec.json.encode({name: getattr(event, name) for name in event.__struct_fields__}).decode()


projects = ReadModel(
    "projects", "project", (PROJECT, PRODUCT, WEBHOOK, *LABEL_BOOK_TABLES), by_event(project)
)
