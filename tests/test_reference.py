"""openapi.md is what the schema says."""

from pathlib import Path

from app.main import api
from app.reference import markdown
from app.settings import Settings

PAGE = (Path(__file__).parent.parent / "openapi.md").read_text()


def test_the_reference_is_generated_from_the_schema() -> None:
    assert markdown(api(Settings()).openapi()) == PAGE, "run `make docs`"


def test_every_operation_has_a_place_to_link_to() -> None:
    for methods in api(Settings()).openapi()["paths"].values():
        for operation in methods.values():
            assert f"\n### {operation['operationId']}\n" in PAGE
