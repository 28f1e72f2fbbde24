"""The comparison of two schemas finds each kind of break, and takes no growth for one."""

from copy import deepcopy
from typing import Any

import pytest

from tests.support import compatibility
from tests.support.compatibility import breaks

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
NULL = {"type": "null"}
NAMED = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}


def document(
    answer: Any = TEXT, parameters: tuple[Any, ...] = (), shapes: dict[str, Any] | None = None, **operation: Any
) -> Any:
    """A document of one operation, `GET /v1/birds`, that answers so."""
    ok = {"content": {"application/json": {"schema": answer}}, "headers": {"ETag": {"schema": TEXT}}}
    responses = {"200": ok, "304": {}, "404": {"headers": {"Link": {"schema": TEXT}}}}
    get = {"operationId": "list_birds", "parameters": list(parameters), "responses": responses, **operation}
    return {"paths": {"/v1/birds": {"get": get}}, "components": {"schemas": shapes or {}}}


def taking(schema: Any, **more: Any) -> Any:
    """A document whose operation takes the parameter `q` in the query."""
    return document(parameters=({"name": "q", "in": "query", "schema": schema, **more},))


def operation(whole: Any) -> Any:
    return whole["paths"]["/v1/birds"]["get"]


def array(items: Any, **more: Any) -> Any:
    return {"type": "array", "items": items, **more}


def shape(*required: str, **fields: Any) -> Any:
    return {"type": "object", "properties": fields, "required": list(required)}


def either(*alternatives: Any) -> Any:
    return {"anyOf": list(alternatives)}


def ref(name: str) -> Any:
    return {"$ref": f"#/components/schemas/{name}"}


def test_a_document_does_not_break_itself() -> None:
    whole = document(ref("Bird"), ({"name": "q", "in": "query", "schema": array(TEXT)},), {"Bird": NAMED})
    assert breaks(whole, deepcopy(whole)) == []


def test_paths_and_methods_stay() -> None:
    assert breaks(document(), {"paths": {}}) == ["GET /v1/birds: is gone"]
    assert breaks(document(), {"paths": {"/v1/birds": {"post": {}}}}) == ["GET /v1/birds: is gone"]


def test_paths_and_methods_may_come() -> None:
    present = document()
    present["paths"]["/v1/fish"] = {"get": operation(document(operationId="list_fish"))}
    present["paths"]["/v1/birds"]["post"] = {"operationId": "add_bird", "responses": {}}
    assert breaks(document(), present) == []


def test_operation_ids_stay_since_clients_are_generated_with_them() -> None:
    line = "GET /v1/birds: the operationId list_birds is gone"
    assert breaks(document(), document(operationId="get_birds")) == [line]


def test_no_key_is_asked_for_where_none_was() -> None:
    open_to_all, closed = document() | {"security": []}, document() | {"security": [{"key": []}]}
    assert breaks(open_to_all, closed) == ["GET /v1/birds: now needs a key"]
    assert breaks(open_to_all, document(security=[{"key": []}])) == ["GET /v1/birds: now needs a key"]
    assert breaks(closed, open_to_all) == []
    assert breaks(closed, closed) == []


@pytest.mark.parametrize("status", ["200", "304"])
def test_responses_of_success_stay(status: str) -> None:
    present = document()
    del operation(present)["responses"][status]
    assert breaks(document(), present) == [f"GET /v1/birds: the response {status} is gone"]


def test_refusals_may_go_and_come() -> None:
    present = document()
    operation(present)["responses"]["410"] = operation(present)["responses"].pop("404")
    assert breaks(document(), present) == []


@pytest.mark.parametrize(("status", "header"), [("200", "ETag"), ("404", "Link")])
def test_headers_stay_on_refusals_too(status: str, header: str) -> None:
    present = document()
    operation(present)["responses"][status]["headers"] = {"X-Other": {"schema": TEXT}}
    assert breaks(document(), present) == [f"GET /v1/birds {status}: the header {header} is gone"]


def test_media_types_stay_and_may_come() -> None:
    csv = document()
    operation(csv)["responses"]["200"]["content"]["text/csv"] = {"schema": TEXT}
    assert breaks(document(), csv) == []
    assert breaks(csv, document()) == ["GET /v1/birds 200: the media type text/csv is gone"]


def test_answers_are_compared_for_refusals_too() -> None:
    def refused(schema: Any) -> Any:
        whole = document()
        operation(whole)["responses"]["404"]["content"] = {"application/problem+json": {"schema": schema}}
        return whole

    assert breaks(refused(NAMED), refused(shape())) == ["GET /v1/birds 404.name: is gone"]


def test_parameters_stay() -> None:
    assert breaks(taking(TEXT), document()) == ["GET /v1/birds q: the parameter is gone"]
    elsewhere = document(parameters=({"name": "q", "in": "header", "schema": TEXT},))
    assert breaks(taking(TEXT), elsewhere) == ["GET /v1/birds q: the parameter is gone"]


def test_parameters_may_come_but_not_be_required() -> None:
    assert breaks(document(), taking(TEXT)) == []
    assert breaks(document(), taking(array(TEXT), style="form", explode=False)) == []
    assert breaks(document(), taking(TEXT, required=True)) == ["GET /v1/birds: the parameter q is now required"]
    assert breaks(taking(TEXT), taking(TEXT, required=True)) == ["GET /v1/birds: the parameter q is now required"]
    assert breaks(taking(TEXT, required=True), taking(TEXT)) == []


@pytest.mark.parametrize(
    ("released", "present", "line"),
    [
        (TEXT, NUMBER, "q: was string, is now integer"),
        (array(TEXT), TEXT, "q: was array, is now string"),
        ({}, TEXT, "q: was anything, is now string"),
        (either(TEXT, NUMBER), TEXT, "q: was integer, is now string"),
        ({"type": ["string", "integer"]}, TEXT, "q: was integer, is now string"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, 'q: the value "b" is gone'),
        ({"enum": ["a", "b"]}, {"const": "a"}, 'q: the value "b" is gone'),
        (TEXT, TEXT | {"enum": ["a"]}, 'q: took any value, takes now only ["a"]'),
        (array({"enum": ["a", "b"]}), array({"enum": ["b"]}), 'q[]: the value "a" is gone'),
        (array(TEXT), array(TEXT, maxItems=50), "q: maxItems was None, is now 50"),
        (array(TEXT, maxItems=50), array(TEXT, maxItems=20), "q: maxItems was 50, is now 20"),
        (array(TEXT), array(TEXT, minItems=1), "q: minItems was None, is now 1"),
        (TEXT | {"maxLength": 9}, TEXT | {"maxLength": 8}, "q: maxLength was 9, is now 8"),
        (TEXT, TEXT | {"minLength": 1}, "q: minLength was None, is now 1"),
        (NUMBER | {"maximum": 200}, NUMBER | {"maximum": 100}, "q: maximum was 200, is now 100"),
        (NUMBER, NUMBER | {"minimum": 0}, "q: minimum was None, is now 0"),
        (TEXT, TEXT | {"pattern": "^a$"}, "q: the pattern None became ^a$"),
        (TEXT | {"pattern": "^a$"}, TEXT | {"pattern": "^b$"}, "q: the pattern ^a$ became ^b$"),
        (TEXT, TEXT | {"format": "date"}, "q: the format None became date"),
        (NUMBER | {"minimum": 0}, NUMBER | {"format": "int32"}, "q: the format None became int32"),
        (
            NUMBER | {"minimum": 0, "maximum": 2**31},
            NUMBER | {"minimum": 0, "maximum": 2**31, "format": "int32"},
            "q: the format None became int32",
        ),
    ],
)
def test_a_parameter_takes_no_less(released: Any, present: Any, line: str) -> None:
    assert breaks(taking(released), taking(present)) == [f"GET /v1/birds {line}"]


@pytest.mark.parametrize(
    ("released", "present"),
    [
        (TEXT, {}),
        (TEXT, either(NUMBER, TEXT)),
        (TEXT, array(TEXT)),
        ({"type": "string", "enum": ["a"]}, array({"type": "string", "enum": ["a", "b"]})),
        ({"enum": ["a"]}, {"enum": ["b", "a"]}),
        ({"const": "a"}, {"enum": ["b", "a"]}),
        ({"type": "string", "enum": ["a"]}, TEXT),
        (array(TEXT, maxItems=20), array(TEXT, maxItems=50)),
        (array(TEXT, minItems=2, maxItems=20), array(TEXT)),
        (TEXT | {"minLength": 1, "maxLength": 9}, TEXT | {"maxLength": 10}),
        (NUMBER | {"minimum": 1, "maximum": 9}, NUMBER | {"minimum": 0}),
        (TEXT | {"pattern": "^a$", "format": "date"}, TEXT),
        (NUMBER | {"minimum": 1, "maximum": 9}, NUMBER | {"minimum": 1, "maximum": 9, "format": "int32"}),
        (NUMBER | {"format": "int32", "minimum": 1, "maximum": 9}, NUMBER | {"format": "int64"}),
    ],
)
def test_a_parameter_may_take_more(released: Any, present: Any) -> None:
    assert breaks(taking(released), taking(present)) == []


def test_a_list_is_read_as_before() -> None:
    line = "GET /v1/birds q: was read as form, explode true, is now read as form, explode false"
    assert breaks(taking(array(TEXT)), taking(array(TEXT), explode=False)) == [line]
    assert breaks(taking(array(TEXT)), taking(array(TEXT), style="form")) == []
    assert breaks(taking(TEXT), taking(TEXT, explode=False)) == []


def test_a_text_that_becomes_a_list_keeps_its_commas() -> None:
    line = "GET /v1/birds q: a text with a comma is now taken apart"
    assert breaks(taking(TEXT), taking(array(TEXT), explode=False)) == [line]
    assert breaks(taking(TEXT), taking(array(TEXT))) == []
    assert breaks(taking(TEXT | {"enum": ["a"]}), taking(array(TEXT), explode=False)) == []


def test_a_pattern_is_wider_if_a_person_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    released, present = TEXT | {"pattern": "^a$"}, TEXT | {"pattern": "^[ab]$"}
    assert breaks(taking(released), taking(present))
    monkeypatch.setattr(compatibility, "WIDER_PATTERNS", frozenset({("^a$", "^[ab]$")}))
    assert breaks(taking(released), taking(present)) == []
    assert breaks(taking(present), taking(released))


@pytest.mark.parametrize(
    ("released", "present", "line"),
    [
        (shape(a=TEXT, b=TEXT), shape(a=TEXT), ".b: is gone"),
        (shape("a", a=TEXT), shape(a=TEXT), ".a: may now be absent"),
        (shape(a=TEXT), shape(a=NUMBER), ".a: was string, is now integer"),
        (shape(a=TEXT), shape(a=array(TEXT)), ".a: was string, is now array"),
        (shape(a=TEXT), shape(a={}), ".a: was string, may now be anything"),
        (shape(a=TEXT), shape(a=either(TEXT, NULL)), ".a: may now be null"),
        (shape(a=TEXT), shape(a={"type": ["string", "null"]}), ".a: may now be null"),
        (shape(a=either(TEXT, NULL)), shape(a=either(TEXT, NUMBER, NULL)), ".a: may now be integer"),
        (shape(a=either(NAMED, NULL)), shape(a=NULL), ".a: was object, is now null"),
        (shape(a=either(NAMED, NULL)), shape(a=either(NAMED, shape("b", b=TEXT), NULL)), ".a: may now be object"),
        (shape(a=array(NAMED)), shape(a=array(shape())), ".a[].name: is gone"),
        (shape(a=array(TEXT, minItems=1)), shape(a=array(TEXT)), ".a: may now be empty"),
        ({"x-extensible-enum": ["a", "b"]}, {"x-extensible-enum": ["b"]}, ': the value "a" is gone'),
        (TEXT | {"x-extensible-enum": ["a"]}, TEXT, ': the value "a" is gone'),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, ': the value "b" is gone'),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, ': its list of values was closed, and gained ["b"]'),
        ({"const": "a"}, {"enum": ["a", "b"]}, ': its list of values was closed, and gained ["b"]'),
        (
            TEXT | {"enum": ["a"]},
            TEXT | {"x-extensible-enum": ["a"]},
            ": its list of values was closed, and is open",
        ),
        (TEXT | {"format": "date"}, TEXT | {"format": "date-time"}, ": the format date became date-time"),
        (TEXT | {"pattern": "^[0-9]+$"}, TEXT, ": the pattern ^[0-9]+$ became None"),
        ({"additionalProperties": NUMBER}, {"additionalProperties": TEXT}, ".*: was integer, is now string"),
        ({"additionalProperties": NUMBER}, {"type": "object"}, ".*: was integer, may now be anything"),
        ({"additionalProperties": NUMBER}, {"additionalProperties": False}, ".*: is gone"),
    ],
)
def test_an_answer_keeps_what_it_has(released: Any, present: Any, line: str) -> None:
    found = breaks(document(released), document(present))
    assert len(found) == 1
    assert found[0].startswith(f"GET /v1/birds 200{line}")


@pytest.mark.parametrize(
    ("released", "present"),
    [
        (shape(a=TEXT), shape("a", "b", a=TEXT, b=NUMBER)),
        (shape(a=either(TEXT, NULL)), shape(a=TEXT)),
        (shape(a={}), shape(a=TEXT)),
        (array(TEXT), array(TEXT, minItems=1)),
        (NUMBER | {"maximum": 9}, NUMBER | {"maximum": 10}),
        (TEXT | {"maxLength": 9}, TEXT),
        (TEXT, TEXT | {"format": "date", "pattern": "^[0-9-]+$"}),
        ({"x-extensible-enum": ["a"]}, {"x-extensible-enum": ["b", "a"]}),
        (TEXT, TEXT | {"enum": ["a"]}),
        ({"anyOf": [NAMED, NULL]}, {"oneOf": [NULL, NAMED]}),
        ({"additionalProperties": NUMBER}, {"additionalProperties": NUMBER, "properties": {"a": NUMBER}}),
    ],
)
def test_an_answer_may_gain_and_be_more_certain(released: Any, present: Any) -> None:
    assert breaks(document(released), document(present)) == []


def test_a_union_of_shapes_may_gain_one_but_none_may_go_or_shrink() -> None:
    bird, fish, horse = (shape("kind", kind={"const": kind}, name=TEXT) for kind in ("bird", "fish", "horse"))
    two = document(array(either(bird, fish)))
    assert breaks(two, document(array(either(horse, fish, bird)))) == []
    assert breaks(two, document(array(bird)))
    shrunk = shape("kind", kind={"const": "fish"})
    assert breaks(two, document(array(either(bird, shrunk)))) == ["GET /v1/birds 200[].name: is gone"]


def test_references_are_followed_on_both_sides() -> None:
    pointed = document(shape(a=ref("Bird")), shapes={"Bird": NAMED})
    assert breaks(document(shape(a=NAMED)), pointed) == []
    assert breaks(document(shape(a=shape("name", "age", name=TEXT, age=NUMBER))), pointed) == [
        "GET /v1/birds 200.a.age: is gone"
    ]
    narrower = document(shape(a=ref("Other")), shapes={"Bird": NAMED, "Other": shape(age=NUMBER)})
    assert breaks(pointed, narrower) == ["Bird.name: is gone"]


def test_a_break_in_a_shape_is_reported_once_however_many_answers_have_it() -> None:
    released = document(shape(a=ref("Bird"), b=array(ref("Bird")), c=either(ref("Bird"), NULL)), shapes={"Bird": NAMED})
    present = deepcopy(released)
    present["components"]["schemas"]["Bird"] = shape()
    assert breaks(released, present) == ["Bird.name: is gone"]


def test_shapes_keep_their_names_since_clients_are_generated_with_them() -> None:
    released = document(ref("Bird"), shapes={"Bird": NAMED})
    assert breaks(released, document(ref("Avian"), shapes={"Avian": NAMED})) == ["Bird: the shape is gone"]


def test_a_shape_within_itself_is_compared_to_its_end() -> None:
    nested = shape("name", name=TEXT, parent=either(ref("Bird"), NULL), young=array(ref("Bird")))
    released = document(ref("Bird"), shapes={"Bird": nested})
    assert breaks(released, deepcopy(released)) == []
    present = deepcopy(released)
    present["components"]["schemas"]["Bird"]["properties"]["name"] = NUMBER
    assert breaks(released, present) == ["Bird.name: was string, is now integer"]


def test_shapes_made_of_parts_are_put_together() -> None:
    released = document(shape("name", "age", name=TEXT, age=NUMBER))
    parts = {"allOf": [ref("Named"), shape("age", age=NUMBER)]}
    assert breaks(released, document(parts, shapes={"Named": NAMED})) == []
    assert breaks(released, document({"allOf": [shape(age=NUMBER)]})) == [
        "GET /v1/birds 200.name: is gone",
        "GET /v1/birds 200.age: may now be absent",
    ]


def test_a_status_may_be_declared_by_its_range() -> None:
    def refused(status: str, header: str) -> Any:
        whole = document()
        responses = operation(whole)["responses"]
        del responses["404"]
        responses[status] = {"headers": {header: {"schema": TEXT}}}
        return whole

    assert breaks(document(), refused("4XX", "Link")) == []
    assert breaks(document(), refused("default", "Link")) == []
    assert breaks(document(), refused("4XX", "ETag")) == ["GET /v1/birds 404: the header Link is gone"]
    present = document()
    operation(present)["responses"]["2XX"] = operation(present)["responses"].pop("200")
    assert breaks(document(), present) == []


def test_headers_may_be_references() -> None:
    present = document()
    operation(present)["responses"]["200"]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    present["components"]["headers"] = {"ETag": {"schema": TEXT}}
    assert breaks(document(), present) == []


def test_schemas_that_extend_another_have_its_fields() -> None:
    released = document(ref("Bird"), shapes={"Bird": shape("name", "age", name=TEXT, age=NUMBER)})
    bird = {"allOf": [ref("Named")], **shape("age", age=NUMBER)}
    assert breaks(released, document(ref("Bird"), shapes={"Bird": bird, "Named": NAMED})) == []
    assert breaks(released, document(ref("Bird"), shapes={"Bird": bird, "Named": shape(name=TEXT)})) == [
        "Bird.name: may now be absent"
    ]


def test_parameters_and_responses_may_be_references() -> None:
    whole = taking(TEXT)
    parameter, response = operation(whole)["parameters"][0], operation(whole)["responses"]["200"]
    present = deepcopy(whole)
    present["components"] |= {"parameters": {"q": parameter}, "responses": {"ok": response}}
    operation(present)["parameters"] = [{"$ref": "#/components/parameters/q"}]
    operation(present)["responses"]["200"] = {"$ref": "#/components/responses/ok"}
    assert breaks(whole, present) == []
    assert breaks(present, document(NUMBER)) == [
        "GET /v1/birds q: the parameter is gone",
        "GET /v1/birds 200: was string, is now integer",
    ]
