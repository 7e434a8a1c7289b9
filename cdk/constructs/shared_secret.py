"""Secrets that functions and CloudFront share. AWS makes them at deployment; no template holds one."""

from collections.abc import Sequence

from aws_cdk import SecretValue
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.constructs.nag_reasons import acknowledge
from cdk.constructs.parameters import read_parameter, write_parameters
from cdk.stage import Stage

FILES_KEY, FRONT_DOOR_SECRET = "files-key", "front-door-secret"
"""Signs the addresses of files; is the header that CloudFront adds to requests of the API."""
REASONS = {"SMG4": "CloudFront and functions take a secret when they are deployed, not when it turns."}


def make_secrets(scope: Construct, stage: Stage, names: Sequence[str]) -> list[Construct]:
    """Make the secrets; other stacks find them by a parameter."""
    made = {name: _secret(scope, name) for name in names}
    return write_parameters(scope, stage, {name: secret.secret_arn for name, secret in made.items()})


def shared_secret(scope: Construct, stage: Stage, name: str) -> str:
    """Return a reference that CloudFormation replaces by the secret when it deploys."""
    return SecretValue.secrets_manager(read_parameter(scope, stage, name)).unsafe_unwrap()


def _secret(scope: Construct, name: str) -> secretsmanager.Secret:
    secret = secretsmanager.Secret(
        scope,
        f"{name}-secret",
        description=f"Kenpin: {name}",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            password_length=64, exclude_punctuation=True
        ),
    )
    acknowledge(secret, REASONS)
    return secret
