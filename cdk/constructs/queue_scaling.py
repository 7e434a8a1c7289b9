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
STARTING = Duration.minutes(3)
"""Until the numbers know of the tasks that were asked for last."""
IDLE_MINUTES = 10
MORE = ((1, 1), (3, 2), (9, 4))
"""From so many jobs per task on, so many tasks more: never more tasks than jobs; a test tries it."""
WORKING = "FILL(working, 0)"
JOBS = f"FILL(waiting, 0) + {WORKING}"
TASKS = "FILL(tasks, 0)"


class QueueScaling(Construct):
    """From none to `most` tasks of the service. `elsewhere`: so many jobs are for another service to take."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        service: ecs.BaseService,
        jobs: sqs.Queue,
        most: int,
        elsewhere: int = 0,
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
        self._jobs, self._working = (f"({some} - {elsewhere})" for some in (JOBS, WORKING))
        self._target = scaling.ScalableTarget(
            self,
            "Target",
            service_namespace=scaling.ServiceNamespace.ECS,
            resource_id=f"service/{cluster}/{name}",
            scalable_dimension="ecs:service:DesiredCount",
            min_capacity=0,
            max_capacity=most,
            role=_of_the_service(self),
        )
        self._scale_out()
        self._scale_in()

    def _scale_out(self) -> None:
        """A service without a task counts as half a task, so that one job is more than it can do."""
        idle = f"{TASKS} >= 1 AND {self._working} < {TASKS}"
        per_task = f"IF({idle}, 0, {self._jobs} / IF({TASKS} < 1, 0.5, {TASKS}))"
        action = self._action("More", cooldown=STARTING)
        lowest = MORE[0][0]
        ends = [*(start for start, _ in MORE[1:]), None]
        for (start, tasks), end in zip(MORE, ends, strict=True):
            action.add_adjustment(
                adjustment=tasks,
                lower_bound=start - lowest,
                upper_bound=None if end is None else end - lowest,
            )
        alarm = self._alarm("TooFew", per_task, "jobs per task, all at work", lowest, minutes=1, above=True)
        alarm.add_alarm_action(actions.ApplicationScalingAction(action))

    def _scale_in(self) -> None:
        """Tasks at work are protected, so it is an idle one that goes."""
        at_work = f"IF({TASKS} < 1, 1, {self._working} / IF({TASKS} < 1, 1, {TASKS}))"
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


def _of_the_service(scope: Construct) -> iam.IRole:
    """Application Auto Scaling's own role for ECS, which AWS makes in every account."""
    arn = Stack.of(scope).format_arn(
        service="iam",
        region="",
        resource="role/aws-service-role/ecs.application-autoscaling.amazonaws.com",
        resource_name="AWSServiceRoleForApplicationAutoScaling_ECSService",
    )
    return iam.Role.from_role_arn(scope, "Role", arn, mutable=False)
