import json
import os
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from injector.web import logs

TRACE = "0123456789abcdef0123456789abcdef"


def test_a_record_is_one_line_of_json() -> None:
    raw = logs.line({"severity": "INFO", "message": "a\nb", "operations": 3})

    assert raw.count(b"\n") == 1
    assert raw.endswith(b"}\n")
    assert json.loads(raw) == {"severity": "INFO", "message": "a\nb", "operations": 3}


def test_a_long_text_is_cut() -> None:
    assert json.loads(logs.line({"namespace": "x" * 201})) == {
        "namespace": "x" * 200 + "..."
    }


def test_a_stack_may_be_longer() -> None:
    assert json.loads(logs.line({"stack": "x" * 1600})) == {"stack": "x" * 1500 + "..."}


@given(
    st.dictionaries(
        st.text(max_size=40),
        st.text(min_size=100) | st.integers() | st.booleans(),
        max_size=15,
    )
)
def test_a_line_is_json_and_short_whatever_it_tells(record: dict[str, Any]) -> None:
    raw = logs.line(record | {"stack": "😀" * 2000})

    assert len(raw) < 4096
    assert json.loads(raw).keys() == record.keys() | {"stack"}


def test_a_line_is_written_at_once() -> None:
    reader, writer = os.pipe()

    logs.write({"message": "hello"}, writer)

    assert os.read(reader, 4096) == b'{"message":"hello"}\n'
    os.close(reader)
    os.close(writer)


def test_a_line_that_nobody_reads_is_lost() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    logs.write({"message": "hello"}, writer)

    os.close(writer)


def test_a_trace_of_the_cloud_is_joined() -> None:
    headers = {"X-Cloud-Trace-Context": f"{TRACE}/255;o=1"}

    assert logs.trace(headers, "p-1") == {
        "logging.googleapis.com/trace": f"projects/p-1/traces/{TRACE}",
        "logging.googleapis.com/spanId": "00000000000000ff",
    }


def test_a_trace_without_a_span_is_joined() -> None:
    headers = {"X-Cloud-Trace-Context": TRACE}

    assert logs.trace(headers, "p-1") == {
        "logging.googleapis.com/trace": f"projects/p-1/traces/{TRACE}"
    }


def test_a_trace_by_the_common_standard_is_joined() -> None:
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}

    assert logs.trace(headers, "p-1") == {
        "logging.googleapis.com/trace": f"projects/p-1/traces/{TRACE}",
        "logging.googleapis.com/spanId": "00f067aa0ba902b7",
    }


def test_a_trace_without_a_known_project_is_its_id() -> None:
    assert logs.trace({"X-Cloud-Trace-Context": TRACE}, "") == {
        "logging.googleapis.com/trace": TRACE
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Cloud-Trace-Context": "x"},
        {"X-Cloud-Trace-Context": f"{TRACE}/x"},
        {"traceparent": f"00-{TRACE}-01"},
        {"traceparent": "x" * 100_000},
    ],
)
def test_what_is_no_trace_is_not_told(headers: dict[str, str]) -> None:
    assert logs.trace(headers, "p-1") == {}


def test_a_span_of_any_number_has_sixteen_digits() -> None:
    headers = {"X-Cloud-Trace-Context": f"{TRACE}/{'9' * 20}"}

    span = logs.trace(headers, "")["logging.googleapis.com/spanId"]

    assert re.fullmatch("[0-9a-f]{16}", span)


def failing(secret: str) -> None:
    try:
        int(secret)
    except ValueError as error:
        raise TypeError(secret) from error


def test_a_failure_is_told_by_type_and_place_without_values() -> None:
    try:
        failing("hunter2")
    except TypeError as error:
        told = logs.failure(error)

    assert told["error"] == "TypeError from ValueError"
    assert re.fullmatch(
        r"web/test_logs\.py:\d+ failing", told["stack"].split(" > ")[-1]
    )
    assert "hunter2" not in str(told)


def test_a_failure_far_down_is_told_by_its_last_frames() -> None:
    def fall(depth: int) -> None:
        if depth == 0:
            raise KeyError("hunter2")
        fall(depth - 1)

    try:
        fall(30)
    except KeyError as error:
        told = logs.failure(error)

    assert told["error"] == "KeyError"
    assert told["stack"].count(" > ") == logs.FRAMES - 1


def test_a_chain_of_failures_without_end_is_told_up_to_a_limit() -> None:
    first, second = ValueError("a"), TypeError("b")
    first.__cause__, second.__cause__ = second, first

    assert logs.failure(first)["error"].count(" from ") == logs.FRAMES - 1
