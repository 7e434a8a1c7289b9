"""Stack of alarms that mail, and of the dashboard."""

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.alarms import MISSING_IS_BAD, Alarms
from cdk.constructs.metrics import HOUR, MINUTE, cost_per_run, kenpin_metric, metric_of, running_tasks
from cdk.stacks.api import ApiStack
from cdk.stacks.core import CoreStack
from cdk.stage import Stage
from functions.manifest import FUNCTIONS

TEN_MINUTES_S = 600
SIX_HOURS_S = 21_600
SLOW_MS = 3_000
SLOW_SHARE = 0.8
"""Share of a function's timeout above which it counts as slow."""


class WatchStack(Stack):
    """Alarms and dashboard. They refer to resources of other stacks by fixed names."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        stage: Stage,
        core: CoreStack,
        api: ApiStack,
    ) -> None:
        super().__init__(scope, id, description="Kenpin: alarms and one dashboard")
        self._stage, self._core, self._api = stage, core, api
        self._functions = {
            name: lambda_.Function.from_function_name(self, name, stage.function(name))
            for name in core.functions
        }
        self._alarms = Alarms(self, "Alarms", stage)
        self._dashboard = cloudwatch.Dashboard(
            self, "Board", dashboard_name=stage.account_wide_title("board")
        )
        self._watch_kenpin_metrics()
        self._watch_queues()
        self._watch_functions()
        self._watch_api()
        self._watch_stores()
        self._watch_training()
        self._dashboard.add_widgets(
            cloudwatch.AlarmStatusWidget(title="Alarms", alarms=self._alarms.all, width=24)
        )

    def _watch_kenpin_metrics(self) -> None:
        """Alarms on the metrics that Kenpin writes itself."""
        stage = self._stage
        lag = kenpin_metric("ProjectionLag", stage, "Maximum")
        parked = kenpin_metric("ParkedStreams", stage, "Maximum")
        conflicts = kenpin_metric("AppendConflicts", stage, "Sum")
        self._alarms.add(
            "ProjectionLag",
            lag,
            "Rows are 1,000 events behind, or the sweeper, which counts them every minute, is silent.",
            above=1_000,
            periods=5,
            missing=MISSING_IS_BAD,
        )
        self._alarms.add("ParkedStreams", parked, "An event that no reader gets past; see GET /v1/parked.")
        self._alarms.add(
            "AppendConflicts",
            conflicts,
            "Five lost races a second for five minutes: too many write to one dataset at once.",
            above=300,
            periods=5,
        )
        self._alarms.add(
            "RunsFailed",
            kenpin_metric("RunsFailed", stage, "Sum", HOUR),
            "More than two runs failed within an hour; see the reasons in the UI.",
            above=2,
        )
        self._add_graph("Events that rows are behind", lag)
        self._add_graph("Parked streams, lost races", parked, conflicts)

    def _watch_queues(self) -> None:
        core = self._core
        for name, queue in (
            ("DeadJobs", core.dead_jobs),
            ("DeadIntake", core.dead_intake),
            ("Unheard", core.unheard),
        ):
            waiting = queue.metric_approximate_number_of_messages_visible(period=MINUTE, statistic="Maximum")
            self._alarms.add(name, waiting, "Dead letters: look at them and send them again, in the UI.")
        ages = {
            "OldestJob": (
                core.jobs,
                SIX_HOURS_S,
                "A job is older than six hours: too few tasks, or it hangs.",
            ),
            "OldestArrival": (core.intake, TEN_MINUTES_S, "Events of the factory wait for ten minutes."),
        }
        for name, (queue, seconds, means) in ages.items():
            age = queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum")
            self._alarms.add(name, age, means, above=seconds, periods=5)
        self._add_graph(
            "Waiting",
            *(
                queue.metric_approximate_number_of_messages_visible(period=MINUTE, label=label)
                for label, queue in {
                    "jobs": core.jobs,
                    "dead jobs": core.dead_jobs,
                    "arrivals": core.intake,
                    "dead arrivals": core.dead_intake,
                    "unheard": core.unheard,
                }.items()
            ),
        )

    def _watch_functions(self) -> None:
        manifest = {function.name: function for function in FUNCTIONS}
        functions = self._functions
        for name, function in functions.items():
            failed = cloudwatch.MathExpression(
                expression="FILL(errors, 0) + FILL(throttles, 0)",
                using_metrics={
                    "errors": function.metric_errors(period=MINUTE),
                    "throttles": function.metric_throttles(period=MINUTE),
                },
                period=MINUTE,
            )
            means = f"The function {name} failed or was throttled three minutes in a row; see its log."
            self._alarms.add(f"{name}-fails", failed, means, periods=3)
            if manifest[name].every_seconds > MINUTE.to_seconds():
                continue  # it has no five minutes in a row to be slow in
            slowest = function.metric_duration(period=MINUTE, statistic="p99")
            limit = manifest[name].timeout_seconds * 1_000 * SLOW_SHARE
            means = f"The function {name} nearly takes as long as it may; see its traces."
            self._alarms.add(f"{name}-is-slow", slowest, means, above=limit, periods=5)
        self._add_graph(
            "Errors", *(functions[name].metric_errors(period=MINUTE, label=name) for name in functions)
        )
        self._add_graph(
            "Duration, p99",
            *(
                functions[name].metric_duration(period=MINUTE, statistic="p99", label=name)
                for name in functions
            ),
        )

    def _watch_api(self) -> None:
        api = self._api.api
        broken = api.metric_server_error(period=MINUTE, statistic="Sum")
        slow = api.metric_latency(period=MINUTE, statistic="p99")
        self._alarms.add("ApiFails", broken, "The API answers 5xx three minutes in a row.", periods=3)
        means = "One request in a hundred takes longer than three seconds."
        self._alarms.add("ApiIsSlow", slow, means, above=SLOW_MS, periods=5)
        refused = api.metric_client_error(period=MINUTE, statistic="Sum")
        self._add_graph("API: answers", api.metric_count(period=MINUTE, statistic="Sum"), refused, broken)
        self._add_graph("API: latency", api.metric_latency(period=MINUTE, statistic="p50"), slow)

    def _watch_stores(self) -> None:
        cluster = {"DBClusterIdentifier": self._stage.title}
        utilization = metric_of("AWS/RDS", "ACUUtilization", cluster, "Average")
        means = "Aurora is near the most it may grow to (most_capacity in cdk.json)."
        self._alarms.add("AuroraIsFull", utilization, means, above=90, periods=15)
        if not self._stage.sleeps:
            self._watch_proxy()
        table = {"TableName": self._core.table.table_name}
        throttled = cloudwatch.MathExpression(
            expression="FILL(reads, 0) + FILL(writes, 0)",
            using_metrics={
                "reads": metric_of("AWS/DynamoDB", "ReadThrottleEvents", table, "Sum"),
                "writes": metric_of("AWS/DynamoDB", "WriteThrottleEvents", table, "Sum"),
            },
            label="throttled",
            period=MINUTE,
        )
        self._alarms.add("TableThrottles", throttled, "DynamoDB throttles three minutes in a row.", periods=3)
        failed = self._watch_pipe()
        capacity = metric_of("AWS/RDS", "ServerlessDatabaseCapacity", cluster, "Average")
        connections = metric_of("AWS/RDS", "DatabaseConnections", cluster, "Average")
        self._add_graph("Aurora: ACU, connections", capacity, connections)
        contended = metric_of("AWS/DynamoDB", "TransactionConflict", table, "Sum")
        self._add_graph("Table and pipe: throttled, contended, failed", throttled, contended, *failed)

    def _watch_proxy(self) -> None:
        borrowing = metric_of(
            "AWS/RDS", "DatabaseConnectionsBorrowLatency", {"ProxyName": self._stage.title}, "Average"
        )
        means = "Whoever asks the database waits a second for a connection: too many ask at once."
        self._alarms.add("NoConnection", borrowing, means, above=1_000_000, periods=5)

    def _watch_pipe(self) -> list[cloudwatch.Metric]:
        """Return no metric where reactors read the table's stream themselves."""
        if self._stage.sleeps:
            return []
        failed = metric_of("AWS/EventBridge/Pipes", "ExecutionFailed", {"PipeName": self._stage.title}, "Sum")
        self._alarms.add("PipeFails", failed, "Reactors are not told of events; the sweeper heals it later.")
        return [failed]

    def _watch_training(self) -> None:
        self._add_graph("Training tasks", running_tasks(self._stage))
        self._add_graph("Cost per run, USD", cost_per_run(self._stage))

    def _add_graph(self, title: str, *metrics: cloudwatch.IMetric) -> None:
        self._dashboard.add_widgets(cloudwatch.GraphWidget(title=title, left=[*metrics], width=12))
