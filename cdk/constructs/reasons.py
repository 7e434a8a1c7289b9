"""Why a rule of cdk-nag is broken: in words, where it is broken, or the tests fail."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import Construct


def acknowledge(scope: Construct, reasons: Mapping[str, str]) -> None:
    """`reasons`: rule of AwsSolutions, such as "IAM5[Resource::*]" → why it is broken in this scope."""
    Validations.of(scope).acknowledge(
        *(
            Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
            for rule, reason in reasons.items()
        )
    )
