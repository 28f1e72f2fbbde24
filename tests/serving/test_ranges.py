"""Range requests: which headers are ignored, which name parts of a file, and which none."""

import pytest

from app.serving.ranges import usable_range


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
