"""Metrics: those that Kenpin writes, and those of AWS for each service."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cdk.stage import Stage

MINUTE, HOUR, DAY = Duration.minutes(1), Duration.hours(1), Duration.days(1)
NAMESPACE = "Kenpin"
Metric = cloudwatch.IMetric


def metric_of(
    namespace: str,
    name: str,
    of: Mapping[str, str],
    statistic: str,
    period: Duration = MINUTE,
    label: str | None = None,
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map={**of},
        statistic=statistic,
        period=period,
        label=label,
    )


def kenpin_metric(name: str, stage: Stage, statistic: str, period: Duration = MINUTE) -> cloudwatch.Metric:
    """Return a metric that functions write in their logs (functions/runtime/telemetry.py)."""
    return metric_of(NAMESPACE, name, {"service": "kenpin", "stage": stage.name}, statistic, period)


def running_tasks(stage: Stage) -> cloudwatch.MathExpression:
    """Return the tasks of each service of the cluster, whose names CloudFormation makes."""
    query = (
        "{ECS/ContainerInsights,ClusterName,ServiceName} "
        f'MetricName="RunningTaskCount" ClusterName="{stage.title}"'
    )
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{query}', 'Maximum', 60)", using_metrics={}, label="", period=MINUTE
    )


def cost_per_run(stage: Stage) -> cloudwatch.MathExpression:
    """Return the USD for each attempt at a run: its seconds on a machine, times the hour's price that cdk.json gives.

    Idle minutes of tasks, storage and requests are not in it: the bill knows those.
    """
    parts = {
        f"{kind}_{statistic}": metric_of(
            NAMESPACE,
            "RunSeconds",
            {"service": "training", "stage": stage.name, "kind": kind},
            statistic,
            DAY,
        )
        for kind in stage.task_hour_usd
        for statistic in ("sum", "n")
    }
    usd = " + ".join(
        f"FILL({kind}_sum, 0) * {price / 3600:.10f}" for kind, price in stage.task_hour_usd.items()
    )
    runs = " + ".join(f"FILL({kind}_n, 0)" for kind in stage.task_hour_usd)
    return cloudwatch.MathExpression(
        expression=f"({usd}) / ({runs})", using_metrics={**parts}, label="USD per run", period=DAY
    )
