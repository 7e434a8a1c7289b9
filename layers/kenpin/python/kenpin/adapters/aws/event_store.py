"""The event store on DynamoDB: a commit is one transaction that moves the head of its stream."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Final, Literal

from botocore.exceptions import ClientError
from msgspec import Struct

from kenpin.adapters.aws.errors import ANSWER_LOST, BUSY, code_of, is_server_fault, unavailable_when_busy
from kenpin.adapters.aws.items import (
    HEAD,
    LAST_VERSION,
    Append,
    Table,
    answer_in,
    commit_in,
    commit_sk,
    entity_sk,
    key_sk,
    stream_sk,
    streams_in,
)
from kenpin.domain.catalogue import seal
from kenpin.domain.commit import MAX_ENTITIES, Commit, CommitTooLarge, Head
from kenpin.domain.event import Context, Event
from kenpin.ports import Appended, ConcurrencyConflict, EntityConflict, IdempotencyKey, Unavailable
