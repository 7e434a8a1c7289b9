"""Roles as rows: those of any version are those of the fold up to it."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.event import Context
from kenpin.domain.member.decider import member
from kenpin.domain.member.events import MemberEvent
from kenpin.projections.database import Sql
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.members import queries as members
from tests.domain.command_strategies import MEMBER_COMMANDS
from tests.domain.histories import histories

ME = Context(actor="admin")


@pytest.fixture(scope="module")
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    create_tables(postgres_database)
    return PostgresEventStore(postgres_database, "members")


def roles(sql: Sql, actor: str, version: int | None = None) -> dict[tuple[str, str], tuple[str, ...]]:
    row = members.one(sql, actor, None, version)
    held = row["roles"] if row else []
    return {(each["project_id"], each["role"]): tuple(each["lines"]) for each in held}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=histories(member, [*MEMBER_COMMANDS]), cut=st.integers(1, 20))
def test_the_fold_up_to_any_version_equals_the_roles_and_tokens_at_it(
    store: PostgresEventStore, postgres_database: PostgresDatabase, events: list[MemberEvent], cut: int
) -> None:
    actor = uuid.uuid4().hex[:12]
    stream = f"member-{actor}"
    for begin in range(0, len(events), cut):
        store.append(stream, events[begin : begin + cut], ME)
        if begin == 0:
            advance_stream(stream, store, postgres_database)
    advance_stream(stream, store, postgres_database)
    with postgres_database.reading() as sql:
        for version in range(len(events) + 1):
            state = member.fold(events[:version])
            assert roles(sql, actor, version) == dict(state.roles.items())
        assert roles(sql, actor) == dict(member.fold(events).roles.items())
