"""Where rows live: a network without a way out, and in it Aurora PostgreSQL behind a proxy."""

from aws_cdk import Stack
from constructs import Construct

from cdk.stage import Stage


class DataStack(Stack):
    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id, description="Kenpin: network, database and proxy")
