"""Lambda: events of factories from the intake queue, the bus or the inbox, in batches."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.deliveries.batch import register_batch
from functions.runtime.event import Json
from functions.runtime.telemetry import observed


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    return {"batchItemFailures": [{"itemIdentifier": id} for id in register_batch(event["Records"])]}
