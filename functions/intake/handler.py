"""Lambda: image events from factory systems."""

from http import HTTPStatus

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.intake import commands, pictures
from functions.http.problems import Problem, problem
from functions.http.resolver import resolver
from functions.runtime.event import Json
from functions.runtime.telemetry import observed

app = resolver(commands.router, pictures.router)


def _not_text(_: UnicodeDecodeError) -> Problem:
    """Tell the sender of a form that a part without a file name is read as text."""
    detail = "a part without a file name is text in UTF-8; send the picture with a file name"
    return problem(HTTPStatus.BAD_REQUEST, "NotText", detail)


app.exception_handler([UnicodeDecodeError])(_not_text)


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return app.resolve(event, context)
