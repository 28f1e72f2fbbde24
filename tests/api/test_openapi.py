"""The schema is sound by the tools that read it, and says all that a client needs."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.paths import NODE, ROOT
from tests.support.schema import DOCUMENT
from tests.support.waiting import TIMEOUT

WITHOUT_NODE = pytest.mark.skipif(
    not (NODE / "node_modules" / ".stamp").exists(), reason="the Node.js tools are not installed: run `make node`"
)


@pytest.fixture(scope="module")
def schema() -> Any:
    return DOCUMENT


def operations(schema: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            yield path, operation


def run(*command: str, cwd: Path = NODE) -> str:
    """Run a Node.js tool; its output, once it has succeeded."""
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    tool = str(NODE / "node_modules" / ".bin" / command[0])
    result = subprocess.run(
        [tool, *command[1:]], cwd=cwd, env=environment, capture_output=True, text=True, timeout=5 * TIMEOUT, check=False
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, output[-3000:]
    return output


@pytest.fixture
def file(schema: Any, tmp_path: Path) -> Path:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(schema))
    return path


def test_it_is_valid_openapi(schema: Any) -> None:
    validate(schema)


@pytest.mark.slow
@pytest.mark.node
@WITHOUT_NODE
def test_redocly_finds_neither_error_nor_warning(file: Path) -> None:
    assert "You have" not in run("redocly", "lint", str(file), "--config", "redocly.yaml")  # … N warnings


@pytest.mark.slow
@pytest.mark.node
@WITHOUT_NODE
def test_spectral_finds_neither_error_nor_warning(file: Path) -> None:
    run("spectral", "lint", str(file), "--ruleset", "spectral.yaml", "--fail-severity=warn")


@pytest.mark.slow
@pytest.mark.node
@WITHOUT_NODE
def test_typescript_types_made_from_it_compile_strictly(file: Path, tmp_path: Path) -> None:
    run("openapi-typescript", str(file), "-o", str(tmp_path / "schema.d.ts"))
    (tmp_path / "use.ts").write_text(
        'import type { components, operations, paths } from "./schema";\n'
        'export const kind = (event: components["schemas"]["TimelineEvent"]): string => event.kind;\n'
        'export type Query = operations["list_timeline_events"]["parameters"]["query"];\n'
        'export const path: keyof paths = "/v1/sanctions-measures";\n'
        'export const query: Query = { kind: ["nuclear-test"], from: "2017", limit: 10 };\n'
    )
    (tmp_path / "tsconfig.json").write_text(json.dumps({"extends": str(NODE / "tsconfig.json"), "include": ["*.ts"]}))
    run("tsc", "-p", str(tmp_path))


def test_operation_ids_are_method_names_and_unique(schema: Any) -> None:
    ids = [operation["operationId"] for _, operation in operations(schema)]
    assert len(ids) == len(set(ids))
    assert all(id.isidentifier() and id.split("_")[0] in ("list", "get") for id in ids)
    assert "list_timeline_events" in ids
    assert "get_timeline_event" in ids


def test_every_operation_says_what_it_is_and_shows_an_answer(schema: Any) -> None:
    tags = {tag["name"] for tag in schema["tags"]}
    for path, operation in operations(schema):
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags
        for media_type, content in operation["responses"]["200"]["content"].items():
            assert "example" in content or media_type == "application/vnd.sqlite3", path


def test_every_parameter_is_described_bounded_and_exemplified(schema: Any) -> None:
    for path, operation in operations(schema):
        for parameter in operation.get("parameters", []):
            place, kind = f"{path} {parameter['name']}", parameter["schema"]
            assert parameter["description"], place
            assert "example" in parameter or kind.get("examples"), place
            if kind["type"] == "array":
                assert kind["maxItems"] <= 50, place
                kind = kind["items"]
            if kind["type"] == "string":
                assert "enum" in kind or "const" in kind or "maxLength" in kind or "pattern" in kind, place
            if kind["type"] == "integer":
                assert "minimum" in kind, place
                assert "maximum" in kind, place


def test_optional_parameters_are_not_filled_in_for_the_reader(schema: Any) -> None:
    for path, operation in operations(schema):
        for parameter in operation.get("parameters", []):
            if not parameter.get("required"):
                assert "example" not in parameter, path
                assert "default" not in parameter["schema"], path


def test_every_problem_is_documented_as_one(schema: Any) -> None:
    for path, operation in operations(schema):
        problems = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"422", "500"} <= problems.keys(), path
        for answer in problems.values():
            assert answer["content"].keys() == {"application/problem+json"}, path


def test_value_lists_of_answers_may_grow(schema: Any) -> None:
    kind = schema["components"]["schemas"]["TimelineEvent"]["properties"]["kind"]
    assert kind["type"] == "string"
    assert "enum" not in kind
    assert "nuclear-test" in kind["x-extensible-enum"]


def test_it_says_that_it_is_not_an_official_service(schema: Any) -> None:
    assert "not a service of the Government of Canada" in schema["info"]["description"]
    assert schema["info"]["license"] == {"name": "Data: CC BY 4.0. Code: MIT.", "identifier": "CC-BY-4.0"}
    assert schema["info"]["contact"]["name"]
    assert schema["servers"] == [{"url": "/", "description": "This service."}]


def shapes(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every field of every answer, under its name."""
    for name, shape in schema["components"]["schemas"].items():
        for field, kind in shape.get("properties", {}).items():
            yield f"{name}.{field}", kind


def test_every_shape_and_field_of_an_answer_is_described(schema: Any) -> None:
    assert [name for name, shape in schema["components"]["schemas"].items() if not shape.get("description")] == []
    assert [name for name, kind in shapes(schema) if not kind.get("description") and "$ref" not in kind] == []


def test_a_field_that_can_be_null_says_when(schema: Any) -> None:
    nullable = {name: kind for name, kind in shapes(schema) if {"type": "null"} in kind.get("anyOf", [])}
    assert "TimelineEvent.earliest" in nullable
    assert [name for name, kind in nullable.items() if "null" not in kind["description"]] == []


def test_what_an_answer_always_has_is_required_and_never_null(schema: Any) -> None:
    shape = schema["components"]["schemas"]["SanctionsMeasure"]
    assert set(shape["required"]) == set(shape["properties"])
    for name in ("id", "title", "summary", "revision", "published_at", "url", "kind", "instrument", "exceptions"):
        assert "anyOf" not in shape["properties"][name], name


def test_answers_may_gain_fields(schema: Any) -> None:
    assert [name for name, shape in schema["components"]["schemas"].items() if "additionalProperties" in shape] == []


def test_only_what_belongs_to_a_refusal_is_optional_in_a_problem(schema: Any) -> None:
    problem = schema["components"]["schemas"]["Problem"]
    assert problem["properties"].keys() - set(problem["required"]) == {"errors", "reason", "last_version"}
    assert [name for name, field in problem["properties"].items() if "default" in field] == []


def test_a_record_shows_its_own_fields_before_those_of_all_records(schema: Any) -> None:
    assert list(schema["components"]["schemas"]["DiplomaticChannel"]["properties"]) == [
        *("id", "title", "summary"),
        *("kind", "sending_state", "receiving_state", "operated_by", "accredited_to", "place"),
        *("topics", "citations", "revision", "published_at", "url"),
    ]


def test_every_component_is_used(schema: Any) -> None:
    text = json.dumps(schema)
    for kind, named in schema["components"].items():
        assert [name for name in named if f'"#/components/{kind}/{name}"' not in text] == []


def test_an_item_can_be_unknown_or_withdrawn_and_a_list_only_of_an_unknown_revision(schema: Any) -> None:
    def problems(path: str, status: str) -> set[str]:
        answer = schema["paths"][path]["get"]["responses"].get(status, {"content": {}})
        return {name for content in answer["content"].values() for name in content["examples"]}

    assert problems("/v1/actors", "404") == {"unknown-revision"}
    assert problems("/v1/actors/{id}", "404") == {"unknown-record", "unknown-revision"}
    assert problems("/v1/actors", "410") == set()
    assert problems("/v1/actors/{id}", "410") == {"withdrawn-record"}


def test_answers_document_the_headers_that_they_have(schema: Any) -> None:
    responses = schema["paths"]["/v1/actors/{id}"]["get"]["responses"]
    assert {"ETag", "Dataset-Revision", "Link", "Content-Language", "X-Request-ID"} <= responses["200"][
        "headers"
    ].keys()
    assert responses["410"]["headers"].keys() == {"Link", "X-Request-ID"}
    assert responses["503"]["headers"].keys() == {"Retry-After", "X-Request-ID"}
    assert "ETag" not in schema["paths"]["/health/live"]["get"]["responses"]["200"]["headers"]


def test_the_example_instant_is_one_that_has_an_answer(schema: Any) -> None:
    parameters = schema["paths"]["/v1/actors"]["get"]["parameters"]
    example = next(parameter["schema"]["examples"][0] for parameter in parameters if parameter["name"] == "as_of")
    heading = (ROOT / "seed" / "revisions" / "0001.jsonl").read_text().partition("\n")[0]
    assert json.loads(heading)["published_at"] == example


def test_what_is_particular_to_a_list_stands_before_what_every_list_takes(schema: Any) -> None:
    assert [parameter["name"] for parameter in schema["paths"]["/v1/sanctions-measures"]["get"]["parameters"]] == [
        *("regime", "kind", "scope", "q", "from", "to", "in_force_on", "certain", "instrument", "topic", "source"),
        *("sort", "limit", "cursor", "facets", "include", "fields", "lang", "format", "revision", "as_of"),
    ]
