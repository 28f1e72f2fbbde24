"""Range requests (RFC 9110 §14): which ranges of a file a header asks for."""

import re

_RANGES = re.compile(r"\s*bytes\s*=\s*(.*)", re.IGNORECASE)
_RANGE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18})")


def usable_range(header: str, size: int) -> str | None:
    """Range header with only those ranges that a file of `size` bytes has; None if it is to be ignored.

    It is ignored in another unit than bytes, and if any range is invalid, such as `5-3`. Where no range can be
    satisfied, the header is returned as it is: the answer to it is 416.
    """
    in_bytes = _RANGES.fullmatch(header.strip())
    elements = [part.strip() for part in in_bytes[1].split(",") if part.strip()] if in_bytes else []
    ranges = [match for element in elements if (match := _RANGE.fullmatch(element))]
    if not ranges or len(ranges) < len(elements):
        return None
    if any(one[2] and int(one[2]) < int(one[1]) for one in ranges):
        return None
    met = [one[0] for one in ranges if (int(one[1]) < size if one[1] else int(one[3]) > 0 and size > 0)]
    return f"bytes={','.join(met or (one[0] for one in ranges))}"
