"""The readers of the table's stream: event source mappings of functions, and the pipe to the bus."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import boto3
from moto.events.models import EventPattern

from functions.runtime.event import Json
from tests.cdk.driver.deployed import Deployed
from tests.cdk.driver.faults import NoFaults, Record
from tests.cdk.driver.functions import DeployedFunctions, as_json

PLACE: Final = re.compile(r"<\$\.([^>]+)>")
Carry = Callable[[Sequence[Record]], int]
"""Delivers records; answers how many are done with, from the first on."""


class Reader:
    """Goes on only when a batch is done with, or was tried often enough and lies with what nobody heard."""

    def __init__(
        self, stream: str, settings: Mapping[str, Any], unheard: str, carry: Carry, faults: NoFaults
    ) -> None:
        """`settings`: those of the mapping or the pipe, by CloudFormation's names."""
        self._client: Any = boto3.client("dynamodbstreams")
        filters = settings["FilterCriteria"]["Filters"]
        self._patterns = [EventPattern.load(it["Pattern"]) for it in filters]
        self._batch, self._retries = settings["BatchSize"], settings["MaximumRetryAttempts"]
        self._bisects = bool(settings.get("BisectBatchOnFunctionError")) or (
            settings.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT"
        )
        self._unheard, self._carry, self._faults = unheard, carry, faults
        [shard] = self._client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
        self._shard = {"StreamArn": stream, "ShardId": shard["ShardId"]}
        self._place = {"ShardIteratorType": settings["StartingPosition"]}

    def poll(self) -> int:
        """Return the number of records."""
        found = self._new()
        records = self._faults.records([record for record in found if self._is_for_us(record)])
        for start in range(0, len(records), self._batch):
            self._deliver(records[start : start + self._batch])
        return len(found)

    def _new(self) -> Sequence[Record]:
        """From a place and not by the last iterator: that of moto sees nothing after a refused transaction."""
        start = self._client.get_shard_iterator(**self._shard, **self._place)
        answer = self._client.get_records(ShardIterator=start["ShardIterator"])
        found: Sequence[Record] = as_json({"Records": answer["Records"]})["Records"]
        if found:
            last = found[-1]["dynamodb"]["SequenceNumber"]
            self._place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}
        return found

    def _is_for_us(self, record: Record) -> bool:
        return any(pattern.matches_event(record) for pattern in self._patterns)  # type: ignore[arg-type]

    def _deliver(self, batch: Sequence[Record], tried: int = 0) -> None:
        """Halving a batch that fails is no further try."""
        done = self._carry(batch)
        rest = batch[done:]
        if not rest:
            return
        if done == 0 and self._bisects and len(rest) > 1:
            self._deliver(rest[: len(rest) // 2], tried)
            self._deliver(rest[len(rest) // 2 :], tried)
        elif tried < self._retries:
            self._deliver(rest, tried + 1)
        else:
            info = {"batchSize": len(rest), "startSequenceNumber": rest[0]["dynamodb"]["SequenceNumber"]}
            letter = json.dumps({"DDBStreamBatchInfo": info})
            boto3.client("sqs").send_message(QueueUrl=self._unheard, MessageBody=letter)


def mapping(
    settings: Mapping[str, Any], deployed: Deployed, functions: DeployedFunctions, faults: NoFaults
) -> Reader:
    """A function that hears of records in batches, and names those that it could not see to."""
    name = deployed.name_of(settings["FunctionArn"])
    unheard = deployed.url(settings["DestinationConfig"]["OnFailure"]["Destination"])
    reports = "ReportBatchItemFailures" in settings["FunctionResponseTypes"]

    def carry(batch: Sequence[Record]) -> int:
        try:
            answer = functions.wake(name, {"Records": list(batch)})
        except Exception:
            return 0
        failures = (answer or {}).get("batchItemFailures", []) if reports else []
        failed = {failure["itemIdentifier"] for failure in failures}
        places = {record["dynamodb"]["SequenceNumber"]: n for n, record in reversed([*enumerate(batch)])}
        return min((places.get(id, 0) for id in failed), default=len(batch))

    return Reader(settings["EventSourceArn"], settings, unheard, carry, faults)


def pipe(settings: Mapping[str, Any], stream: str, deployed: Deployed, faults: NoFaults) -> Reader:
    """Each record becomes an event on the bus, as the pipe's template writes it."""
    source = settings["SourceParameters"]
    target = settings["TargetParameters"]
    said, bus = target["EventBridgeEventBusParameters"], deployed.name_of(settings["Target"])

    def carry(batch: Sequence[Record]) -> int:
        for record in batch:
            detail = filled(target["InputTemplate"], record)
            entry = {"Source": said["Source"], "DetailType": said["DetailType"], "Detail": detail}
            boto3.client("events").put_events(Entries=[{**entry, "EventBusName": bus}])  # type: ignore[typeddict-item]
        return len(batch)

    read = {**source["DynamoDBStreamParameters"], "FilterCriteria": source["FilterCriteria"]}
    return Reader(stream, read, deployed.url(read["DeadLetterConfig"]["Arn"]), carry, faults)


def filled(template: str, said: Json) -> str:
    """The template with each path in angle brackets replaced by its value, as JSON."""
    return PLACE.sub(lambda place: json.dumps(at(place[1], said)), template)


def at(path: str, said: Json) -> object:
    found: Any = said
    for step in path.split("."):
        found = found[step]
    return found
