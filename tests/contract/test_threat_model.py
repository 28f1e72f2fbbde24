"""Threat model: each test and figure that it names as a proof exists, and security documents are linked."""

import re

import pytest

from tests.support.paths import ROOT

PAGE = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| who")]


@pytest.mark.parametrize("row", ROWS)
def test_every_threat_names_what_shows_that_it_is_held_off(row: str) -> None:
    proof = row.rsplit(" | ", maxsplit=1)[-1]
    figures = [int(number) for text in re.findall(r"figures? ([\d, ]+)", proof) for number in re.findall(r"\d+", text)]
    files = re.findall(r"`([^`]+)`", proof)
    assert figures or files
    assert all(1 <= number <= 15 for number in figures)
    assert [file for file in files if not list(ROOT.glob(file))] == []


def test_the_pages_on_security_are_linked_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(SECURITY.md)" in readme
    assert "(docs/threat-model.md)" in readme
