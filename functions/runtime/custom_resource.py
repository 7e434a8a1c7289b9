"""A custom resource of CloudFormation: it waits for an answer at the address that its call names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes-create.html
"""

import json
from collections.abc import Callable
from typing import Final
from urllib.request import Request, urlopen

from aws_lambda_powertools import Logger

from functions.runtime.event import Json

logger = Logger(service="kenpin")
MOST_REASON: Final = 1_000
"""Of 4 KB for the whole answer."""
PATIENCE_S: Final = 30


def carry_out(event: Json, work: Callable[[], None]) -> None:
    """Do the work and tell how it went. Deletion is always granted: what was made outlives the stack."""
    try:
        if event["RequestType"] != "Delete":
            work()
    except Exception as error:
        logger.exception("the work of a custom resource failed")
        _answer(event, "FAILED", f"{type(error).__name__}: {error}"[:MOST_REASON])
    else:
        _answer(event, "SUCCESS", "done")


def _answer(event: Json, status: str, reason: str) -> None:
    """PUT it, without a content type: the address is signed for none."""
    answer = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event.get("PhysicalResourceId", event["LogicalResourceId"]),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(answer).encode()
    request = Request(event["ResponseURL"], body, {"content-type": ""}, method="PUT")
    with urlopen(request, timeout=PATIENCE_S):
        logger.info("told CloudFormation", status=status)
