"""Labels: names of values and collections in English and French, for frontends that show them."""

from app.model.fields import Language
from app.model.terms import Term, Terms, designations, events, law, measure_kinds, records

_BOOLEANS: Terms = {
    "true": Term("Cumulative amount", "Montant cumulatif", "", ""),
    "false": Term("Non-cumulative amount", "Montant non cumulatif", "", ""),
}
_LISTS: Terms = {
    "timeline": Term("Timeline", "Chronologie", "", ""),
    "changes": Term("Changes", "Modifications", "", ""),
    "search": Term("Search results", "Résultats de recherche", "", ""),
    "revisions": Term("Revisions", "Révisions", "", ""),
}
# The terms of a value that is met without its field: those of the first table that has it.
_TABLES = (
    *(events.COLLECTIONS, _LISTS, events.ACTIONS, events.EVENT_KINDS, records.POSITION_KINDS),
    *(records.POSITION_STATUSES, law.REGIMES, measure_kinds.MEASURE_KINDS, law.SCOPES, law.AUTHORIZATION_KINDS),
    *(law.INSTRUMENT_KINDS, law.FORCE_STATUSES, records.FUNDING_BASES, records.FUNDING_SECTORS, _BOOLEANS),
    *(records.INITIATIVE_KINDS, records.CHANNEL_KINDS, records.BACKGROUND_KINDS, records.ACTOR_KINDS),
    *(records.SOURCE_KINDS, records.LANGUAGE_CODES, designations.DESIGNATION_KINDS),
    *(designations.NAME_KINDS, designations.NAME_QUALITIES),
)
LABELS: Terms = {value: term for table in reversed(_TABLES) for value, term in table.items()}


def label(value: str, lang: Language, terms: Terms = LABELS) -> str:
    """Label of a value (`true` and `false` for booleans) or a collection, by the terms of its field if given.

    The value itself if it has none: codes of currencies and countries have none, nor do values of a later release.
    """
    term = terms.get(value) or LABELS.get(value)
    return term.label(lang) if term else value
