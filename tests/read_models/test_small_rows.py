"""Rows that keep their past: at any version they are what they would be had nothing happened since."""

import uuid
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kenpin.adapters.postgres.connection import PostgresDatabase
from kenpin.adapters.postgres.event_store import PostgresEventStore
from kenpin.domain.decider import Refusal
from kenpin.domain.event import Context, Event
from kenpin.domain.gates import FoundFigure, GateLimit, GateReport, check_gates
from kenpin.domain.model.commands import (
    ChooseThreshold,
    ModelCommand,
    PromoteModel,
    RegisterModel,
    RetireModel,
    RollBackModel,
)
from kenpin.domain.model.decider import model
from kenpin.domain.project.commands import CreateProject, DefineProduct, ProjectCommand, SetInspectionPolicy
from kenpin.domain.project.decider import project
from kenpin.domain.run.commands import RequestRun, RunCommand
from kenpin.domain.run.decider import run
from kenpin.projections.database import Row
from kenpin.read_models.catalogue import advance_stream, create_tables
from kenpin.read_models.models import queries as models
from kenpin.read_models.projects import queries as projects
from kenpin.read_models.runs import queries as runs
from tests.read_models.run_commands import run_commands

ME = Context(actor="inspector")
DIGEST = "a" * 64
laws = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def store(postgres_database: PostgresDatabase) -> PostgresEventStore:
    create_tables(postgres_database)
    return PostgresEventStore(postgres_database, "small-rows")


def told(store: PostgresEventStore, database: PostgresDatabase, events: Sequence[Event]) -> str:
    """A new run with this history, projected; its id."""
    id = uuid.uuid4().hex[:12]
    for event in events:
        store.append(f"run-{id}", [replace(event, run_id=id) if event is events[0] else event], ME)
    advance_stream(f"run-{id}", store, database)
    return id


def without(row: Row | None, *names: str) -> dict[str, object]:
    """Return the part of a row that depends neither on its stream nor on the time."""
    assert row is not None
    left_out = {*names, "valid_to", "queue_place", *(name for name in row if name.endswith("_at"))}
    kept = {k: v for k, v in row.items() if k not in left_out}
    return {k: [{**e, "at": None} for e in v] if k == "epochs" else v for k, v in kept.items()}


def request(id: str) -> RequestRun:
    asked = {"project_id": "p", "dataset_id": "a", "dataset_version": 1, "dataset_hash": DIGEST}
    return RequestRun.model_validate({"run_id": id, **asked})


@laws
@given(commands=st.lists(run_commands, max_size=12))
def test_a_run_as_of_any_version(
    store: PostgresEventStore, postgres_database: PostgresDatabase, commands: list[RunCommand]
) -> None:
    events: list[Event] = []
    state = run.initial
    for command in [request("r"), *commands]:
        try:
            decided = run.decide(state, command)
        except Refusal:
            continue
        events += decided
        state = run.fold(decided, state)
    whole = told(store, postgres_database, events)
    for version in range(1, len(events) + 1):
        part = told(store, postgres_database, events[:version])
        with postgres_database.transaction() as sql:
            then, alone = runs.one(sql, whole, version), runs.one(sql, part)
        assert without(then, "run_id") == without(alone, "run_id")


def test_a_model_as_of_every_version(store: PostgresEventStore, postgres_database: PostgresDatabase) -> None:
    registered = {"project_id": "p", "dataset_id": "d", "run_id": "r", "artifact": DIGEST, "threshold": 0.5}
    id = uuid.uuid4().hex[:12]
    commands: list[ModelCommand] = [
        RegisterModel.model_validate({"model_id": id, **registered}),
        ChooseThreshold(threshold=0.3, reason="fewer escapes"),
        PromoteModel(stage="production", reason="good"),
        RetireModel(reason="old"),
    ]
    state = model.initial
    for command in commands:
        events = model.decide(state, command)
        state = model.fold(events, state)
        store.append(f"model-{id}", events, ME)
    advance_stream(f"model-{id}", store, postgres_database)
    with postgres_database.transaction() as sql:
        rows = [models.one(sql, id, version) for version in range(1, 5)]
        live = models.one(sql, id)
        spans = sql.execute(
            "select valid_from, valid_to from model_past where model_id = %s order by 1", (id,)
        ).fetchall()
    assert [row and (row["threshold"], row["stage"], row["stage_reason"]) for row in rows] == [
        (0.5, "candidate", None),
        (0.3, "candidate", None),
        (0.3, "production", "good"),
        (0.3, "retired", "old"),
    ]
    assert rows[-1] == live
    assert [(span["valid_from"], span["valid_to"]) for span in spans] == [(1, 2), (2, 3), (3, 4)]


def test_a_project_as_of_every_version(
    store: PostgresEventStore, postgres_database: PostgresDatabase
) -> None:
    id = uuid.uuid4().hex[:12]
    state = project.initial
    commands: list[ProjectCommand] = [
        CreateProject(project_id=id, name="P"),
        DefineProduct(product_id="a", name="A"),
        DefineProduct(product_id="a", name="B"),
        SetInspectionPolicy(escape_cost=3, overkill_cost=1),
    ]
    for command in commands:
        events = project.decide(state, command)
        state = project.fold(events, state)
        store.append(f"project-{id}", events, ME)
    advance_stream(f"project-{id}", store, postgres_database)
    with postgres_database.transaction() as sql:
        rows = [projects.one(sql, id, version) for version in range(1, 5)]
        live = projects.one(sql, id)
    named = [row and [product["name"] for product in row["products"]] for row in rows]
    assert named == [[], ["A"], ["B"], ["B"]]
    assert [bool(row and row["policy"]) for row in rows] == [False, False, False, True]
    assert rows[-1] == live


def test_gates_and_a_rollback_leave_rows_of_every_version(
    store: PostgresEventStore, postgres_database: PostgresDatabase
) -> None:
    registered = {"project_id": "p", "dataset_id": "d", "run_id": "r", "artifact": DIGEST, "threshold": 0.5}
    gate = GateLimit(metric="auroc", direction="at_least", limit=0.9)
    report = GateReport(
        project_version=2, threshold=0.5, results=check_gates([gate], lambda _: FoundFigure(0.8))
    )
    id = uuid.uuid4().hex[:12]
    commands: list[ModelCommand] = [
        RegisterModel.model_validate({"model_id": id, **registered}),
        PromoteModel(stage="production", reason="good", override_reason="agreed", report=report),
        RollBackModel(back_to="before", reason="worse"),
    ]
    state = model.initial
    for command in commands:
        events = model.decide(state, command)
        state = model.fold(events, state)
        store.append(f"model-{id}", events, ME)
    advance_stream(f"model-{id}", store, postgres_database)
    with postgres_database.transaction() as sql:
        rows = [models.one(sql, id, version) for version in range(1, 5)]
    told = [row and (row["what"], row["stage"], row["override_reason"], row["back_to"]) for row in rows]
    assert told == [
        ("registered", "candidate", None, None),
        ("gates_evaluated", "candidate", None, None),
        ("promoted", "production", "agreed", None),
        ("rolled_back", "candidate", None, "before"),
    ]
    assert rows[-1] and rows[-1]["gates"]["results"][0]["figure"] == 0.8
