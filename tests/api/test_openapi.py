"""The OpenAPI document is sound by the tools that read it, and says all that a client needs."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from app.api import openapi
from app.api.openapi_components import resolved, resolved_operations
from app.api.openapi_schemas import extension
from app.errors import KINDS
from app.main import api
from app.model.json_text import compact
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from tests.support.paths import NODE
from tests.support.schema import DOCUMENT, fields_of, required_of
from tests.support.waiting import TIMEOUT

WITHOUT_NODE = pytest.mark.skipif(
    not (NODE / "node_modules" / ".stamp").exists(), reason="the Node.js tools are not installed: run `make node`"
)


@pytest.fixture(scope="module")
def schema() -> Any:
    return DOCUMENT


@pytest.fixture(scope="module")
def operations(schema: Any) -> dict[str, Any]:
    """Every operation by its path, without references other than to schemas."""
    return dict(resolved_operations(schema))


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
def test_spectral_refuses_a_parameter_without_limits(schema: Any, tmp_path: Path) -> None:
    changed = json.loads(json.dumps(schema))
    changed["components"]["parameters"]["id"]["schema"] = {"type": "array", "items": {"type": "string"}}
    (tmp_path / "openapi.json").write_text(json.dumps(changed))
    with pytest.raises(AssertionError) as caught:
        run("spectral", "lint", str(tmp_path / "openapi.json"), "--ruleset", "spectral.yaml", "--fail-severity=warn")
    assert "owasp:api4:2023-array-limit" in str(caught.value)
    assert "owasp:api4:2023-string-limit" in str(caught.value)


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


def test_operation_ids_are_method_names_and_unique(operations: dict[str, Any]) -> None:
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids))
    assert all(id.isidentifier() and id.split("_")[0] in ("list", "get") for id in ids)
    assert "list_timeline_events" in ids
    assert "get_timeline_event" in ids


BINARY = ("application/vnd.sqlite3", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def test_every_operation_says_what_it_is_and_shows_an_answer(schema: Any, operations: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in schema["tags"]}
    for path, operation in operations.items():
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags
        for media_type, content in operation["responses"]["200"]["content"].items():
            shown = "examples" in content or has_example(schema, content["schema"])
            assert shown or media_type in BINARY, path


def has_example(schema: Any, part: Any) -> bool:
    """Whether a schema, or one that it is mostly made of, has an example: Swagger UI puts them together."""
    whole = resolved(schema, part)
    fields = extension(whole)[1].get("properties", {})
    inner = [fields[name] for name in ("data", "record") if name in fields]
    parts = [*inner, *whole.get("anyOf", []), *([whole["items"]] if "items" in whole else [])]
    return "examples" in whole or any(has_example(schema, one) for one in parts if one != {"type": "null"})


def test_examples_of_schemas_are_what_the_schemas_say(schema: Any) -> None:
    names = [name for name, one in schema["components"]["schemas"].items() if "examples" in one]
    assert {resource.model.__name__ for resource in COLLECTIONS.values()} <= set(names)
    for name in names:
        validator = Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": schema["components"]})
        for example in schema["components"]["schemas"][name]["examples"]:
            assert [error.message for error in validator.iter_errors(example)] == [], name


def test_every_parameter_is_described_bounded_and_exemplified(operations: dict[str, Any]) -> None:
    for path, operation in operations.items():
        for parameter in operation.get("parameters", []):
            place, kind = f"{path} {parameter['name']}", parameter["schema"]
            assert parameter["description"], place
            values = kind.get("items", kind).get("enum")
            shown = values or "example" in parameter or kind.get("examples")
            assert bool(shown) == (parameter["name"] not in ("cursor", "as_of", "id") or parameter["in"] == "path"), (
                place
            )
            if kind["type"] == "array":
                assert kind["maxItems"] <= (200 if parameter["name"] == "id" else 50), place
                kind = kind["items"]
            if kind["type"] == "string":
                assert values or "maxLength" in kind or "pattern" in kind, place
            if kind["type"] == "integer":
                assert kind["format"] == "int32", place
                assert "minimum" in kind, place
                assert "maximum" in kind, place


def test_optional_parameters_are_not_filled_in_for_the_reader(operations: dict[str, Any]) -> None:
    for path, operation in operations.items():
        for parameter in operation.get("parameters", []):
            if not parameter.get("required"):
                assert "example" not in parameter, path
                assert "default" not in parameter["schema"], path


def test_every_problem_is_documented_as_one(operations: dict[str, Any]) -> None:
    for path, operation in operations.items():
        problems = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"4XX", "5XX"} <= problems.keys(), path
        for answer in problems.values():
            assert answer["content"].keys() == {"application/problem+json"}, path


def test_every_type_of_problem_is_declared_for_its_status(operations: dict[str, Any]) -> None:
    declared = {
        (example["value"]["type"], example["value"]["status"], status)
        for operation in operations.values()
        for status, answer in operation["responses"].items()
        if status >= "400"
        for example in answer["content"]["application/problem+json"]["examples"].values()
    }
    assert all(status in (str(number), f"{number // 100}XX") for _, number, status in declared)
    # A path that nothing has belongs to no operation; nothing limits the headers of requests yet
    elsewhere = {"unknown-path", "request-headers-too-large"}
    types = {f"urn:dossier:problem:{kind.slug}" for kind in KINDS.values() if kind.slug not in elsewhere}
    assert {name for name, _, _ in declared} == types


def test_integers_have_a_format_and_types_of_problems_are_references(schema: Any) -> None:
    def integers(part: Any) -> Iterator[Any]:
        if isinstance(part, dict):
            if part.get("type") == "integer":
                yield part
            for one in part.values():
                yield from integers(one)
        elif isinstance(part, list):
            for one in part:
                yield from integers(one)

    found = list(integers(schema))
    assert len(found) > 20
    assert {one.get("format") for one in found} == {"int32"}
    assert schema["components"]["schemas"]["Problem"]["properties"]["type"]["format"] == "uri-reference"


def test_downloads_can_be_had_in_parts(operations: dict[str, Any]) -> None:
    responses = operations["/v1/dataset.sqlite"]["responses"]
    binary = {"application/vnd.sqlite3": {"schema": {"type": "string", "format": "binary"}}}
    assert responses["200"]["content"] == responses["206"]["content"] == binary
    assert "Accept-Ranges" in responses["200"]["headers"]
    assert "Content-Range" in responses["206"]["headers"].keys() & responses["416"]["headers"].keys()
    assert "416" in operations["/v1/dataset.jsonl"]["responses"]


def test_value_lists_of_answers_may_grow(schema: Any) -> None:
    kind = fields_of("TimelineEvent")["kind"]
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
        for field, kind in extension(shape)[1].get("properties", {}).items():
            yield f"{name}.{field}", kind


def test_every_shape_and_field_of_an_answer_is_described(schema: Any) -> None:
    assert [name for name, shape in schema["components"]["schemas"].items() if not shape.get("description")] == []
    assert [name for name, kind in shapes(schema) if not kind.get("description") and "$ref" not in kind] == []


def test_a_field_that_can_be_null_says_when(schema: Any) -> None:
    nullable = {
        name: kind
        for name, kind in shapes(schema)
        if "null" in kind.get("type", []) or {"type": "null"} in kind.get("anyOf", [])
    }
    assert "TimelineEvent.earliest" in nullable
    assert [name for name, kind in nullable.items() if "null" not in kind["description"]] == []


def test_what_an_answer_always_has_is_required_and_never_null(schema: Any) -> None:
    fields = fields_of("SanctionsMeasure")
    assert required_of("SanctionsMeasure") == fields.keys()
    for name in ("id", "title", "summary", "revision", "published_at", "url", "kind", "instrument", "exceptions"):
        assert isinstance(fields[name]["type"], str), name


def test_answers_may_gain_fields(schema: Any) -> None:
    assert "false" not in re.findall('"additionalProperties":([a-z]+)', compact(schema))


def test_only_what_belongs_to_a_refusal_is_optional_in_a_problem(schema: Any) -> None:
    problem = schema["components"]["schemas"]["Problem"]
    assert problem["properties"].keys() - set(problem["required"]) == {"errors", "reason", "last_version"}
    assert [name for name, field in problem["properties"].items() if "default" in field] == []


def test_what_all_records_have_is_written_once(schema: Any) -> None:
    schemas = schema["components"]["schemas"]
    assert list(extension(schemas["DiplomaticChannel"])[1]["properties"]) == [
        *("collection", "kind", "sending_state", "receiving_state", "operated_by", "accredited_to", "place")
    ]
    for resource in COLLECTIONS.values():
        fields = fields_of(resource.model.__name__).keys()
        assert fields >= {"collection", "id", "title", "summary", "citations", "revision", "published_at", "url"}


def test_every_component_is_used(schema: Any) -> None:
    text = json.dumps(schema)
    for kind, named in schema["components"].items():
        assert [name for name in named if f'"#/components/{kind}/{name}"' not in text] == []


def test_an_item_can_be_unknown_or_withdrawn_and_a_list_only_of_an_unknown_revision(
    operations: dict[str, Any],
) -> None:
    def problems(path: str, status: str) -> set[str]:
        answer = operations[path]["responses"].get(status, {"content": {}})
        return {name for content in answer["content"].values() for name in content["examples"]}

    assert problems("/v1/actors", "404") == {"unknown-revision"}
    assert problems("/v1/actors/{id}", "404") == {"unknown-record", "unknown-revision"}
    assert problems("/v1/actors", "410") == set()
    assert problems("/v1/actors/{id}", "410") == {"withdrawn-record"}


def test_answers_document_the_headers_that_they_have(operations: dict[str, Any]) -> None:
    responses = operations["/v1/actors/{id}"]["responses"]
    assert {"ETag", "Dataset-Revision", "Link", "Memento-Datetime"} == responses["200"]["headers"].keys()
    assert responses["410"]["headers"].keys() == {"Link", "X-Request-ID"}
    assert responses["4XX"]["headers"].keys() == {"Allow", "Retry-After", "X-Request-ID"}
    assert responses["5XX"]["headers"].keys() == {"Retry-After", "X-Request-ID"}
    assert not operations["/health/live"]["responses"]["200"]["headers"]


def test_parameters_of_one_list_come_before_those_of_every_list(operations: dict[str, Any]) -> None:
    assert [parameter["name"] for parameter in operations["/v1/sanctions-measures"]["parameters"]] == [
        *("status", "regime", "kind", "scope", "id"),
        *("q", "from", "to", "in_force_on", "certain", "instrument", "topic", "source"),
        *("sort", "limit", "cursor", "facets", "include", "fields", "lang", "format", "revision", "as_of"),
    ]


def test_what_operations_share_is_written_once(schema: Any) -> None:
    parts: list[str] = []
    for methods in schema["paths"].values():
        operation = methods["get"]
        others = [response for status, response in operation["responses"].items() if status != "200"]
        parts += [compact(one) for one in [*operation.get("parameters", []), *others] if "$ref" not in one]
    assert len(parts) == len(set(parts)) > 20


def test_the_packaged_document_is_what_the_code_gives() -> None:
    document = api(Settings(public_url=None, contact=None)).openapi()
    packaged = openapi.packaged_document(Settings(public_url=None, contact=None))
    assert compact(packaged) == compact(document), "run `make docs`"
    assert len(compact(packaged).encode()) <= 230_000


@pytest.mark.parametrize("contact", ["me@example.org", "https://example.org/me"])
def test_settings_are_in_what_is_served_as_in_what_the_code_gives(contact: str) -> None:
    settings = Settings(public_url="https://example.org/dossier", contact=contact)
    packaged = openapi.packaged_document(settings)
    assert packaged == api(settings).openapi()
    assert packaged["servers"][0]["url"] == "https://example.org/dossier"
    assert contact in packaged["info"]["contact"].values()


def test_the_document_is_completed_without_changing_what_it_is_made_of(schema: Any) -> None:
    generated = FastAPI.openapi(api(Settings()))
    before = compact(generated)
    completed = openapi.complete(generated)
    assert compact(generated) == before
    assert completed["paths"] == schema["paths"]
