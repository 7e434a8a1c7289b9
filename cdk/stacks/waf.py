"""Stack of AWS WAF for CloudFront, in us-east-1: an option of the stage."""

from aws_cdk import Environment, Stack
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from cdk.stage import Stage

REGION = "us-east-1"
WEB_ACL = "web-acl"
"""The parameter, in that region, by which the web stack learns the ARN."""
MANAGED_RULE_SETS = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
}
"""Rule set → rules of it that only count: a request with 200 judgements is longer than 8 KB."""
WINDOW_S = 300


class WafStack(Stack):
    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        description = "Kenpin: what CloudFront turns away"
        super().__init__(scope, id, description=description, env=Environment(region=REGION))
        rules = [
            _managed_rules(place, name, counted)
            for place, (name, counted) in enumerate(MANAGED_RULE_SETS.items())
        ]
        acl = waf.CfnWebACL(
            self,
            "WebAcl",
            scope="CLOUDFRONT",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            rules=[*rules, _rate_limit(len(rules), stage.requests_per_second * WINDOW_S // 2)],
            visibility_config=_visibility("all"),
        )
        ssm.StringParameter(self, "Arn", parameter_name=stage.parameter(WEB_ACL), string_value=acl.attr_arn)


def _managed_rules(priority: int, name: str, counted_rules: tuple[str, ...]) -> waf.CfnWebACL.RuleProperty:
    count = waf.CfnWebACL.RuleActionProperty(count={})
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        statement=waf.CfnWebACL.StatementProperty(
            managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=[
                    waf.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count)
                    for rule in counted_rules
                ],
            )
        ),
        visibility_config=_visibility(name),
    )


def _rate_limit(priority: int, limit: int) -> waf.CfnWebACL.RuleProperty:
    """Return a limit of requests for each client address."""
    return waf.CfnWebACL.RuleProperty(
        name="rate",
        priority=priority,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                limit=limit, aggregate_key_type="IP", evaluation_window_sec=WINDOW_S
            )
        ),
        visibility_config=_visibility("rate"),
    )


def _visibility(metric: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        metric_name=metric, cloud_watch_metrics_enabled=True, sampled_requests_enabled=True
    )
