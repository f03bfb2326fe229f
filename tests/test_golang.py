from injector import golang


def test_json_is_compact_in_the_order_given() -> None:
    assert golang.compact({"b": 1, "a": [None, True]}) == '{"b":1,"a":[null,true]}'


def test_json_escapes_what_html_and_javascript_could_take_for_code() -> None:
    assert golang.compact("<a&b>\u2028é") == '"\\u003ca\\u0026b\\u003e\\u2028é"'


def test_booleans_are_go_s() -> None:
    words = ["1", "TRUE", "0", "f", "yes", "", None]

    read = [golang.boolean(word) for word in words]

    assert read == [True, True, False, False, None, None, None]
