import pytest

from injector.base.caches import ENTRY_BYTES, Cache, Store, weight

EACH = ENTRY_BYTES + weight("a") + 10


def test_what_was_kept_is_found() -> None:
    cache: Cache[int] = Cache(Store())

    cache.keep("a", 1)
    cache.keep("a", 2)

    assert (cache.find("a"), cache.find("b"), len(cache)) == (1, None, 1)


def test_two_caches_of_one_store_know_nothing_of_one_another() -> None:
    store = Store()
    one, other = Cache[int](store), Cache[int](store)

    one.keep("a", 1)

    assert (one.find("a"), other.find("a")) == (1, None)
    assert (len(one), len(other)) == (1, 0)


def test_what_was_used_longest_ago_goes_first_whoever_kept_it() -> None:
    store = Store(8 * EACH)
    one, other = Cache[int](store), Cache[int](store)

    for text in "abcdefgh":
        one.keep(text, 1, 10)
    one.find("a")
    other.keep("a", 2, 10)

    assert [one.find(text) for text in "abc"] == [1, None, 1]
    assert other.find("a") == 2
    assert store.size == 8 * EACH


@pytest.mark.parametrize("text", ["", "a" * 100])
def test_what_would_push_out_too_much_is_not_kept(text: str) -> None:
    cache: Cache[str] = Cache(Store(8 * ENTRY_BYTES))

    cache.keep(text, "x")

    assert len(cache) == 0


def test_a_size_over_the_most_is_not_counted_to_its_end() -> None:
    value = [["a" * 100] * 10 for _ in range(1000)]

    assert 1000 < weight(value, 1000) < weight(value) / 10
