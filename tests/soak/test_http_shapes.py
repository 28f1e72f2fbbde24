"""The figure of hostile shapes sees what is wrong."""

import pytest

from tools.soak.http_shapes import SHAPES, Shape, Try

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PROBE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n/probe"
SMUGGLED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n/smuggled"
FAULT = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "seconds", "fault"),
    [
        (OK, 1, ""),
        (OK + PROBE, 1, ""),
        (OK + SMUGGLED, 1, "smuggled a request, 2 answers"),
        (OK + OK, 1, "2 answers"),
        (OK, 60, "took 60 s"),
        (FAULT, 1, "statuses [500], status [500] in place of (200,)"),
        (b"", 1, "status [] in place of (200,)"),
        (b"hello", 1, "statuses [-1], status [-1] in place of (200,)"),
    ],
)
def test_each_fault_is_named(received: bytes, seconds: float, fault: str) -> None:
    one = Try(Shape("any", b"", (200,)), bytearray(received), seconds)
    assert ", ".join(one.faults()) == fault


def test_there_are_more_than_75_shapes_each_with_a_name_of_its_own() -> None:
    assert len({shape.name for shape in SHAPES}) == len(SHAPES) > 75
