"""IAM's decision about a request, by the rules of AWS with conditions and denials (@cloud-copilot/iam-simulate)."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from moto.core.models import DEFAULT_ACCOUNT_ID

from host.frontend_build import install, node_folder
from tests.cdk.rights import Right, Statement

PACKAGE: Final = Path(__file__).with_name("iam_simulator")
ALLOWED: Final = "Allowed"
DENIED: Final = "ExplicitlyDenied"
NOT_ALLOWED: Final = "ImplicitlyDenied"
KEY_STATEMENT: Final[dict[str, object]] = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
"""The statement of the keys themselves that leaves the decision to the policies of roles; a test compares it."""


@dataclass(frozen=True)
class RequestToAws:
    """A call of a role, with the values of the condition keys."""

    role: str
    right: Right
    context: Mapping[str, str | list[str]]


def decisions(requests: Sequence[RequestToAws], policies: Mapping[str, list[Statement]]) -> list[str]:
    """Return IAM's decision about each request. `policies`: role → the statements of its policies."""
    install(PACKAGE)
    asked = json.dumps([_simulation(request, policies[request.role]) for request in requests])
    node = [str(node_folder() / "node"), "simulate.mjs"]
    finished = subprocess.run(node, input=asked, cwd=PACKAGE, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(finished.stdout)
    return found


def _simulation(request: RequestToAws, statements: list[Statement]) -> dict[str, Any]:
    resource = {"resource": request.right.resource, "accountId": DEFAULT_ACCOUNT_ID}
    return {
        "request": {
            "principal": f"arn:aws:sts::{DEFAULT_ACCOUNT_ID}:assumed-role/{request.role}/session",
            "action": request.right.action,
            "resource": resource,
            "contextVariables": request.context,
        },
        "identityPolicies": [{"name": request.role, "policy": _policy(statements)}],
        **({"resourcePolicy": _policy([KEY_STATEMENT])} if request.right.action.startswith("kms:") else {}),
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    }


def _policy(statements: Sequence[Statement]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": statements}
