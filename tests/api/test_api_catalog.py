"""API catalogue (RFC 9727): a linkset from which programs find the API and its documents."""

import httpx

from app.main import create_app
from tests.support.servers import client_of, settings_for
from tests.support.world import World, refused

PATH = "/.well-known/api-catalog"
MEDIA_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'


def test_it_names_the_api_and_its_documents(still: httpx.Client) -> None:
    answer = still.get(PATH)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json() == {
        "linkset": [
            {"anchor": PATH, "item": [{"href": "/v1"}]},
            {
                "anchor": "/v1",
                "service-desc": [{"href": "/openapi.json", "type": "application/json"}],
                "service-doc": [{"href": "/docs", "type": "text/html"}],
                "service-meta": [{"href": "/v1/catalog", "type": "application/ld+json"}],
                "status": [{"href": "/health/ready", "type": "application/json"}],
            },
        ]
    }


def test_what_it_names_answers_as_it_says(still: httpx.Client) -> None:
    _, api = still.get(PATH).json()["linkset"]
    for relation, targets in api.items():
        for target in targets if relation != "anchor" else []:
            answer = still.get(target["href"])
            assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, target["type"])


def test_head_links_to_it_and_to_the_api(still: httpx.Client) -> None:
    answer = still.head(PATH)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", MEDIA_TYPE)
    assert answer.headers["link"] == f'<{PATH}>; rel="api-catalog", </v1>; rel="item"'


def test_addresses_are_absolute_where_the_service_knows_its_own(world: World) -> None:
    with client_of(create_app(settings_for(world.db.path, public_url="https://data.example/dossier"))) as client:
        answer = client.get(PATH)
    catalogue, api = answer.json()["linkset"]
    assert catalogue["anchor"] == f"https://data.example/dossier{PATH}"
    assert catalogue["item"] == [{"href": "https://data.example/dossier/v1"}]
    assert api["service-doc"] == [{"href": "https://data.example/dossier/docs", "type": "text/html"}]
    assert answer.links["item"]["url"] == "https://data.example/dossier/v1"


def test_it_is_cached_and_takes_no_parameters(still: httpx.Client) -> None:
    answer = still.get(PATH)
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert still.get(PATH, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert [name for name, _ in refused(still, f"{PATH}?nope=1")] == ["nope"]
    assert still.post(PATH).status_code == 405
