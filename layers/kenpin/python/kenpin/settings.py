"""Every setting, read once from the environment (KENPIN_…) with a default that works on one machine."""

import os
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kenpin.domain.ids import ACTOR
from kenpin.domain.job import LANES
from kenpin.domain.time_zone import ZoneName
from kenpin.pictures.limits import MAX_BYTES, MAX_PIXELS, Limits

PREFIX: Final = "KENPIN_"
PARENT_PID: Final = "KENPIN_PARENT_PID"
"""The environment variable with the process id of the node: its processes end with it."""
FEATURE_CACHE_BYTES: Final = 5_000_000_000

ISSUER: Final = r"^(https://.+|http://(127\.0\.0\.1|localhost)(:\d+)?(/.*)?)?$"
"""Keys that come over plain HTTP from another machine prove nothing."""

DatabaseRole = Literal["app", "reader", "trainer"]
"""The role `kenpin_<role>` of PostgreSQL. None changes or deletes an event."""


class Settings(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    base: Literal["local", "aws"] = "local"
    """local: PostgreSQL and a folder; aws: DynamoDB, S3, SQS and Aurora."""
    stage: str = "local"
    """The name of this installation among several, in logs and metrics."""
    tenant: str = "local"
    """Bound into every stream's first hash."""
    data_dir: Path = Path("data")
    """The folder of one machine's database, objects, caches and logs."""
    anchor_dir: str = ""
    """The folder of one machine's signed anchors: best a folder that an auditor holds; empty: `anchors` in data_dir."""
    anchor_mirror: Annotated[str, Field(pattern=r"^(s3://[a-z0-9.-]+(/.*)?|[^:]*)$")] = ""
    """A folder, or s3://bucket/prefix, that gets a copy of each anchor: best one that the platform cannot change."""
    tsa_url: Annotated[str, Field(pattern=r"^(https?://.+)?$")] = ""
    """A time-stamp authority (RFC 3161) that stamps each anchor; empty: none."""
    database_url: str = ""
    """Any PostgreSQL 15 or later; empty: the embedded server in data_dir."""
    database_auth: Literal["url", "iam"] = "url"
    """url: all that a login needs stands in database_url; iam: an RDS token is the password of each new connection."""
    database_role: DatabaseRole = "app"
    """The role at the database: app appends events and writes rows, reader reads, trainer carries out jobs."""
    database_wake_seconds: Annotated[int, Field(ge=0, le=300)] = 0
    """Seconds to wait for a database that sleeps while nobody is connected; 0: it never sleeps."""
    public_url: str = "http://127.0.0.1:8000"
    """The address people and machines reach the platform at."""
    time_zone: ZoneName = "Asia/Tokyo"
    """The zone of the site: times that come without a zone are read in it."""
    smtp_host: str = ""
    """The mail server (SMTP) that takes e-mails to people; empty: none are sent."""
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = 587
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    """starttls: encrypted after the first words; tls: encrypted from the start; none: for a server without a login."""
    smtp_user: str = ""
    """The login at the mail server; empty: it asks for none."""
    smtp_password_file: str = ""
    """The file with its password, which is read for each e-mail and kept nowhere else."""
    mail_from: Annotated[str, Field(pattern=r"^([^@\s\x00]+@[^@\s\x00]+)?$")] = ""
    """The address that e-mails come from."""
    mail_language: Literal["ja", "en"] = "ja"
    """The language of e-mails to people who have chosen none."""
    mail_silent_minutes: Annotated[int, Field(ge=15, le=1_200)] = 60
    """Minutes without an image of a camera after which people are told by e-mail."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    http_workers: Annotated[int, Field(ge=1, le=64)] = 2
    """Single-threaded HTTP processes on the port."""
    connections_per_address: Annotated[int, Field(ge=1, le=65_535)] = 256
    """Open connections that one HTTP process takes from one address."""
    intake_requests: Annotated[int, Field(ge=1, le=1_000)] = 16
    """Requests of the intake that one HTTP process takes at a time; it answers others 429."""
    training_workers: Annotated[int, Field(ge=0, le=16)] = 1
    """Runs that may work at the same time on this machine."""
    runs_per_project: Annotated[int, Field(ge=1, le=100)] = LANES
    """Jobs of one project that may be in work at the same time, on all machines together."""
    visibility_seconds: Annotated[int, Field(ge=1, le=43_200)] = 30
    """Seconds that a job stays hidden without a heartbeat."""
    max_picture_pixels: Annotated[int, Field(ge=1, le=2_000_000_000)] = MAX_PIXELS
    """Pixels of the largest picture that is taken; the default takes a line scan of 200 megapixels."""
    max_picture_bytes: Annotated[int, Field(ge=1, le=16 * 1024**3)] = MAX_BYTES
    """Bytes of the largest file of a picture that is taken."""
    feature_cache_bytes: Annotated[int, Field(ge=0)] = FEATURE_CACHE_BYTES
    """Bytes of the features of images that a machine keeps, of all networks together."""
    sweep_seconds: Annotated[float, Field(gt=0)] = 2.0
    """Seconds between two comparisons of heads with checkpoints."""
    event_table: str = "kenpin-events"
    bucket: str = "kenpin-objects"
    anchor_bucket: str = ""
    files_key: str = ""
    """Signs the addresses of files in AWS, where CloudFront checks them; one machine makes a key of its own."""
    front_door_secret: str = ""
    """The header `x-kenpin-front-door` that every request must bring in AWS with a WAF; empty: none is asked for."""
    queue_url: str = ""
    dead_letter_url: str = ""
    intake_queue_url: str = ""
    dead_intake_url: str = ""
    unheard_url: str = ""
    anchor_key: str = ""
    """The names of the AWS resources."""
    first_admin: Annotated[str, Field(pattern=rf"^({ACTOR[1:-1]})?$")] = ""
    """The `sub` of who is admin of the whole installation from the start."""
    oidc_issuer: Annotated[str, Field(pattern=ISSUER)] = ""
    """The issuer of tokens of people and machines, exactly as in `iss`; empty: the node itself (`host.issuer`)."""
    oidc_client_id: str = ""
    """The browser UI at the issuer; tokens for it are accepted."""
    oidc_cli_client_id: str = ""
    """The command line at the issuer; empty: the same client."""
    oidc_audiences: str = ""
    """Further clients and audiences whose tokens are accepted, with commas between them."""
    oidc_domain: Annotated[str, Field(pattern=ISSUER)] = ""
    """Cognito's hosted pages, as https://…; empty: the issuer's discovery document names its endpoints."""
    oidc_scope: str = "openid"
    """The scopes that the UI and the command line ask the issuer for."""

    @model_validator(mode="after")
    def _an_issuer_knows_the_ui(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError(
                "KENPIN_OIDC_ISSUER wants KENPIN_OIDC_CLIENT_ID, the client that the browser UI is there"
            )
        return self

    @model_validator(mode="after")
    def _a_mail_server_has_what_it_needs(self) -> Self:
        if self.smtp_host and not self.mail_from:
            raise ValueError("KENPIN_SMTP_HOST wants KENPIN_MAIL_FROM, the address that e-mails come from")
        if bool(self.smtp_user) != bool(self.smtp_password_file):
            raise ValueError("KENPIN_SMTP_USER and KENPIN_SMTP_PASSWORD_FILE go together")
        if self.smtp_user and self.smtp_tls == "none":
            raise ValueError("KENPIN_SMTP_USER wants KENPIN_SMTP_TLS: no password is sent without encryption")
        return self

    @property
    def picture_limits(self) -> Limits:
        return Limits(self.max_picture_pixels, self.max_picture_bytes)

    @model_validator(mode="before")
    @classmethod
    def _or_from_the_environment(cls, given: dict[str, object]) -> dict[str, object]:
        """Read the environment; a value that is given wins."""
        named = ((name, value) for name, value in os.environ.items() if name.startswith(PREFIX))
        found = {name.removeprefix(PREFIX).lower(): value for name, value in named}
        return {**found, **given}
