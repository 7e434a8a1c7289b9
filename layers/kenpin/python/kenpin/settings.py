"""Every setting, read once from the environment (KENPIN_…) with a default that works on one machine."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from kenpin.domain.job import LANES


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KENPIN_", extra="ignore", frozen=True)

    base: Literal["local", "aws"] = "local"
    """local: PostgreSQL and a folder; aws: DynamoDB, S3, SQS and Aurora."""
    tenant: str = "local"
    """Bound into every stream's first hash."""
    data_dir: Path = Path("data")
    """Where one machine keeps its database, objects, caches and logs."""
    database_url: str = ""
    """Any PostgreSQL 15 or later; empty: the embedded server in data_dir."""
    public_url: str = "http://127.0.0.1:8000"
    """The address people and machines reach the platform at."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    http_workers: Annotated[int, Field(ge=1, le=64)] = 2
    """Single-threaded HTTP processes on the port."""
    training_workers: Annotated[int, Field(ge=0, le=16)] = 1
    """Runs that may work at the same time on this machine."""
    runs_per_project: Annotated[int, Field(ge=1, le=100)] = LANES
    """Jobs of one project that may be in work at the same time, on all machines together."""
    visibility_seconds: Annotated[int, Field(ge=1, le=43_200)] = 30
    """How long a job stays hidden without a heartbeat."""
    sweep_seconds: Annotated[float, Field(gt=0)] = 2.0
    """How often heads are compared with checkpoints."""
    event_table: str = "kenpin-events"
    bucket: str = "kenpin-objects"
    queue_url: str = ""
    dead_letter_url: str = ""
    """The names of the AWS resources."""
