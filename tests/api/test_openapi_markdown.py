"""openapi.md is what the schema says."""

import re

from app.api.openapi_markdown import markdown
from tests.support.paths import ROOT
from tests.support.schema import DOCUMENT

PAGE = (ROOT / "openapi.md").read_text()


def test_the_reference_is_generated_from_the_schema() -> None:
    assert markdown(DOCUMENT) == PAGE, "run `make docs`"


def test_every_operation_has_a_place_to_link_to() -> None:
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            assert f"\n### {operation['operationId']}\n" in PAGE


def test_every_link_within_the_page_leads_to_a_heading() -> None:
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) - headings == set()


def test_what_every_list_takes_is_described_once() -> None:
    assert PAGE.count("| `cursor` |") == 1
    assert PAGE.count("| `in_force_on` |") == 2  # of two lists alone
