"""Vocabularies over HTTP: every list of values, with labels and descriptions in both languages."""

from typing import Any

import httpx
import pytest

from app.resources.registry import COLLECTIONS
from tests.support.world import refused

PATH = "/v1/vocabularies"


def lists(client: httpx.Client, query: str = "") -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The values by collection and field."""
    answer = client.get(f"{PATH}?{query}").raise_for_status().json()
    return {(one["collection"], one["field"]): one["values"] for one in answer["data"]}


def test_an_answer_in_full(still: httpx.Client) -> None:
    assert still.get(f"{PATH}?collection=diplomatic-channels&lang=fr").json() == {
        "data": [
            {
                "collection": "diplomatic-channels",
                "field": "kind",
                "values": [
                    {
                        "value": "embassy",
                        "label": "Ambassade",
                        "description": "Ambassade, résidente ou accréditée depuis un autre pays.",
                    },
                    {
                        "value": "permanent-mission",
                        "label": "Mission permanente",
                        "description": "Mission auprès d’une organisation internationale.",
                    },
                    {
                        "value": "protecting-power",
                        "label": "Puissance protectrice",
                        "description": "État tiers qui représente les intérêts de l’État d’envoi.",
                    },
                ],
            }
        ],
        "dataset": {"revision": 1, "published_at": "2020-01-01T00:00:00Z"},
    }


def test_one_value_has_other_words_in_another_field(still: httpx.Client) -> None:
    found = lists(still)

    def words(collection: str, field: str, value: str) -> tuple[str, str]:
        (one,) = [one for one in found[collection, field] if one["value"] == value]
        return one["label"], one["description"]

    assert words("policy-positions", "status", "ended") == ("Former position", "No longer held.")
    assert words("sanctions-measures", "status", "ended")[0] == "No longer in force"
    assert words("funding-records", "basis", "commitment")[1] == "Money that a donor has promised."
    assert words("policy-positions", "kind", "commitment")[1] == "What Canada commits itself to do."
    assert [one["value"] for one in found["changes", "action"]] == ["added", "changed", "withdrawn"]
    assert [one["value"] for one in found["changes", "collection"]] == list(COLLECTIONS)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_value_of_every_record_is_in_its_list(dossier: httpx.Client, lang: str) -> None:
    found = {
        key: {one["value"]: one["label"] for one in values} for key, values in lists(dossier, f"lang={lang}").items()
    }
    for (collection, field), labels in found.items():
        if collection in COLLECTIONS and "." not in field:
            facets = dossier.get(f"/v1/{collection}?facets={field}&lang={lang}").json().get("facets", {field: []})
            for one in facets[field]:
                assert one["label"] == labels[one["value"]]
            rows = dossier.get(f"/v1/{collection}?limit=200&lang={lang}").json()["data"]
            assert {row[field] for row in rows} <= labels.keys()


def test_lists_are_chosen_by_collection_and_cached_like_other_answers(still: httpx.Client) -> None:
    assert {name for name, _ in lists(still, "collection=actors,sources&collection=changes")} == {
        *("actors", "sources", "changes"),
    }
    assert refused(still, f"{PATH}?collection=actor")[0][1].startswith('"actor" is not known. Did you mean actors?')
    answer = still.get(f"{PATH}?lang=fr")
    assert answer.headers["content-language"] == "fr"
    assert still.get(f"{PATH}?lang=fr", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert still.get(answer.links["memento"]["url"]).content == answer.content
