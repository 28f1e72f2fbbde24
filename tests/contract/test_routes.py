"""What every route promises, asked of every route that the schema names."""

import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator

from app.paths import packaged
from app.resources.registry import COLLECTIONS
from tests.support.schema import SCHEMA, SHAPES, asking, choices_of, example_of

LISTS = [f"/v1/{name}" for name in COLLECTIONS] + ["/v1/revisions"]
ITEMS = [resource.address(resource.example) for resource in COLLECTIONS.values()]


OPERATIONS = {example_of(path): methods["get"] for path, methods in SCHEMA["paths"].items()}
ROUTES = sorted(OPERATIONS)
NO_WORDS = "canonical|totals|catalog|dataset|provisions|screen"  # the same in both languages, or both in one
ONE_FILE = r"dataset\.|canonical"  # addresses that do not look at Accept
ANSWERS = [route for route in ROUTES if not route.startswith("/health")]
KEPT = [route for route in ANSWERS if "/screen?" not in route]  # by caches, under an entity tag


def links(answer: httpx.Response) -> dict[str, str]:
    return {relation: target for target, relation in re.findall(r'<([^>]*)>; rel="([^"]*)"', answer.headers["link"])}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """An answer as the problem that it has to be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert list(body)[:5] == ["type", "title", "status", "detail", "instance"]
    assert body["status"] == status
    assert body["type"].startswith("urn:dossier:problem:")
    assert body["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    return body


def test_the_schema_names_every_collection() -> None:
    assert {f"/v1/{name}" for name in COLLECTIONS} <= SCHEMA["paths"].keys()
    assert {f"/v1/{name}/{{id}}" for name in COLLECTIONS} <= SCHEMA["paths"].keys()


@pytest.mark.parametrize("route", ROUTES)
def test_an_answer_is_as_the_schema_describes_it(dossier: httpx.Client, route: str) -> None:
    answer = dossier.get(route)
    assert answer.status_code == 200
    content = OPERATIONS[route]["responses"]["200"]["content"]
    assert answer.headers["content-type"].partition(";")[0] in content
    if "application/json" in content:
        shape = {**content["application/json"]["schema"], "components": SCHEMA["components"]}
        assert [error.message for error in Draft202012Validator(shape).iter_errors(answer.json())] == []


BASES = {part["$ref"].rpartition("/")[2] for one in SHAPES.values() for part in one.get("allOf", []) if "$ref" in part}


def strictly(name: str, shape: Any) -> Any:
    """A shape that takes no field that neither it nor what it extends names."""
    whole = ("allOf" in shape or "properties" in shape) and name not in BASES
    return {**shape, "unevaluatedProperties": False} if whole else shape


STRICT = {"schemas": {name: strictly(name, shape) for name, shape in SHAPES.items()}}


def faults(name: str, body: Any) -> list[str]:
    """What is wrong with a body by the shape of this name: formats are checked, fields that it lacks are faults."""
    shape = {"$ref": f"#/components/schemas/{name}", "components": STRICT}
    found = Draft202012Validator(shape, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(body)
    return [f"{error.json_path}: {error.message}" for error in found]


@pytest.mark.parametrize("name", COLLECTIONS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_record_is_as_the_schema_describes_it_and_has_nothing_else(
    dossier: httpx.Client, name: str, lang: str
) -> None:
    shape = COLLECTIONS[name].model.__name__
    assert faults(f"{shape}List", dossier.get(f"/v1/{name}", params={"limit": 200, "lang": lang}).json()) == []


def declared(responses: Any, status: int) -> set[str]:
    """The types of problem that an operation declares for a status, by itself or by its range."""
    response = responses.get(str(status)) or responses[f"{status // 100}XX"]
    examples = response["content"]["application/problem+json"]["examples"].values()
    return {one["value"]["type"] for one in examples if one["value"]["status"] == status}


@pytest.mark.parametrize("route", ROUTES)
def test_every_refusal_is_documented_and_as_the_schema_describes_it(dossier: httpx.Client, route: str) -> None:
    documented = OPERATIONS[route]["responses"]
    refusals = [dossier.get(asking(route, "nonsense=1")), dossier.get(asking(route, f"x={'x' * 20_000}"))]
    refusals.append(dossier.post(route))
    if route in ANSWERS:
        refusals.append(dossier.get(asking(route, "revision=99")))
    if route in ANSWERS and not re.search(ONE_FILE, route):
        refusals.append(dossier.get(route, headers={"Accept": "image/png"}))
    assert [answer.status_code for answer in refusals] == [422, 414, 405, 404, 406][: len(refusals)]
    assert route not in ANSWERS or refusals[3].json()["type"] == "urn:dossier:problem:unknown-revision"
    for answer in refusals:
        assert answer.json()["type"] in declared(documented, answer.status_code)
        assert faults("Problem", problem(answer, answer.status_code)) == []


@pytest.mark.parametrize("route", ROUTES)
def test_an_unknown_parameter_is_refused_and_named(dossier: httpx.Client, route: str) -> None:
    body = problem(dossier.get(asking(route, "nonsense=1")), 422)
    assert [fault["parameter"] for fault in body["errors"]] == ["nonsense"]


@pytest.mark.parametrize("route", ROUTES)
def test_head_is_get_without_the_body(dossier: httpx.Client, route: str) -> None:
    get, head = dossier.get(route), dossier.head(route)
    assert head.content == b""
    assert head.status_code == 200
    changing = {"date", "x-request-id", "transfer-encoding"}
    assert {n: v for n, v in head.headers.items() if n not in changing} == {
        n: v for n, v in get.headers.items() if n not in changing
    }


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_can_be_written(dossier: httpx.Client, route: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = dossier.request(method, route)
        problem(answer, 405)
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("route", ROUTES)
def test_any_origin_may_read(dossier: httpx.Client, route: str) -> None:
    answer = dossier.get(route, headers={"Origin": "https://frontend.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Dataset-Revision" in answer.headers["access-control-expose-headers"]
    asked = {"Origin": "https://frontend.example", "Access-Control-Request-Method": "GET"}
    preflight = dossier.options(route, headers={**asked, "Access-Control-Request-Headers": "If-None-Match"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "*, Authorization"


@pytest.mark.parametrize("route", ROUTES)
def test_security_headers_are_on_every_answer(dossier: httpx.Client, route: str) -> None:
    headers = dossier.get(route).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    both = re.search("catalog|dataset|canonical", route)
    assert headers["content-language"] == ("en, fr" if both else "en")
    assert ("Accept-Language" in headers.get("vary", "")) == (route in ANSWERS and not both)
    assert "server" not in headers


@pytest.mark.parametrize("route", ROUTES)
def test_options_names_the_methods(dossier: httpx.Client, route: str) -> None:
    answer = dossier.options(route)
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


BOTH = "Accept, Accept-Language"


@pytest.mark.parametrize(
    ("method", "address", "headers", "status", "varies"),
    [
        ("GET", "/", {}, 200, f"{BOTH}, Accept-Encoding"),
        ("GET", "/docs", {}, 200, "Accept-Language, Accept-Encoding"),
        ("GET", "/docs?lang=en", {}, 200, "Accept-Encoding"),
        ("GET", "/openapi.json", {}, 200, "Accept-Encoding"),
        ("GET", "/static/docs.js", {}, 200, "Accept-Encoding"),
        ("OPTIONS", "/v1", {}, 204, ""),
        ("GET", "/v1/actors", {"If-None-Match": "*"}, 304, f"{BOTH}, Accept-Encoding"),
        ("GET", "/nowhere", {}, 404, BOTH),
        ("GET", "/static/nowhere.js", {}, 404, BOTH),
        ("DELETE", "/v1/actors", {}, 405, BOTH),
        ("GET", "/v1/actors", {"Accept": "image/png"}, 406, BOTH),
        ("GET", f"/v1/actors?q={'a' * 20_000}", {}, 414, BOTH),
        ("GET", "/v1/actors?limit=0", {}, 422, BOTH),
        ("GET", "/v1/actors?limit=0&format=csv&lang=en", {}, 422, ""),
    ],
)
def test_every_answer_says_its_language_and_what_it_varies_by(
    dossier: httpx.Client, method: str, address: str, headers: dict[str, str], status: int, varies: str
) -> None:
    answer = dossier.request(method, address, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-language"] == "en"
    assert answer.headers.get("vary", "") == varies
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["x-request-id"])
    assert answer.headers.get("cache-control") == "no-store" or status < 400


@pytest.mark.parametrize("route", KEPT)
def test_an_answer_is_not_sent_twice(dossier: httpx.Client, route: str) -> None:
    first = dossier.get(route)
    assert first.headers["etag"].startswith('"')
    again = dossier.get(route, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert dossier.get(route, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("route", KEPT)
def test_a_present_answer_points_to_its_pinned_self_and_back(dossier: httpx.Client, route: str) -> None:
    present = dossier.get(route)
    assert present.headers["cache-control"] == "public, max-age=60"
    assert present.headers["dataset-revision"] == str(len(list((packaged("seed") / "revisions").glob("*.jsonl"))))
    pinned = dossier.get(links(present)["memento"])
    assert pinned.content == present.content
    assert pinned.headers["cache-control"] == "public, max-age=31536000"
    assert pinned.headers["memento-datetime"].endswith(" GMT")
    assert urlsplit(links(pinned)["original"]).path == urlsplit(route).path


@pytest.mark.parametrize("route", [route for route in ANSWERS if not re.search(NO_WORDS, route)])
def test_both_languages_are_spoken(dossier: httpx.Client, route: str) -> None:
    french = dossier.get(route, headers={"Accept-Language": "fr-CA, en;q=0.5"})
    assert french.headers["content-language"] == "fr"
    assert french.content == dossier.get(asking(route, "lang=fr")).content
    assert french.content != dossier.get(asking(route, "lang=en")).content
    assert french.headers["etag"] != dossier.get(route).headers["etag"]


@pytest.mark.parametrize("route", [route for route in ANSWERS if not re.search(ONE_FILE, route)])
def test_an_accept_that_cannot_be_met_is_refused(dossier: httpx.Client, route: str) -> None:
    body = problem(dossier.get(route, headers={"Accept": "image/png"}), 406)
    for media_type in OPERATIONS[route]["responses"]["200"]["content"]:
        assert media_type in body["detail"]


@pytest.mark.parametrize("route", LISTS)
def test_a_list_has_its_envelope_and_an_exact_total(dossier: httpx.Client, route: str) -> None:
    page = dossier.get(route, params={"limit": 200}).json()
    assert list(page) == ["data", "page", "dataset"]
    assert page["dataset"].keys() == {"revision", "published_at"}
    rows = len(page["data"])
    while following := page["page"]["next"]:
        page = dossier.get(route, params={"limit": 200, "cursor": following}).json()
        rows += len(page["data"])
    assert page["page"] == {"limit": 200, "total": rows, "next": None}


@pytest.mark.parametrize("route", LISTS)
def test_a_limit_out_of_bounds_is_refused_never_clamped(dossier: httpx.Client, route: str) -> None:
    for limit in ("0", "201", "-1", "1e3", "+5", "1.0", "١", "1_0", " 1", "99999999999999999999"):
        body = problem(dossier.get(route, params={"limit": limit}), 422)
        assert body["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize("route", [route for route in LISTS if route != "/v1/revisions"])
def test_every_order_is_total_and_walks_every_row_once(dossier: httpx.Client, route: str) -> None:
    total = dossier.get(route).json()["page"]["total"]
    for sort in choices_of(route, "sort"):
        ids: list[str] = []
        following: str | None = f"{route}?sort={sort}&limit=7"
        while following:
            answer = dossier.get(following)
            ids += [record["id"] for record in answer.json()["data"]]
            following = links(answer).get("next")
        assert len(ids) == len(set(ids)) == total, sort


@pytest.mark.parametrize("item", ITEMS)
def test_an_item_has_its_envelope_and_is_what_its_list_shows(dossier: httpx.Client, item: str) -> None:
    body = dossier.get(item).json()
    assert list(body) == ["data", "references", "dataset"]
    assert body["data"]["url"] == item
    shown = dossier.get(item.rpartition("/")[0], params={"limit": 200}).json()["data"]
    assert body["data"] in shown


@pytest.mark.parametrize("name", COLLECTIONS)
def test_an_id_that_never_was_is_unknown(dossier: httpx.Client, name: str) -> None:
    body = problem(dossier.get(f"/v1/{name}/no-such-thing"), 404)
    assert body["type"] == "urn:dossier:problem:unknown-record"


@pytest.mark.parametrize("path", ["/v2", "/v1/", "/v1/actor", "/v1/actors/", "/v1/actors/canada/x", "/docsx", "/x.ico"])
def test_an_unknown_path_is_a_problem(dossier: httpx.Client, path: str) -> None:
    assert problem(dossier.get(path), 404)["type"] == "urn:dossier:problem:unknown-path"


def test_the_root_is_the_service_document(dossier: httpx.Client) -> None:
    problem(dossier.get("/?nonsense=1"), 422)
    root = dossier.get("/").json()
    assert root == dossier.get("/v1").json()
    for collection in root["collections"]:
        assert dossier.get(collection["url"]).json()["page"]["total"] == collection["records"]
    assert root["links"].keys() >= {
        *("search", "timeline", "changes", "vocabularies", "funding_totals", "revisions", "catalog", "dataset_sqlite"),
        *("dataset_jsonl", "docs", "openapi", "health"),
    }
    for name, link in root["links"].items():
        needed = {"search": {"q": "korea"}, "screening": {"name": "Yun"}}.get(name)
        assert dossier.get(link, params=needed).status_code == 200
