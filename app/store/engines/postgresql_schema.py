"""Schema of a PostgreSQL database, as its catalogue has it: tables with their columns, indexes and constraints."""

import re

from sqlalchemy import Connection

# pg_restore declares `varchar IN (…)` with the casts in other places: the same condition has another text after it.
_CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")

_TABLES = """
SELECT 'table', relation.relname, string_agg(
  attribute.attname || ' ' || format_type(attribute.atttypid, attribute.atttypmod)
    || CASE WHEN attribute.attnotnull THEN ' not null' ELSE '' END
    || coalesce(' collate ' || ordering.collname, '')
    || coalesce(' default ' || pg_get_expr(fallback.adbin, fallback.adrelid), ''), ', ' ORDER BY attribute.attname)
FROM pg_class relation
JOIN pg_attribute attribute ON attribute.attrelid = relation.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
LEFT JOIN pg_collation ordering ON ordering.oid = attribute.attcollation AND ordering.collname <> 'default'
LEFT JOIN pg_attrdef fallback ON fallback.adrelid = relation.oid AND fallback.adnum = attribute.attnum
WHERE relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND relation.relkind IN ('r', 'p')
GROUP BY relation.relname
"""
_OTHERS = """
SELECT 'index', relation.relname, pg_get_indexdef(relation.oid) FROM pg_class relation
WHERE relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relation.relkind = 'i'
UNION ALL
SELECT 'constraint', conname || ' on ' || conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
UNION ALL
SELECT 'trigger', tgname || ' on ' || tgrelid::regclass, pg_get_triggerdef(trigger.oid)
FROM pg_trigger trigger JOIN pg_class relation ON relation.oid = tgrelid
WHERE NOT tgisinternal AND relation.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
UNION ALL
SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'sequence' END, relname,
  CASE WHEN relkind = 'S' THEN '' ELSE pg_get_viewdef(oid) END
FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND relkind IN ('v', 'm', 'S')
"""


def schema_of(connection: Connection) -> dict[tuple[str, str], str]:
    """Schema by kind and name: declarations without the name of the schema that they are in. Raises DBAPIError."""
    quoted = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    rows = [*connection.exec_driver_sql(_TABLES), *connection.exec_driver_sql(_OTHERS)]
    qualified = f"{quoted}."
    return {(kind, name.replace(qualified, "")): _plain(kind, text.replace(qualified, "")) for kind, name, text in rows}


def _plain(kind: str, text: str) -> str:
    """Declaration as it is compared: that of a constraint without casts and brackets."""
    return _CASTS.sub("", text) if kind == "constraint" else text
