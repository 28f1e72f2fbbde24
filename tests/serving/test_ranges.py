"""Range requests: which headers are ignored, which name parts of a file, and which none."""

import pytest

from app.errors import RangeNotSatisfiable
from app.serving.ranges import single_range, usable_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", "bytes=0-9"),
        ("BYTES = 0-9", "bytes=0-9"),
        ("bytes=0-", "bytes=0-"),
        ("bytes=-5", "bytes=-5"),
        ("bytes=-500", "bytes=-500"),
        ("bytes=99-99", "bytes=99-99"),
        ("bytes=0-9, 20-29", "bytes=0-9,20-29"),
        ("bytes=0-9,,20-29", "bytes=0-9,20-29"),
        ("bytes=0-9,100-", "bytes=0-9"),
        ("bytes=-0,0-9", "bytes=0-9"),
        ("bytes=100-", "bytes=100-"),  # none can be satisfied: the answer is 416
        ("bytes=-0", "bytes=-0"),
        ("", None),
        ("bytes", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=0-9,5-3", None),
        ("bytes=a-b", None),
        ("bytes=+1-5", None),
        ("bytes=1_0-50", None),
        ("bytes=0x0-9", None),
        ("bytes=0-9;", None),
        ("lines=0-9", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_a_range_header_is_read_as_rfc_9110_says(header: str, expected: str | None) -> None:
    assert usable_range(header, 100) == expected


def test_an_empty_file_has_no_parts() -> None:
    assert usable_range("bytes=-1", 0) == "bytes=-1"  # 416
    assert usable_range("bytes=0-", 0) == "bytes=0-"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-500", range(100)),
        ("bytes=99-99", range(99, 100)),
        ("", None),
        ("lines=0-9", None),
        ("bytes=9-0", None),
        ("bytes=0-9,20-29", None),
    ],
)
def test_one_range_is_the_bytes_that_there_are(header: str, expected: range | None) -> None:
    assert single_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_length(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable) as refusal:
        single_range(header, 100)
    assert refusal.value.headers == {"Content-Range": "bytes */100"}
