"""The core stack: its tables, bucket and queues, read from its template."""

from typing import Any

import pytest

from cdk.constructs.job_queue import MAX_ATTEMPTS
from functions.manifest import FUNCTIONS
from kenpin.domain import job
from tests.cdk.conftest import FACTORY, PUBLIC_URL
from tests.cdk.options import with_every_option
from tests.cdk.templates import Template, listed, of_type, only, properties, statements


def test_the_truth_can_be_restored_and_not_deleted_by_mistake(core: Template) -> None:
    table = only(core, "DynamoDB::Table")
    said = table["Properties"]
    assert said["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 7,
    }
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert said["BillingMode"] == "PAY_PER_REQUEST"
    assert said["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_objects_are_not_public_and_travel_encrypted(core: Template) -> None:
    bucket = only(core, "S3::Bucket", "ObjectBucket")
    said = bucket["Properties"]
    assert set(said["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(said["PublicAccessBlockConfiguration"]) == 4
    assert said["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
    assert said["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    [rule] = said["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_anchors_are_locked_in_a_bucket_of_their_own_for_as_long_as_the_stage_says(
    core: Template, grown: dict[str, Template]
) -> None:
    """In compliance mode, which nobody can shorten; in governance mode an administrator could."""
    for template, days in ((core, 1), (grown["core"], 3_650)):
        bucket = only(template, "S3::Bucket", "AnchorBucket")
        said = bucket["Properties"]
        assert said["ObjectLockEnabled"] is True
        assert said["ObjectLockConfiguration"] == {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}},
        }
        assert said["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["DeletionPolicy"] == "Retain"
        assert "LifecycleConfiguration" not in said


def test_the_writer_of_anchors_may_put_and_read_them_and_nobody_may_do_more(core: Template) -> None:
    def of(role: str) -> set[str]:
        return {
            action
            for it in statements(core, role)
            if "AnchorBucket" in str(it["Resource"])
            for action in listed(it["Action"])
        }

    assert of("Functionsanchorsrole") == {"s3:GetObject", "s3:ListBucket", "s3:PutObject"}
    assert of("Functionsqueriesrole") == {"s3:GetObject", "s3:ListBucket"}
    assert of("") == of("Functionsanchorsrole")


def test_the_mirror_of_anchors_gets_copies_of_the_one_function_that_signs(core: Template) -> None:
    def of(template: Template, role: str) -> list[set[str]]:
        found = [it for it in statements(template, role) if "s3:::auditor" in str(it["Resource"])]
        return [{*listed(it["Action"])} for it in found]

    allowed = [{"s3:GetObject", "s3:PutObject"}, {"s3:ListBucket"}]
    full = with_every_option()["core"]
    assert of(full, "Functionsanchorsrole") == of(full, "") == allowed
    assert of(core, "") == []


def test_only_what_is_no_truth_expires(core: Template) -> None:
    rules = properties(core, "S3::Bucket", "ObjectBucket")["LifecycleConfiguration"]["Rules"]
    assert {r["Prefix"]: r["ExpirationInDays"] for r in rules if "ExpirationInDays" in r} == {
        "checkpoints/": 14,
        "export-requests/": 2,
        "exports/": 2,
        "inbox/": 30,
        "marks/": 30,
        "snapshots/": 90,
        "uploads/": 14,
    }


def test_pages_may_put_by_signed_address(core: Template, grown: dict[str, Template]) -> None:
    """From the address that the stage names or, before there is one, from any that CloudFront gives."""
    for template, origin in ((core, "https://*.cloudfront.net"), (grown["core"], PUBLIC_URL)):
        [cors] = properties(template, "S3::Bucket", "ObjectBucket")["CorsConfiguration"]["CorsRules"]
        assert cors["AllowedOrigins"] == [origin]
        assert cors["AllowedMethods"] == ["PUT"]


def test_cloudfront_reads_what_people_fetch_and_nothing_else(core: Template) -> None:
    policy = only(core, "S3::BucketPolicy", "ObjectBucket")["Properties"]["PolicyDocument"]["Statement"]
    [allowed] = [statement for statement in policy if statement["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert "distribution/*" in str(allowed["Condition"]["ArnLike"]["AWS:SourceArn"])
    assert allowed["Action"] == "s3:GetObject"
    kinds = {resource["Fn::Join"][1][-1] for resource in allowed["Resource"]}
    assert kinds == {
        "/exports/*",
        "/images/*",
        "/models/*",
        "/predictions/*",
        "/renditions/*",
        "/thumbnails/*",
    }


def test_functions_with_routes_sign_addresses_of_files(core: Template) -> None:
    full = with_every_option()["core"]
    for template, names in ((core, ["FILES_KEY"]), (full, ["FILES_KEY", "FRONT_DOOR_SECRET"])):
        holders = {
            it["Properties"]["FunctionName"].rpartition("-")[2]
            for it in of_type(template, "Lambda::Function").values()
            if set(it["Properties"]["Environment"]["Variables"]) >= {f"KENPIN_{name}" for name in names}
        }
        assert holders == {function.name for function in FUNCTIONS if function.routes}


@pytest.mark.parametrize(("type", "count"), [("S3::BucketPolicy", 2), ("SQS::QueuePolicy", 5)])
def test_requests_without_tls_are_denied(core: Template, type: str, count: int) -> None:
    policies = of_type(core, type).values()
    assert len(policies) == count
    for policy in policies:
        denials = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert denials[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_queue_is_encrypted_and_keeps_what_it_has_for_two_weeks(core: Template) -> None:
    queues = [queue["Properties"] for queue in of_type(core, "SQS::Queue").values()]
    assert len(queues) == 5
    assert [queue["SqsManagedSseEnabled"] for queue in queues] == [True] * 5
    assert {queue["MessageRetentionPeriod"] for queue in queues} == {14 * 24 * 3_600}


def test_a_job_is_tried_as_often_as_on_one_machine_and_then_kept(core: Template) -> None:
    jobs = properties(core, "SQS::Queue", "JobQueueJobs")
    assert jobs["FifoQueue"] is True
    assert jobs["RedrivePolicy"]["maxReceiveCount"] == MAX_ATTEMPTS == job.MAX_ATTEMPTS


def intake_rules(template: Template) -> dict[str, dict[str, Any]]:
    rules = of_type(template, "Events::Rule").items()
    return {
        id.removeprefix("IntakeQueue")[:9]: it["Properties"] for id, it in rules if id.startswith("IntakeQ")
    }


def test_what_a_factory_puts_on_the_bus_waits_in_the_intake_queue(core: Template) -> None:
    rule = intake_rules(core)["FromFacto"]
    assert rule["EventPattern"] == {"source": ["kenpin.factory"]}
    assert rule["EventBusName"]["Fn::GetAtt"][1] == "Name"
    [target] = rule["Targets"]
    assert target["InputPath"] == "$.detail"
    assert target["Arn"]["Fn::GetAtt"][0].startswith("IntakeQueueIntake")
    assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].startswith("Unheard")


def test_what_is_stored_in_the_inbox_waits_in_the_intake_queue(core: Template) -> None:
    rule = intake_rules(core)["FromInbox"]
    assert "EventBusName" not in rule
    assert rule["EventPattern"]["detail"]["object"] == {"key": [{"prefix": "inbox/"}]}
    assert rule["EventPattern"]["detail-type"] == ["Object Created"]


def senders(template: Template) -> list[tuple[object, object]]:
    """Principals that may send to the intake queue, and on which condition."""
    policy = properties(template, "SQS::QueuePolicy", "IntakeQueueIntake")["PolicyDocument"]["Statement"]
    allowed = [s for s in policy if s["Effect"] == "Allow"]
    assert all("sqs:SendMessage" in listed(s["Action"]) for s in allowed)
    return [(s["Principal"], s.get("Condition")) for s in allowed]


def test_only_the_two_rules_may_send_to_the_intake_queue(core: Template) -> None:
    found = senders(core)
    assert len(found) == 2
    rules = {id for id in of_type(core, "Events::Rule") if id.startswith("IntakeQueue")}
    for principal, condition in found:
        assert principal == {"Service": "events.amazonaws.com"}
        assert isinstance(condition, dict)
        assert condition["ArnEquals"]["aws:SourceArn"]["Fn::GetAtt"][0] in rules


def test_a_factory_that_the_stage_names_may_send_and_put_in_its_own_name(grown: dict[str, Template]) -> None:
    assert ({"AWS": FACTORY}, None) in senders(grown["core"])
    policy = properties(grown["core"], "Events::EventBusPolicy")["Statement"]
    assert policy["Principal"] == {"AWS": FACTORY}
    assert policy["Condition"] == {"StringEquals": {"events:source": "kenpin.factory"}}


def test_nobody_but_the_account_may_put_on_the_bus_unless_the_stage_names_them(core: Template) -> None:
    assert of_type(core, "Events::EventBusPolicy") == {}


def test_who_reads_events_may_read_their_segments_and_no_other_object(core: Template) -> None:
    [projector] = [
        statement["Resource"]
        for statement in statements(core, "Functionsprojectorrole")
        if statement["Action"] == "s3:GetObject"
    ]
    assert projector["Fn::Join"][1][-1] == "/segments/*"


def test_a_delivery_that_keeps_failing_waits_for_a_person(core: Template) -> None:
    intake = properties(core, "SQS::Queue", "IntakeQueueIntake")
    assert "FifoQueue" not in intake
    assert intake["RedrivePolicy"]["maxReceiveCount"] == 5
    assert intake["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0].startswith("IntakeQueueDead")


def test_the_bus_keeps_what_it_carried(core: Template) -> None:
    archive = properties(core, "Events::Archive")
    assert archive["RetentionDays"] == 90
    assert archive["EventPattern"] == {"source": ["kenpin.events", "kenpin.factory"]}
    rule = properties(core, "Events::Rule", "IntakeQueueFromFactories")
    assert rule["EventBusName"]["Fn::GetAtt"][1] == "Name"


def test_heads_are_signed_by_a_key_that_stays(core: Template) -> None:
    key = only(core, "KMS::Key")
    assert key["Properties"]["KeySpec"] == "ECC_NIST_EDWARDS25519"
    assert key["Properties"]["KeyUsage"] == "SIGN_VERIFY"
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_people_are_told_where_to_send_and_what_to_start(core: Template) -> None:
    told = {"IntakeQueueUrl", "BusArn", "BucketName", "EventTableName", "CatchUpArn"}
    assert told <= set(core["Outputs"])


def test_every_log_ends_some_day(core: Template, data: Template) -> None:
    for template in (core, data):
        logs = of_type(template, "Logs::LogGroup").values()
        assert {log["Properties"]["RetentionInDays"] for log in logs} == {30}
    assert len(of_type(core, "Logs::LogGroup")) == len(
        FUNCTIONS
    )  # and the state machine, less the migrations
