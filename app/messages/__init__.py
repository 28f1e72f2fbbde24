"""Messages: every sentence that users read about what happened, by its code and language.

Errors raise a code and values; this package has the sentence of each code, grouped by where it is read:

- `requests`: problems, their titles, and what is wrong with a parameter
- `values`: what is wrong with a value, of a parameter or of a field, and words of which sentences are made
- `records`: publishing
- `checks`: checking the log, checking citations, fetching a source
- `commands`: the command line, settings, the state of the database
- `imports`: importing publishers' files
- `assistants`: answers to assistants (MCP)
- `calendars`: entries of calendars
- `dates`: dates in words; `citations`, records as they are cited
- `pages`: pages for people, in a module for each
- `spreadsheets`: what a spreadsheet says about itself; `columns`, what its columns mean

A sentence is a template for `str.format` in English and in French. `{names:and}` joins a list as in running text,
`{names}` by commas. A code may have a second sentence for when a value is given: `unknown-value.suggestion` is used if
there is a suggestion. French has the spacing of Canada: a no-break space before a colon and inside « », none before
`;`, `?` and `!`.

Labels of values are in `model.labels`; descriptions of fields and `--help` texts are where those are declared.
"""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from app.messages.assistants import ASSISTANTS
from app.messages.calendars import CALENDARS
from app.messages.checks import CHECKS
from app.messages.citations import CITATIONS
from app.messages.commands import COMMANDS
from app.messages.databases import DATABASES
from app.messages.dates import DATES
from app.messages.docs_page import DOCS_PAGE, DOCS_SCRIPT
from app.messages.imports import IMPORTS
from app.messages.pages import PAGES
from app.messages.parameters import PARAMETERS
from app.messages.records import RECORDS
from app.messages.requests import REQUESTS, TITLES
from app.messages.spreadsheets import SPREADSHEETS
from app.messages.values import PHRASES, VALUES

MESSAGES: dict[str, dict[str, str]] = {
    **REQUESTS,
    **PARAMETERS,
    **VALUES,
    **PHRASES,
    **RECORDS,
    **CHECKS,
    **COMMANDS,
    **DATABASES,
    **IMPORTS,
    **ASSISTANTS,
    **CALENDARS,
    **DATES,
    **CITATIONS,
    **SPREADSHEETS,
    **DOCS_PAGE,
    **DOCS_SCRIPT,
    **PAGES,
}

# The codes of `errors` in a problem, promised to users: a new one may come, a known one never changes.
PARAMETER_CODES = tuple(code for code in {**PARAMETERS, **VALUES} if "." not in code)

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


class _Joined:
    """List in a template: joined by commas, or by the word that the template names after a colon, `and` or `or`."""

    def __init__(self, names: list[Any] | tuple[Any, ...], lang: str) -> None:
        self._names, self._lang = [str(name) for name in names], lang

    def __format__(self, word: str) -> str:
        if not word or len(self._names) < 2:  # noqa: PLR2004 - one name needs no word
            return ", ".join(self._names)
        *most, last = self._names
        return sentence(f"list-{word}", {"most": ", ".join(most), "last": last}, self._lang)


def sentence(code: str, values: Mapping[str, Any] = _NONE, lang: str = "en") -> str:
    """Message of a code, filled with the values. A value with a code becomes its sentence.

    `value` is JSON text: if it is a string, it gets the quotation marks of the language. Raises KeyError for an unknown
    code, or where the sentence needs a value that is not given.
    """
    given = {name: _words(value, lang) for name, value in values.items() if value is not None}
    variants = (f"{code}.{name}" for name in given)
    texts = MESSAGES[next((variant for variant in variants if variant in MESSAGES), code)]
    # A wrong value that may be secret is not given.
    given["value"] = _quoted(given["value"], lang) if "value" in given else MESSAGES["the-value"][lang]
    return texts[lang].format(**given)


def message(fault: Coded, lang: str = "en") -> str:
    """Message of an error or fault in one language. Raises KeyError for a code that has none."""
    return sentence(fault.code, fault.values, lang)


def line(fault: Located, lang: str = "en") -> str:
    """Fault in one line: its place, then its message. Raises KeyError for a code that has none."""
    return located(fault.where, message(fault, lang), lang) if fault.where else message(fault, lang)


def located(where: str, words: str, lang: str = "en") -> str:
    """Words about a place, after its name: `limit: must be at most 200`."""
    return sentence("located", {"where": where, "sentence": words}, lang)


def title(slug: str, lang: str = "en") -> str:
    """Problem title of a problem type. Raises KeyError for one that does not exist."""
    return TITLES[slug][lang]


def _words(value: Any, lang: str) -> Any:
    if isinstance(value, str | int):  # most are; a check of a protocol takes as long as all the rest
        return value
    if isinstance(value, Located):
        return line(value, lang)
    if isinstance(value, Coded):
        return message(value, lang)
    return _Joined(value, lang) if isinstance(value, list | tuple) else value


def _quoted(value: Any, lang: str) -> Any:
    if not str(value).startswith('"'):
        return value
    return MESSAGES["quoted-value"][lang].format(text=value[1:].removesuffix('"'))
