"""The load on paper is calculated with the limits that the templates have."""

import pytest

from bench.capacity import MEMORY_MB, stage_capacity
from bench.idle import StageName
from tests.cdk.test_what_is_billed import BilledResources, built

__all__ = ["built"]
both_stages = pytest.mark.parametrize("stage", ["dev", "prod"])


@both_stages
def test_the_limits_of_a_stage_are_those_of_its_templates(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    given, each = stage_capacity(stage), built[stage].each
    mappings = [it["ScalingConfig"] for it in each("Lambda::EventSourceMapping") if "ScalingConfig" in it]
    assert mappings == [{"MaximumConcurrency": given.intake_concurrency}]
    [cluster] = each("RDS::DBCluster")
    assert cluster["ServerlessV2ScalingConfiguration"]["MaxCapacity"] == given.most_capacity
    [api] = each("ApiGatewayV2::Stage")
    assert api["DefaultRouteSettings"]["ThrottlingRateLimit"] == given.requests_per_second


@both_stages
def test_functions_have_the_memory_that_the_seconds_are_calculated_with(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    memory = {
        it["Handler"].split(".")[1]: it["MemorySize"]
        for it in built[stage].each("Lambda::Function")
        if str(it.get("Handler", "")).startswith("functions.")
    }
    assert memory == MEMORY_MB


@both_stages
def test_the_reservations_of_a_stage_are_those_of_its_templates(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    reserved = {
        it["Handler"].split(".")[1]: it["ReservedConcurrentExecutions"]
        for it in built[stage].each("Lambda::Function")
        if "ReservedConcurrentExecutions" in it
    }
    assert reserved == stage_capacity(stage).reserved_concurrency


@both_stages
def test_readers_take_one_batch_of_a_shard_at_a_time(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    streams = [it for it in built[stage].each("Lambda::EventSourceMapping") if "StartingPosition" in it]
    assert {it.get("ParallelizationFactor", 1) for it in streams} == {1}
