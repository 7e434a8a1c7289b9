"""Settings that differ between stages in the same account: cdk.json, `stages.<name>`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aws_cdk import Aws
from aws_cdk.aws_logs import RetentionDays
from constructs import Node


@dataclass(frozen=True)
class Stage:
    """A key of cdk.json that is missing here, or the other way round, stops the synthesis."""

    name: str
    tenant: str
    """Bound into the first hash of every stream: never changed after the first event."""
    public_url: str
    """The origin that browsers see; empty: the one that CloudFront gives."""
    log_level: Literal["DEBUG", "INFO", "WARNING"]
    log_retention: str
    """Retention of logs, in the words of `aws_logs.RetentionDays`."""
    first_admin: str
    """The `sub` in Cognito of who is admin of the whole installation from the start; empty: nobody."""
    factory_principals: Sequence[str]
    """ARNs of the roles of factory systems that may put events on the bus and into the intake queue."""
    intake_concurrency: int
    """Batches of factory events worked on at the same time, at least 2: what holds a burst off the database."""
    reserved_concurrency: Mapping[str, int]
    """Function → most of it at the same time. Empty where the account has only the 10 that a new one gets."""
    sleeps: bool
    """Nothing runs by the hour while nobody works: Aurora pauses at 0 ACU and there is no proxy, no interface endpoint
    and no pipe. The first request after a pause waits about 15 seconds."""
    least_capacity: float
    most_capacity: float
    """Of Aurora, in ACU (2 GiB each). A stage that sleeps has a least capacity of 0."""
    readers: int
    """Aurora instances in the other zone that take over when the writer fails."""
    zones: Sequence[str]
    """The two zones of the network by name; empty: the first two of the region."""
    endpoint_zones: int
    """Zones with a network interface of each VPC endpoint; each costs by the hour."""
    gpu_tasks: int
    """The most training tasks on machines with a GPU, one each; 0: no such machines at all."""
    backup_days: int
    """Days back to which the table (at most 35) and Aurora (at most 35) can be restored to any second."""
    deletion_protection: bool
    """AWS refuses to delete table, database and user pool. False for the first deployment: one that fails deletes
    what it has made, so that it can be repeated. True from the second one on."""
    anchor_days: int
    """Days in which nobody can delete or change a signed anchor; a bucket with anchors can't be removed before."""
    anchor_mirror: str
    """s3://bucket/prefix of somebody else that gets a copy of each anchor; empty: none."""
    tsa_url: str
    """Time-stamp authority (RFC 3161) that stamps each anchor; empty: none."""
    certificate: str
    """ARN, in us-east-1, of a certificate for the name in `public_url`; given together with it or not at all."""
    waf: bool
    """AWS WAF before CloudFront, a stack in us-east-1: about 9 USD a month and 0.60 a million requests."""
    mfa: Literal["optional", "required"]
    """A second factor (an authenticator app) at sign-in."""
    threat_protection: bool
    """Cognito's Plus plan: it refuses leaked passwords and risky sign-ins, and charges for each active person."""
    requests_per_second: int
    """Of all callers together, as a mean; above it and `request_burst` the API answers 429."""
    request_burst: int
    runs_per_project: int
    """Jobs of one project that may be in work at the same time, on all tasks together."""
    cpu_tasks: int
    """The most training tasks on Fargate at a time; each carries out one job."""
    cpu_spot: bool
    """Spare machines at about a third of the price; a run that loses its machine is tried again elsewhere."""
    cpu_task_size: Sequence[int]
    """vCPU units and MiB of a task on Fargate."""
    gpu_instance: str
    task_hour_usd: Mapping[str, float]
    """Price of an hour of a task in your region ("cpu", "gpu"); the cost per run is worked out with it."""
    alarm_email: str
    """Mail addresses that get alarms, once they confirm; empty: nobody, and the alarms are only seen."""

    @classmethod
    def from_context(cls, node: Node) -> Stage:
        """Return the stage of `-c stage=…`. Raises ValueError for an unknown name."""
        name: str = node.get_context("stage")
        stages: dict[str, dict[str, object]] = node.get_context("stages")
        if name not in stages:
            raise ValueError(f"cdk.json has no stage {name}; choose one of {', '.join(stages)}")
        return cls(name=name, **stages[name])  # type: ignore[arg-type]

    @property
    def log_retention_days(self) -> RetentionDays:
        return RetentionDays[self.log_retention]

    @property
    def settings(self) -> dict[str, str]:
        """Environment of functions and training tasks alike, as kenpin/settings.py reads it."""
        return {
            "KENPIN_STAGE": self.name,
            "KENPIN_TENANT": self.tenant,
            "KENPIN_RUNS_PER_PROJECT": str(self.runs_per_project),
            "KENPIN_FIRST_ADMIN": self.first_admin,
        }

    @property
    def title(self) -> str:
        """Return a name that is unique in an account and region: it bears the stage."""
        return f"kenpin-{self.name}"

    def account_wide_title(self, name: str) -> str:
        """Return a name that is unique in an account: it bears the region too, so that two regions may hold a stage."""
        return f"{self.title}-{name}-{Aws.REGION}"

    def function(self, name: str) -> str:
        """Return the name of a function in AWS, by which the other stacks know it."""
        return f"{self.title}-{name}"

    @property
    def has_endpoints(self) -> bool:
        """True where AWS is reached by interface endpoints: tasks on machines with a GPU get no public address."""
        return not self.sleeps or self.gpu_tasks > 0

    def stack(self, name: str) -> str:
        return f"Kenpin-{self.name}-{name}"

    def parameter(self, name: str) -> str:
        """The SSM parameter by which one stack tells another, so that each is deployed on its own."""
        return f"/kenpin/{self.name}/{name}"
