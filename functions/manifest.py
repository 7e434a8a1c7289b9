"""The manifest: every function, its triggers and its rights, as plain data for cdk and host."""

from dataclasses import dataclass
from typing import Final, Literal

Grant = Literal[
    "anchors:read",
    "anchors:sign",
    "anchors:write",
    "backbones:read",
    "backbones:write",
    "events:append",
    "events:heads",
    "events:list",
    "events:read",
    "events:report",
    "events:seal",
    "checkpoints:read",
    "checkpoints:write",
    "export-requests:read",
    "export-requests:write",
    "exports:read",
    "exports:write",
    "images:erase",
    "images:read",
    "images:write",
    "inbox:read",
    "marks:read",
    "marks:write",
    "models:read",
    "models:write",
    "predictions:read",
    "predictions:write",
    "snapshots:read",
    "snapshots:write",
    "renditions:erase",
    "renditions:read",
    "renditions:write",
    "thumbnails:erase",
    "thumbnails:read",
    "thumbnails:write",
    "uploads:read",
    "uploads:write",
    "jobs:count",
    "jobs:send",
    "jobs:read",
    "jobs:work",
    "intake:read",
    "intake:redrive",
    "rows:read",
    "rows:write",
    "rows:own",
]
"""Rights of functions. tests/cdk/situations.py uses each of them, or tests/cdk/test_rights.py fails."""
Need = Literal["arrow", "onnx", "pictures"]
"""Large packages, each in a layer of its own, for the few functions that need them."""


@dataclass(frozen=True)
class Function:
    """One Lambda function: `functions/<name>/handler.py`, called `handler`."""

    name: str
    does: str
    may: tuple[Grant, ...]
    routes: tuple[str, ...] = ()
    """HTTP API routes; the most specific wins."""
    woken_by_events: bool = False
    """True to be called with the stream of each append to the event store."""
    of_streams: tuple[str, ...] = ()
    """Prefixes of the streams; empty: all. On one machine it is called for all streams."""
    woken_by_objects: str = ""
    """Prefix of the stored objects that wake it."""
    every_seconds: int = 0
    woken_by_queue: str = ""
    """The queue whose batches it receives (intake); failures are reported one by one."""
    woken_by_stopped_tasks: bool = False
    """True to be called for each training task that ECS reports as stopped."""
    called_by_catch_up: bool = False
    """True for a step of the state machine that people start."""
    runs_at_deployment: bool = False
    """True for a CloudFormation custom resource that runs before anything uses the database."""
    builds_rows: bool = False
    """True for a CloudFormation custom resource that builds rows before other functions switch to its code."""
    needs: tuple[Need, ...] = ()
    timeout_seconds: int = 29
    memory_mb: int = 512
    disk_mb: int = 512
    """Room for temporary files."""

    @property
    def handler(self) -> str:
        return f"functions.{self.name}.handler"

    @property
    def database_role(self) -> Literal["app", "reader"]:
        """The role of its logins at the database of the rows."""
        return "app" if "rows:write" in self.may else "reader"

    @property
    def reads_only(self) -> bool:
        """True when it changes no rows, events or jobs, which lie in one database on one machine."""
        return not {"rows:write", "events:append", "jobs:send"} & set(self.may)


FUNCTIONS: Final = (
    Function(
        name="commands",
        does="Every write of the API: decide and append.",
        routes=("POST /v1/{proxy+}", "PUT /v1/{proxy+}"),
        may=(
            "backbones:write",
            "events:append",
            "events:heads",
            "events:read",
            "export-requests:write",
            "images:read",
            "images:write",
            "thumbnails:read",
            "uploads:read",
            "uploads:write",
            "jobs:send",
            "rows:read",
            "rows:write",
        ),
        needs=("pictures",),
    ),
    Function(
        name="imports",
        does="Plans imports and labels their images; masks take memory.",
        routes=("POST /v1/datasets/{dataset_id}/imports/{proxy+}",),
        may=(
            "events:append",
            "events:heads",
            "events:read",
            "images:read",
            "images:write",
            "uploads:read",
            "uploads:write",
            "rows:read",
        ),
        needs=("pictures",),
        memory_mb=2048,
    ),
    Function(
        name="promotions",
        does="Compares models with the gates of their project, and promotes them.",
        routes=("POST /v1/models/{model_id}/gates", "POST /v1/models/{model_id}/promotion"),
        may=("events:append", "events:read", "predictions:read", "rows:read"),
        needs=("arrow",),
    ),
    Function(
        name="inspect",
        does="Judges a picture in the request by an exported model, and stores nothing.",
        routes=("POST /v1/models/{model_id}/inspect",),
        may=("events:read", "models:read", "rows:read"),
        needs=("onnx",),
        memory_mb=2048,
    ),
    Function(
        name="queries",
        does="Every read of the API: rows as of a version, and history as stored.",
        routes=("GET /v1/{proxy+}",),
        may=(
            "anchors:read",
            "events:heads",
            "events:read",
            "export-requests:read",
            "exports:read",
            "models:read",
            "predictions:read",
            "jobs:count",
            "jobs:read",
            "intake:read",
            "rows:read",
        ),
        needs=("arrow",),
    ),
    Function(
        name="intake",
        does="Image events from factory systems.",
        routes=("POST /v1/intake", "POST /v1/intake/images"),
        may=(
            "events:append",
            "events:read",
            "images:read",
            "images:write",
            "uploads:read",
            "uploads:write",
            "rows:read",
            "rows:write",
        ),
        needs=("pictures",),
    ),
    Function(
        name="deliveries",
        does="What factories put on the intake queue, the bus or the inbox.",
        woken_by_queue="intake",
        may=(
            "events:append",
            "events:read",
            "images:read",
            "images:write",
            "uploads:read",
            "uploads:write",
            "inbox:read",
            "rows:read",
            "rows:write",
        ),
        needs=("pictures",),
        timeout_seconds=60,
        memory_mb=1024,
    ),
    Function(
        name="repairs",
        does="Another chance for what failed: dead letters, parked streams, rejected arrivals.",
        routes=(
            "POST /v1/dead-letters/{proxy+}",
            "POST /v1/intake/rejected/{proxy+}",
            "POST /v1/parked/{proxy+}",
        ),
        may=(
            "events:append",
            "events:read",
            "images:read",
            "images:write",
            "uploads:read",
            "uploads:write",
            "inbox:read",
            "renditions:read",
            "renditions:write",
            "thumbnails:read",
            "thumbnails:write",
            "jobs:read",
            "jobs:send",
            "intake:read",
            "intake:redrive",
            "rows:read",
            "rows:write",
        ),
        needs=("pictures",),
    ),
    Function(
        name="projector",
        does="Brings rows up to the head of the streams it is rung for.",
        woken_by_events=True,
        may=("events:read", "rows:read", "rows:write"),
        timeout_seconds=300,
        memory_mb=1024,
    ),
    Function(
        name="reactors",
        does="Turns facts into jobs and commands.",
        woken_by_events=True,
        of_streams=("run-", "model-", "project-"),
        may=("events:append", "events:read", "jobs:send", "rows:read", "rows:write"),
        timeout_seconds=60,
    ),
    Function(
        name="sweeper",
        does="Compares heads with checkpoints and heals what no doorbell rang for.",
        every_seconds=60,
        may=(
            "events:append",
            "events:heads",
            "events:read",
            "jobs:read",
            "jobs:send",
            "marks:read",
            "marks:write",
            "rows:read",
            "rows:write",
        ),
        timeout_seconds=300,
        memory_mb=1024,
    ),
    Function(
        name="sealer",
        does="Writes old history into segments, which a replay reads instead of the table.",
        every_seconds=3600,
        may=("events:seal",),
        timeout_seconds=300,
        memory_mb=1024,
    ),
    Function(
        name="anchors",
        does="Signs where every stream ends, once a day.",
        every_seconds=86_400,
        may=("anchors:read", "anchors:sign", "anchors:write", "events:list"),
        timeout_seconds=60,
    ),
    Function(
        name="erasures",
        does="Deletes the bytes of erased images, for good.",
        every_seconds=300,
        may=(
            "events:list",
            "images:erase",
            "renditions:erase",
            "thumbnails:erase",
            "marks:read",
            "marks:write",
            "rows:read",
            "rows:write",
        ),
        timeout_seconds=300,
    ),
    Function(
        name="rebuild",
        does="Makes rows of read models anew beside the ones that are served, and swaps them.",
        called_by_catch_up=True,
        may=("events:list", "events:read", "rows:read", "rows:write"),
        timeout_seconds=900,
        memory_mb=1024,
    ),
    Function(
        name="layouts",
        does="Builds the rows of new code before functions switch to it, and drops those of other code after.",
        builds_rows=True,
        may=("events:list", "events:read", "rows:read", "rows:write"),
        timeout_seconds=900,
        memory_mb=1024,
    ),
    Function(
        name="recovery",
        does="Says of the runs of a container that died why they wait.",
        woken_by_stopped_tasks=True,
        may=("events:append", "events:read", "rows:read"),
        timeout_seconds=60,
    ),
    Function(
        name="thumbnails",
        does="Makes the small picture of each image, and a rendition where browsers show none, once.",
        woken_by_objects="images/",
        may=(
            "images:read",
            "renditions:read",
            "renditions:write",
            "thumbnails:read",
            "thumbnails:write",
        ),
        needs=("pictures",),
        memory_mb=1024,
    ),
    Function(
        name="exports",
        does="Makes the zip file of each export and audit pack that somebody asked for, in at most 15 minutes.",
        woken_by_objects="export-requests/",
        may=(
            "anchors:read",
            "events:list",
            "events:read",
            "export-requests:read",
            "exports:read",
            "exports:write",
            "images:read",
            "rows:read",
        ),
        needs=("pictures",),
        timeout_seconds=900,
        memory_mb=2048,
        disk_mb=6144,
    ),
    Function(
        name="migrations",
        does="Brings the database's schema up to the code.",
        runs_at_deployment=True,
        may=("rows:own",),
        timeout_seconds=300,
    ),
)

OPEN: Final = {"GET /v1/health": "queries"}
"""Routes that need no token → their function. Health answers only whether the platform answers."""

FRONT_DOOR_HEADER: Final = "x-kenpin-front-door"
"""The header with the secret that CloudFront adds to requests, in a stage with a WAF."""

FOR_MACHINES: Final = {
    "POST /v1/datasets/{dataset_id}/uploads": "commands",
    "POST /v1/intake": "intake",
    "POST /v1/intake/images": "intake",
    "GET /v1/intake/answers": "queries",
}
"""Routes that a factory system may call → their function: upload addresses, images, and the answers to them."""

TRAINING_MAY: Final[tuple[Grant, ...]] = (
    "backbones:read",
    "events:read",
    "events:report",
    "checkpoints:read",
    "checkpoints:write",
    "exports:write",
    "images:read",
    "models:read",
    "models:write",
    "predictions:read",
    "predictions:write",
    "snapshots:read",
    "snapshots:write",
    "jobs:send",
    "jobs:work",
    "rows:read",
)
"""Rights of a training task; it sends a job when it gives one back."""
