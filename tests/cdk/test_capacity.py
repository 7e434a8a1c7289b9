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
def test_no_function_has_less_concurrency_than_the_account_gives(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    """A reservation would be a limit that the table does not show."""
    assert [f for f in built[stage].each("Lambda::Function") if "ReservedConcurrentExecutions" in f] == []


@both_stages
def test_the_projector_takes_one_batch_of_a_shard_at_a_time(
    built: dict[str, BilledResources], stage: StageName
) -> None:
    streams = [it for it in built[stage].each("Lambda::EventSourceMapping") if "StartingPosition" in it]
    assert [it.get("ParallelizationFactor", 1) for it in streams] == [1]
