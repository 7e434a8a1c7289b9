"""What differs between one Kenpin and another in the same account: cdk.json, `stages.<name>`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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
    """How long logs are kept, in the words of `aws_logs.RetentionDays`."""
    factory_principals: Sequence[str]
    """ARNs of the roles of factory systems that may send to the intake queue."""

    @classmethod
    def chosen(cls, node: Node) -> Stage:
        """The stage that `-c stage=…` names."""
        name: str = node.get_context("stage")
        stages: dict[str, dict[str, object]] = node.get_context("stages")
        if name not in stages:
            raise ValueError(f"cdk.json has no stage {name}; choose one of {', '.join(stages)}")
        return cls(name=name, **stages[name])  # type: ignore[arg-type]

    @property
    def keeps_logs(self) -> RetentionDays:
        return RetentionDays[self.log_retention]

    def stack(self, name: str) -> str:
        return f"Kenpin-{self.name}-{name}"

    def parameter(self, name: str) -> str:
        """The SSM parameter by which one stack tells another, so that each is deployed on its own."""
        return f"/kenpin/{self.name}/{name}"
