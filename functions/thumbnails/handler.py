"""Lambda: make the thumbnail of each stored image, once."""

from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.telemetry import observed
from kenpin.application.thumbnails import make_thumbnail
from kenpin.bootstrap import platform


@observed
def handler(event: Json, context: LambdaContext) -> Json:
    """`event`: S3 object-created records. An object that is no picture, or is gone, gets no thumbnail."""
    names = [unquote_plus(record["s3"]["object"]["key"]) for record in event["Records"]]
    made = [make_thumbnail(platform().objects, name.rpartition("/")[2]) for name in names]
    return {"made": sum(made)}
