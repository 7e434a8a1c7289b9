"""The protocol of a CloudFormation custom resource: the answer goes to the address that the call names.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes-create.html
"""

import json
from collections.abc import Callable
from typing import Final
from urllib.request import Request, urlopen

from aws_lambda_powertools import Logger

from functions.runtime.event import Json

logger = Logger(service="kenpin")
MAX_REASON_CHARACTERS: Final = 1_000
"""Characters of the reason; the whole answer may have 4 KB."""
ANSWER_TIMEOUT_S: Final = 30


class NotDoneYet(Exception):
    """The work needs another call. Lambda makes it, a minute later, as CloudFormation's calls wait for no result."""


def carry_out(event: Json, work: Callable[[], None]) -> None:
    """Do the work and answer CloudFormation. Deletion always succeeds: the database outlives the stack.

    Raises NotDoneYet, without an answer.
    """
    try:
        if event["RequestType"] != "Delete":
            work()
    except NotDoneYet:
        raise
    except Exception as error:
        logger.exception("the work of a custom resource failed")
        _answer(event, "FAILED", f"{type(error).__name__}: {error}"[:MAX_REASON_CHARACTERS])
    else:
        _answer(event, "SUCCESS", "done")


def _answer(event: Json, status: str, reason: str) -> None:
    """PUT the answer without a content type: the address is signed for none."""
    answer = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event.get("PhysicalResourceId", event["LogicalResourceId"]),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(answer).encode()
    request = Request(event["ResponseURL"], body, {"content-type": ""}, method="PUT")
    with urlopen(request, timeout=ANSWER_TIMEOUT_S):
        logger.info("told CloudFormation", status=status)
