"""One decorator for every handler: a log line, metrics and a trace of each call."""

import gc
import os
import time
from collections.abc import Callable, Mapping
from functools import wraps
from itertools import count
from typing import Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runtime.event import Json
from functions.runtime.trace import correlation_of
from kenpin.application.metrics import Metric
from kenpin.bootstrap import platform
from kenpin.settings import Settings

Handler = Callable[[Json, LambdaContext], Json]
SERVICE: Final = "kenpin"
NAMESPACE: Final = "Kenpin"
logger = Logger(service=SERVICE)


def observed(handler: Handler) -> Handler:
    """Wrap a handler. On one machine it logs warnings and errors only, without metrics or traces."""
    calls = count()

    @wraps(handler)
    def wrapper(event: Json, context: LambdaContext) -> Json:
        began, cold = time.perf_counter(), next(calls) == 0
        settings = platform().settings
        correlation_id = correlation_of(event) or context.aws_request_id
        logger.append_keys(
            stage=settings.stage, function=context.function_name, correlation_id=correlation_id
        )
        try:
            answer = handler(event, context)
        finally:
            if cold:
                platform().metrics.add("ColdStart")
                tune_garbage_collection()
            _publish(platform().metrics.take(), settings, context.function_name)
            platform().end_call()
        logger.info("done", ms=round((time.perf_counter() - began) * 1000, 1), **_log_fields(event, answer))
        return answer

    return _traced(wrapper) if is_traced() else wrapper


def tune_garbage_collection() -> None:
    """Keep garbage collection off what the first call made, and make it rarer.

    A collection took up to 25 ms, and the default threshold is 700 objects; a page of rows has thousands.
    """
    gc.freeze()
    gc.set_threshold(20_000)


def is_traced() -> bool:
    """True in Lambda, unless an environment variable turns it off. Only then is the tracing SDK imported."""
    silenced = os.environ.get("POWERTOOLS_TRACE_DISABLED", "false").lower() in ("1", "true", "yes", "on")
    return "LAMBDA_TASK_ROOT" in os.environ and not silenced


def _traced(handler: Handler) -> Handler:
    """Trace calls to AWS. Answers are not traced: they hold what people wrote."""
    from aws_lambda_powertools import Tracer

    tracer = Tracer(service=SERVICE, patch_modules=("botocore",))
    return tracer.capture_lambda_handler(handler, capture_response=False)


def _publish(counts: Mapping[Metric, int], settings: Settings, function: str) -> None:
    """Print the metrics in CloudWatch's embedded metric format, with dimensions `service` and `stage`."""
    if settings.base != "aws" or not counts:
        return
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_dimension("stage", settings.stage)
    metrics.add_metadata("function", function)
    for name, number in counts.items():
        metrics.add_metric(name, MetricUnit.Count, number)
    metrics.flush_metrics()


def _log_fields(event: Json, answer: Json) -> Json:
    """Return the caller, route and status of a request, or the figures of other work. Bodies are not logged."""
    request = event.get("requestContext", {})
    if "http" not in request:
        return {"answer": answer}
    claims = request.get("authorizer", {}).get("jwt", {}).get("claims", {})
    called = {"method": request["http"]["method"], "route": request["http"]["path"]}
    return {**called, "status": answer["statusCode"], "actor": claims.get("sub")}
