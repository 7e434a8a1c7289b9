"""Alarms, all sent to one topic."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk.stage import Stage

MISSING_IS_GOOD = cloudwatch.TreatMissingData.NOT_BREACHING
"""For metrics that are written only when something happens: missing data is no alarm."""
MISSING_IS_BAD = cloudwatch.TreatMissingData.BREACHING
"""For metrics that are written every minute: missing data is an alarm."""


class Alarms(Construct):
    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id)
        self.all: list[cloudwatch.IAlarm] = []
        # The key that AWS keeps for SNS does not let alarms in.
        key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=RemovalPolicy.DESTROY)
        key.add_to_resource_policy(self._alarms_may("*", "kms:Decrypt", "kms:GenerateDataKey"))
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_to_resource_policy(self._alarms_may(self.topic.topic_arn, "sns:Publish"))
        if stage.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(stage.alarm_email))

    def add(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        means: str,
        *,
        above: float = 0,
        periods: int = 1,
        missing: cloudwatch.TreatMissingData = MISSING_IS_GOOD,
    ) -> None:
        """Add an alarm: the metric is above the limit for `periods` periods. `means` is the text of the mail."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_description=means,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        alarm.add_ok_action(actions.SnsAction(self.topic))
        self.all.append(alarm)

    def _alarms_may(self, resource: str, *actions: str) -> iam.PolicyStatement:
        """Return a statement for alarms of this account alone."""
        return iam.PolicyStatement(
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=list(actions),
            resources=[resource],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
        )
