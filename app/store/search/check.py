"""Check of the full-text index: whether looking a term up finds as many versions as reading the whole index does.

FTS5's own check compares the lists of versions with the texts, but not the table in which it looks up these lists. If
that table lacks rows, a search finds nothing, or a part of what there is.
"""

from functools import partial
from itertools import chain

from sqlalchemy import Connection, bindparam, column, func, literal_column, select, table, text
from sqlalchemy import Text as LongText

from app.store.search.sqlite import INDEX
from app.store.statements import Statement

_NAME = "verified_terms"
_BATCH = 500  # terms in memory at once
_TERMS = table(_NAME, column("term", LongText), column("doc"), schema="temp")
_ALL = Statement(select(_TERMS.c.term, _TERMS.c.doc))
_FOUND = Statement(
    select(func.count())
    .select_from(table(INDEX))
    .where(literal_column(INDEX, LongText).bool_op("MATCH")(bindparam("phrase", type_=LongText)))
)


def lookups_differ(connection: Connection) -> bool:
    """Whether some term is found in another number of versions than have it. 10 µs a term. Raises DBAPIError."""
    connection.execute(text(f"CREATE VIRTUAL TABLE temp.{_NAME} USING fts5vocab(main, {INDEX}, row)"))
    rows = _ALL.run(connection)
    try:
        for term, versions in chain.from_iterable(iter(partial(rows.fetchmany, _BATCH), [])):
            phrase = '"{}"'.format(term.replace('"', '""'))
            if _FOUND.first(connection, {"phrase": phrase})[0] != versions:
                return True
        return False
    finally:
        rows.close()
        connection.execute(text(f"DROP TABLE temp.{_NAME}"))  # the connection goes back to a pool
