"""Lambda, called by CloudFormation at each deployment that changes our code: migrate the database."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.custom_resource import carry_out
from functions.runtime.event import Json
from kenpin.bootstrap import migrate
from kenpin.settings import Settings


def handler(event: Json, context: LambdaContext) -> None:
    carry_out(event, lambda: migrate(Settings()))
