"""Lambda: make the small picture of each image that was stored, once."""

from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.telemetry import observed
from kenpin.application.thumbnails import make_thumbnail
from kenpin.bootstrap import platform


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: S3 object-created records; an object that is no picture, or is gone again, gets none."""
    names = [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]
    made = [make_thumbnail(platform().objects, name.rpartition("/")[2]) for name in names]
    return {"made": sum(made)}
