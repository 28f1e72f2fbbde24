"""Messages: every sentence that users read about what happened, by its code and language.

Errors raise a code and values; this package has the sentence of each code, grouped by where it is read:

- `requests`: problems, their titles, and what is wrong with a parameter
- `records`: publishing, checking the log, checking citations
- `commands`: the command line, settings, the state of the database
- `calendars`: entries of calendars
- `spreadsheets`: what a spreadsheet says about itself and its columns

A sentence is a template for `str.format` in each language; where a language has none, the English one is used. A code
may have a second sentence for when a value is given: `unknown-value.suggestion` is used if there is a suggestion.

Labels of values are in `model.labels`; descriptions of fields and `--help` texts are where those are declared.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from app.messages.calendars import CALENDARS
from app.messages.commands import COMMANDS
from app.messages.records import RECORDS
from app.messages.requests import REQUESTS, TITLES, VALUES
from app.messages.spreadsheets import SPREADSHEETS

MESSAGES: dict[str, dict[str, str]] = {**REQUESTS, **VALUES, **RECORDS, **COMMANDS, **CALENDARS, **SPREADSHEETS}

_NONE: Mapping[str, Any] = {}


@runtime_checkable
class Coded(Protocol):
    """Coded message: an error, or a fault that is not raised, that has a sentence of its own."""

    @property
    def code(self) -> str:
        """Message code: the key of its sentence."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Message values: what the sentence needs, by name."""


@runtime_checkable
class Located(Coded, Protocol):
    """Located fault: knows where it is, such as the field of a record in a file."""

    @property
    def where(self) -> str:
        """Location: what its line begins with; empty if the fault concerns the whole."""


def sentence(code: str, values: Mapping[str, Any] = _NONE, lang: str = "en") -> str:
    """Message of a code, filled with the values. Lists are joined by commas; a value with a code becomes its sentence.

    Raises KeyError for an unknown code, or where the sentence needs a value that is not given.
    """
    given = {name: _words(value, lang) for name, value in values.items() if value is not None}
    variants = (f"{code}.{name}" for name in given)
    texts = MESSAGES[next((variant for variant in variants if variant in MESSAGES), code)]
    # A wrong value that may be secret is not given.
    return _text(texts, lang).format(**{"value": _text(MESSAGES["the-value"], lang), **given})


def message(fault: Coded, lang: str = "en") -> str:
    """Message of an error or fault in one language. Raises KeyError for a code that has none."""
    return sentence(fault.code, fault.values, lang)


def line(fault: Located, lang: str = "en") -> str:
    """Fault in one line: its place, then its message. Raises KeyError for a code that has none."""
    return f"{fault.where}: {message(fault, lang)}" if fault.where else message(fault, lang)


def title(slug: str, lang: str = "en") -> str | None:
    """Problem title of a problem type; None if it has only an HTTP status."""
    return _text(TITLES[slug], lang) if slug in TITLES else None


def _words(value: Any, lang: str) -> Any:
    if isinstance(value, Located):
        return line(value, lang)
    if isinstance(value, Coded):
        return message(value, lang)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _text(texts: Mapping[str, str], lang: str) -> str:
    return texts.get(lang, texts["en"])
