"""Addresses of provisions: only from a citation that surely is of the measure's own instrument."""

from typing import Any

import pytest

from app.web.provisions import provision_address


def cited(source: str, section: str | None) -> dict[str, Any]:
    return {"source": source, "section": section, "url": f"https://{source}/{section}"}


MEASURE = {
    "provision": "s. 8(1)(a)",
    "citations": [cited("page", None), cited("other", "s. 10"), cited("law", "s. 8"), cited("law", "s. 8(1)(a)"),
                  cited("law", "s. 1")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("provision", "address"),
    [
        ("s. 8(1)(a)", "https://law/s. 8(1)(a)"),
        ("s. 8(2)", "https://law/s. 8"),
        ("s. 10(1)", None),  # of another source
        ("s. 18", None),
        ("s. 1(2)", "https://law/s. 1"),
        ("s. 11", None),  # `s. 1` is no part of it
        (None, None),
    ],
)
def test_a_provision_is_found_in_the_source_of_the_measure(provision: str | None, address: str | None) -> None:
    assert provision_address(MEASURE, provision) == address


def test_a_measure_whose_provision_is_not_cited_gives_no_address() -> None:
    assert provision_address({**MEASURE, "provision": "s. 99"}, "s. 8(2)") is None
    assert provision_address({**MEASURE, "provision": None}, "s. 8(2)") is None
