"""Scaling of training tasks by jobs: tasks are added while all are at work, and stopped when they find no job.

Jobs of a project beyond its share also wait in the queue, and no task can take them. So the length of the queue is
not enough: a task that finds no job shows that there are too many tasks.
"""

from aws_cdk import Duration, Stack
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MINUTE = Duration.minutes(1)
SCALE_OUT_COOLDOWN = Duration.minutes(3)
"""Time until the metrics include the tasks that were started last."""
IDLE_MINUTES = 10
SCALE_OUT_STEPS = ((1, 1), (3, 2), (9, 4))
"""(jobs per task from, tasks to add): there are never more tasks than jobs; a test checks it."""
JOBS_IN_WORK = "FILL(working, 0)"
ALL_JOBS = f"FILL(waiting, 0) + {JOBS_IN_WORK}"
TASK_COUNT = "FILL(tasks, 0)"


class QueueScaling(Construct):
    """Scales a service from 0 to `max_tasks` tasks. `jobs_of_others`: jobs that another service takes."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        service: ecs.BaseService,
        jobs: sqs.Queue,
        max_tasks: int,
        other_jobs: int = 0,
    ) -> None:
        super().__init__(scope, id)
        cluster, name = service.cluster.cluster_name, service.service_name
        self._metrics = {
            "waiting": jobs.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="Maximum"),
            "working": jobs.metric_approximate_number_of_messages_not_visible(
                period=MINUTE, statistic="Maximum"
            ),
            "tasks": cloudwatch.Metric(  # those that are starting too, or each would be started again
                namespace="ECS/ContainerInsights",
                metric_name="DesiredTaskCount",
                dimensions_map={"ClusterName": cluster, "ServiceName": name},
                period=MINUTE,
                statistic="Maximum",
            ),
        }
        self._jobs, self._working = (f"({some} - {other_jobs})" for some in (ALL_JOBS, JOBS_IN_WORK))
        self._target = scaling.ScalableTarget(
            self,
            "Target",
            service_namespace=scaling.ServiceNamespace.ECS,
            resource_id=f"service/{cluster}/{name}",
            scalable_dimension="ecs:service:DesiredCount",
            min_capacity=0,
            max_capacity=max_tasks,
            role=_autoscaling_role(self),
        )
        self._scale_out()
        self._scale_in()

    def _scale_out(self) -> None:
        """Add tasks by jobs per task. No task counts as half a task, so that one job starts one."""
        idle = f"{TASK_COUNT} >= 1 AND {self._working} < {TASK_COUNT}"
        per_task = f"IF({idle}, 0, {self._jobs} / IF({TASK_COUNT} < 1, 0.5, {TASK_COUNT}))"
        action = self._action("More", cooldown=SCALE_OUT_COOLDOWN)
        lowest = SCALE_OUT_STEPS[0][0]
        ends = [*(start for start, _ in SCALE_OUT_STEPS[1:]), None]
        for (start, tasks), end in zip(SCALE_OUT_STEPS, ends, strict=True):
            action.add_adjustment(
                adjustment=tasks,
                lower_bound=start - lowest,
                upper_bound=None if end is None else end - lowest,
            )
        alarm = self._alarm("TooFew", per_task, "jobs per task, all at work", lowest, minutes=1, above=True)
        alarm.add_alarm_action(actions.ApplicationScalingAction(action))

    def _scale_in(self) -> None:
        """Remove a task while some are idle. Tasks at work are protected from scaling in."""
        at_work = f"IF({TASK_COUNT} < 1, 1, {self._working} / IF({TASK_COUNT} < 1, 1, {TASK_COUNT}))"
        action = self._action("Fewer", cooldown=MINUTE)
        action.add_adjustment(adjustment=-1, upper_bound=0)
        alarm = self._alarm("Idle", at_work, "share of tasks at work", 1, IDLE_MINUTES, above=False)
        alarm.add_alarm_action(actions.ApplicationScalingAction(action))

    def _action(self, id: str, cooldown: Duration) -> scaling.StepScalingAction:
        return scaling.StepScalingAction(
            self,
            id,
            scaling_target=self._target,
            adjustment_type=scaling.AdjustmentType.CHANGE_IN_CAPACITY,
            metric_aggregation_type=scaling.MetricAggregationType.MAXIMUM,
            cooldown=cooldown,
        )

    def _alarm(
        self, id: str, expression: str, label: str, threshold: float, minutes: int, *, above: bool
    ) -> cloudwatch.Alarm:
        compare = cloudwatch.ComparisonOperator
        return cloudwatch.Alarm(
            self,
            id,
            metric=cloudwatch.MathExpression(
                expression=expression, using_metrics=self._metrics, label=label, period=MINUTE
            ),
            threshold=threshold,
            comparison_operator=compare.GREATER_THAN_THRESHOLD if above else compare.LESS_THAN_THRESHOLD,
            evaluation_periods=minutes,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def _autoscaling_role(scope: Construct) -> iam.IRole:
    """Return the service-linked role of Application Auto Scaling for ECS."""
    arn = Stack.of(scope).format_arn(
        service="iam",
        region="",
        resource="role/aws-service-role/ecs.application-autoscaling.amazonaws.com",
        resource_name="AWSServiceRoleForApplicationAutoScaling_ECSService",
    )
    return iam.Role.from_role_arn(scope, "Role", arn, mutable=False)
