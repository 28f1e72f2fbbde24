"""Query plans: no statement of any answer scans a table or sorts, so that answers stay as fast however much there is.

The thresholds under which things are kept in memory are set to nothing, so that a small database is read like a large
one. SQLite plans without statistics: the plans are the same for any number of rows.
"""

import itertools
import re
from collections.abc import Iterator

import httpx
import pytest

from app.main import api as application
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support import lived
from tests.support.engines import on_sqlite
from tests.support.reading import ACROSS, offered
from tests.support.schema import SCHEMA, choices_of, example_of, parameters_of
from tests.support.servers import begun, client_of, settings_for
from tests.support.statements import Sent, heard

# Values of filters that take others than those of a list in the schema
FILTERS = {
    one.partition("=")[0]: one
    for one in (
        *("actor=borea,aland", "topic=peace", "source=gazette", "instrument=the-law", "q=the", "fold=true", "since=1"),
        *("from=1950&to=2019", "certain=true&from=1950", "in_force_on=2005-06-01"),
        *("currency=CAD", "code=CA", "cumulative=true", "measure=no-boats"),
    )
}
# Steps that read much or sort and may, each as it is in the plan, with the statement that it is in
ALLOWED = [
    # A walk in the order of an index: to a full page, a bounded number of steps, or all rows of an export
    (r"SCAN \w+ USING COVERING INDEX ix_\w+_(id|title_en|title_fr|number)", r"SELECT \w+\.number \nFROM \w+ ORDER BY"),
    # Few hits, read by their numbers, are sorted by SQLite, which keeps only as many as a page has
    (
        r"USE TEMP B-TREE FOR ORDER BY|SCAN anon_1",
        r"json_each\(\?\)\)\n LIMIT 0\+\? OFFSET 0\+\?\) AS anon_1[^;]* ORDER BY .*\n LIMIT",
    ),
    (r"SCAN anon_1", r"SELECT count\(anon_1\.bits\)(.*\n)+ LIMIT 0"),  # sizes of the first bitmaps of a field
    (r"SCAN (json_each|anon_\d+|keys|numbers) VIRTUAL TABLE.*", ""),  # values of an array that is bound
    (r"SCAN (revisions|version_index)", "LIMIT 0"),  # in the order of the table, to its first row
    (r"SCAN (derived_data|alembic_version)", ""),  # tables of one row
    (r"SCAN search_index VIRTUAL TABLE INDEX 0:M\d+[<>]*", ""),  # a look-up in the full-text index
    (
        r"SCAN search_index_terms VIRTUAL TABLE INDEX \d+.*",
        r"\.term BETWEEN \? AND",
    ),  # likewise, of one term
    # A dump of the whole dataset reads all of it, and sorts the few links of one record at a time
    (r"SCAN \w+ USING INDEX (ix_\w+_id|sqlite_autoindex_\w+_1)", r"superseded_in > \?\) ORDER BY"),
    (r"USE TEMP B-TREE FOR LAST 3 TERMS OF ORDER BY", "FROM links"),
]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqliteDatabase, dict[str, Sent]]]:
    """All statements of many answers, each once, and the database that they were sent to."""
    world = begun(tmp_path_factory.mktemp("plans") / "world.db")
    lived.versions(world)
    with heard() as found, client_of(application(settings_for(world.db.path))) as client:
        asked = [*addresses(client)]
        for sorted_cost in (0, 1_000_000):  # first all hits are sorted, then they are met on a walk
            with pytest.MonkeyPatch.context() as patch:
                for name in (
                    "bitmap_index._SMALL",
                    "version_order._KEPT",
                    "version_order._MOST_STEPS",
                    "version_order._TIMES",
                ):
                    patch.setattr(f"app.reading.{name}", 0)
                patch.setattr("app.reading.version_order._SORTED", sorted_cost)
                for address in asked:
                    read(client, address)
    yield world.db, {str(statement): statement for statement in found}
    world.db.close()


def read(client: httpx.Client, address: str) -> None:
    """The answer at an address, and its next page."""
    response = client.get(address)
    assert response.status_code in (200, 404, 410), (address, response.text)
    if "next" in response.links:
        client.get(response.links["next"]["url"]).raise_for_status()


def addresses(client: httpx.Client) -> Iterator[str]:
    for name in (*COLLECTIONS, *ACROSS):
        yield from lists(name)
        if "id" in filters_of(name):
            yield f"/v1/{name}?id={client.get(f'/v1/{name}?limit=1').json()['data'][0]['id']}"
    for name, resource in COLLECTIONS.items():
        yield from (
            f"{resource.path}/{id}{query}" for id in ("war", "borea") for query in ("", "?revision=1", "/history")
        )
        yield f"/v1/{name}/nothing-of-the-kind"
    yield "/v1/timeline-events/war?include=actors,sources&format=json"
    yield from (example_of(path) for path in SCHEMA["paths"] if "{" not in path)
    yield from (f"/v1/funding-records/totals?group_by={name}&actor=aland" for name in ("year", "donor"))


def lists(name: str) -> Iterator[str]:
    """A list in all orders, languages and formats, with each of its filters, facets and includes."""
    path = f"/v1/{name}?q=the" if name == "search" else f"/v1/{name}?"
    sorts = [f"sort={sort}" for sort in offered(name, "sort")] or ["format=json"]
    filters = [given(name, parameter) for parameter in filters_of(name) if parameter != "id"]
    for sort, lang, pin in itertools.product(sorts, ("en", "fr"), ("", "&revision=1")):
        yield f"{path}&{sort}&lang={lang}{pin}"
    # A filter is a bitmap in whatever order
    yield from (f"{path}&{chosen}&limit=1{pin}" for chosen in filters for pin in ("", "&revision=1"))
    yield from (f"{path}&format={form}" for form in offered(name, "format"))
    yield from (
        f"{path}&{kind}={','.join(offered(name, kind))}" for kind in ("facets", "include") if offered(name, kind)
    )


def filters_of(name: str) -> list[str]:
    others = {"limit", "cursor", "sort", "lang", "format", "revision", "as_of", "fields", "facets", "include", "to"}
    others |= {"q"} if name == "search" else set()
    return [one["name"] for one in parameters_of(f"/v1/{name}") if one["name"] not in others]


def given(name: str, parameter: str) -> str:
    """A filter with a value, or with two of those that it can have."""
    return FILTERS.get(parameter) or f"{parameter}={','.join(choices_of(f'/v1/{name}', parameter)[:2])}"


@on_sqlite
def test_no_statement_of_any_answer_scans_a_table_or_sorts(sent: tuple[SqliteDatabase, dict[str, Sent]]) -> None:
    db, statements = sent
    assert len(statements) > 100
    faults = []
    with db.reading() as connection:
        for sql, statement in statements.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(statement.values)).all()
            faults += [(step.detail, sql) for step in plan if is_slow(step.detail, sql)]
    assert not faults, "\n".join(f"{detail}\n    {sql}" for detail, sql in faults)


def is_slow(detail: str, sql: str) -> bool:
    slow = detail.startswith("SCAN") or "TEMP B-TREE" in detail
    return slow and not any(re.fullmatch(step, detail) and re.search(within, sql) for step, within in ALLOWED)
