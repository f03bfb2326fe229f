from injector.templates.cache import Cache


def test_what_was_kept_is_found() -> None:
    cache: Cache[int] = Cache(entries=2, characters=100)

    cache.keep("a", 1)
    cache.keep("a", 2)

    assert (cache.find("a"), cache.find("b"), len(cache)) == (1, None, 1)


def test_what_was_used_longest_ago_goes_first() -> None:
    cache: Cache[int] = Cache(entries=2, characters=100)

    cache.keep("a", 1)
    cache.keep("b", 2)
    cache.find("a")
    cache.keep("c", 3)

    assert [cache.find(text) for text in "abc"] == [1, None, 3]


def test_long_texts_push_others_out() -> None:
    cache: Cache[int] = Cache(entries=9, characters=10)

    cache.keep("a" * 4, 1)
    cache.keep("b" * 4, 2)
    cache.keep("c" * 4, 3)

    assert [cache.find(text * 4) for text in "abc"] == [None, 2, 3]


def test_a_text_that_is_too_long_is_not_kept() -> None:
    cache: Cache[int] = Cache(entries=9, characters=10)

    cache.keep("a" * 11, 1)

    assert len(cache) == 0


def test_a_cache_of_nothing_keeps_nothing() -> None:
    cache: Cache[int] = Cache(entries=0, characters=0)

    cache.keep("", 1)

    assert cache.find("") is None
