from datetime import UTC, datetime

import pytest

from subgraphs.common.errors import CodedError
from subgraphs.common.ids import bucket_of, first_id_at, new_id, parse_id, time_of
from subgraphs.common.sharding import ShardMap


def test_an_id_is_a_uuid_of_version_8_that_carries_its_bucket() -> None:
    id = new_id(4095)
    assert id.version == 8
    assert id.variant == "specified in RFC 4122"
    assert bucket_of(id) == 4095


def test_an_id_like_another_is_in_its_bucket() -> None:
    user = new_id()
    assert bucket_of(new_id(like=user)) == bucket_of(user)


def test_ids_sort_by_time_and_know_it() -> None:
    early = datetime(2024, 1, 31, 23, 59, 59, 999000, tzinfo=UTC)
    late = datetime(2024, 2, 1, tzinfo=UTC)
    assert new_id(4095, at=early) < first_id_at(late) <= new_id(0, at=late)
    assert time_of(new_id(at=early)) == early


@pytest.mark.parametrize("text", ["", "7", "6f0c4a8e-0000-4000-8000-000000000000"])
def test_what_is_no_id_of_ours_is_refused(text: str) -> None:
    with pytest.raises(CodedError, match="is not an id"):
        parse_id(text)


def test_an_even_map_gives_each_shard_the_same_number_of_buckets() -> None:
    shards = ShardMap.even(4).shards
    assert [shards.count(shard) for shard in range(4)] == [1024] * 4


def test_ids_are_grouped_by_their_shard() -> None:
    low, high = new_id(0), new_id(4095)
    assert ShardMap.even(4).group([high, low]) == {3: [high], 0: [low]}
