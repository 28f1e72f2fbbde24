"""Messages: every code that is raised has a sentence, every sentence is used, each can be made of the values given."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app.errors import KINDS, OTHER_SLUG, PYDANTIC_CODES, CodedError, Fault, InvalidValue, pydantic_fault
from app.messages import MESSAGES, PARAMETER_CODES, line, message, sentence, title
from app.messages.columns import COLUMNS
from app.messages.docs_page import DOCS_SCRIPT
from app.messages.field_names import FIELD_NAMES
from app.messages.requests import TITLES
from app.messages.spreadsheets import FORMS
from app.messages.values import PHRASES
from app.model.edtf import REASONS
from app.publishing.faults import RecordFault

FILES = [file for file in Path(app.__file__).parent.rglob("*.py") if file.parent.name != "messages"]
SOURCES = [ast.parse(file.read_text()) for file in FILES]
CONSTANTS = {node.value for tree in SOURCES for node in ast.walk(tree) if isinstance(node, ast.Constant)}
TEMPLATES = [
    file for place in ("web", "api") for file in (Path(app.__file__).parent / place / "templates").glob("*.html")
]
CONSTANTS |= {code for file in TEMPLATES for code in re.findall(r'"([a-z0-9-]+)"', file.read_text())}
# Codes in tables, what `sentence` itself uses, and what scripts say, with which test_docs_page.py compares them.
TABLES = {*PYDANTIC_CODES.values(), *(code for _, code in REASONS), *PHRASES, *DOCS_SCRIPT}


def names_below(cls: type) -> set[str]:
    """The names of a class and of all below it."""
    return {cls.__name__}.union(*map(names_below, cls.__subclasses__()))


# By the name of what is called: the place of the code, and of the values where they are a dict and not keywords.
PLACES: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(names_below(CodedError), (0, None)),
    "__init__": (0, None),  # of the class above
    "InvalidParameter": (1, None),
    "_refusal": (1, None),
    "Fault": (1, 2),
    "RecordFault": (0, 1),
    "sentence": (0, 1),
}
del PLACES["MethodNotAllowed"]  # it takes a method
GIVEN = {"Mismatch": {"number"}, "_refusal": {"text"}}  # values that these take from an argument of their own


def name_of(node: ast.expr) -> str:
    """The last name of what is called."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def codes_of(node: ast.expr) -> list[str]:
    """The codes that an argument can be: one, or one of two."""
    if isinstance(node, ast.IfExp):
        return [*codes_of(node.body), *codes_of(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def values_of(call: ast.Call, place: int | None) -> set[str] | None:
    """The names of the values in a call; None where only the running program knows them."""
    if place is None:
        names = {key.arg for key in call.keywords if key.arg}
        return names if len(names) == len(call.keywords) else None
    if len(call.args) <= place:
        return set()
    values = call.args[place]
    if not isinstance(values, ast.Dict) or None in values.keys:
        return None
    return {str(key.value) for key in values.keys if isinstance(key, ast.Constant)}


def calls() -> Iterator[tuple[str, set[str] | None]]:
    """Each code in a call that makes an error, a fault or a sentence, and the values that it is given."""
    for node in (node for tree in SOURCES for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = name_of(node.func)
        first, place = PLACES.get(name, (0, None))
        if name in PLACES and len(node.args) > first:
            values = values_of(node, place)
            for code in codes_of(node.args[first]):
                yield code, values if values is None else values | GIVEN.get(name, set())


CALLS = list(calls())


def placeholders(code: str) -> set[str]:
    """The names of the values that a sentence needs."""
    return {name for _, name, _, _ in string.Formatter().parse(MESSAGES[code]["en"]) if name}


def test_every_code_that_is_raised_has_a_sentence() -> None:
    raised = {code for code, _ in CALLS} | TABLES
    assert len(raised) > 120
    assert {code for code in raised if code not in MESSAGES} == set()


def test_every_sentence_is_used() -> None:
    assert {code for code in MESSAGES if code.partition(".")[0] not in CONSTANTS | TABLES} == set()


@pytest.mark.parametrize(("code", "values"), [pytest.param(*call, id=call[0]) for call in CALLS if call[1] is not None])
def test_a_sentence_needs_no_value_that_is_not_given(code: str, values: set[str]) -> None:
    variants = {f"{code}.{name}" for name in values} & MESSAGES.keys()
    for one in {code, *variants}:
        assert placeholders(one) <= values | {"value"}  # `value` is what was written: "the value" where it is not given


@pytest.mark.parametrize("code", [code for code in MESSAGES if "." in code])
def test_a_second_sentence_is_for_a_value_that_it_repeats(code: str) -> None:
    general, _, value = code.partition(".")
    assert general in MESSAGES
    assert value in placeholders(code)


@pytest.mark.parametrize("code", MESSAGES)
def test_codes_are_kebab_case_and_every_language_needs_the_same_values(code: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z_]+)?", code)
    assert set(MESSAGES[code]) == {"en", "fr"}
    for template in MESSAGES[code].values():
        needed = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        assert needed - {"s"} == placeholders(code)  # `s` is the ending of a French plural


ENGLISH = re.compile(
    r"\b(the|is|are|has|must|not|of|and|or|with|this|that|there|here|known|allowed|example|cannot|without|leave|give|"
    r"write|see|did|you|mean)\b",
    re.IGNORECASE,
)
TEXTS = [*MESSAGES.values(), *TITLES.values(), *COLUMNS.values(), *FIELD_NAMES.values(), *FORMS.values()]
ALIKE = {
    "Date",
    *("date", "Source", "Sources", "Licence", "JSON", "CSV", "JSON Lines", "Collection", "Sanctions"),
    "Data package (Frictionless)",
    "Catalogue (DCAT)",
    "Licences",
}  # the same word in both languages
NBSP = "\N{NO-BREAK SPACE}"


def words_of(template: str) -> str:
    """A template without its placeholders."""
    return "".join(literal for literal, *_ in string.Formatter().parse(template))


@pytest.mark.parametrize(
    "texts",
    TEXTS,
    ids=lambda texts: texts["en"][:40],
)
def test_french_is_not_english(texts: dict[str, str]) -> None:
    assert set(texts) == {"en", "fr"}
    has_words = any(map(str.isalpha, words_of(texts["en"])))
    assert texts["fr"] != texts["en"] or texts["en"] in ALIKE or not has_words
    assert ENGLISH.findall(words_of(texts["fr"])) == []


@pytest.mark.parametrize(
    "texts",
    TEXTS,
    ids=lambda texts: texts["en"][:40],
)
def test_french_has_the_typography_of_canada(texts: dict[str, str]) -> None:
    french = texts["fr"]
    assert re.findall(rf"[^{NBSP}]: |[^{NBSP}]:$|«[^{NBSP}]|[^{NBSP}]»", french) == []  # a no-break space
    assert re.findall(rf"[\s{NBSP}][;?!]", french) == []  # none
    assert re.findall(r"['\"]|\.\.\.|  ", french) == []  # ’ « » … and single spaces


class Sample(str):
    """A value that takes the format of a number or a list too."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("code", [code for code in MESSAGES if "." not in code])
def test_every_sentence_can_be_made_in_both_languages(code: str, lang: str) -> None:
    values = dict.fromkeys({*placeholders(code), "s"}, Sample("X1"))
    assert "{" not in sentence(code, values, lang)


def test_lists_are_joined_as_in_running_text_or_by_commas() -> None:
    def joined(names: list[str], lang: str) -> str:
        return sentence("wrong-format", {"format": "ics", "formats": names}, lang).rpartition(" (")[2]

    assert joined(["json"], "en") == "json)"
    assert joined(["json", "csv"], "en") == "json or csv)"
    assert joined(["json", "csv", "atom"], "fr") == "json, csv ou atom)"
    assert sentence("unknown-tables", {"names": ["a", "b", "c"]}, "fr").startswith("contient a, b et c\u00a0: ")
    assert sentence("unknown-parameter", {"known": ["a", "b"]}, "fr").endswith("Paramètres connus ici\u00a0: a, b")


def test_a_wrong_value_has_the_quotation_marks_of_the_language() -> None:
    assert sentence("not-a-number", {"value": '"x"'}) == '"x" is not a number'
    assert sentence("not-a-number", {"value": '"x"'}, "fr") == "«\u00a0x\u00a0» n’est pas un nombre"
    assert sentence("not-a-number", {"value": "5"}, "fr") == "5 n’est pas un nombre"
    assert sentence("not-a-number", {}, "fr") == "la valeur n’est pas un nombre"


def test_a_line_has_the_colon_of_the_language() -> None:
    fault = Fault("limit", "too-large", {"most": 200})
    assert line(fault, "fr") == "limit\u00a0: doit être d’au plus 200"


def test_the_codes_of_parameters_are_those_that_frontends_know() -> None:
    raised = {
        code
        for tree in SOURCES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node.func) == "InvalidParameter" and len(node.args) > 1
        for code in codes_of(node.args[1])
    }
    assert raised
    assert raised <= {*PARAMETER_CODES}
    assert {"too-large", "unknown-value", "with-revision"} <= {*PARAMETER_CODES}


def test_every_problem_type_has_a_title_and_no_other_has() -> None:
    assert set(TITLES) == {*(kind.slug for kind in KINDS.values()), OTHER_SLUG}
    assert title("unknown-path") == "Unknown path"
    assert title("unknown-path", "fr") == "Chemin inconnu"


def test_a_wrong_value_that_is_not_given_is_called_the_value() -> None:
    assert sentence("not-an-integer", {"value": "1e3"}) == "1e3 is not a whole number"
    assert sentence("not-an-integer") == "the value is not a whole number"


def test_a_suggestion_has_its_own_sentence() -> None:
    given = {"path": "/v2", "root": "/v1"}
    assert sentence("unknown-path", given) == "Nothing is at /v2. The collections are listed at /v1."
    assert sentence("unknown-path", given | {"suggestion": "/v1"}) == "Nothing is at /v2. Did you mean /v1?"
    assert sentence("unknown-path", given | {"suggestion": None}) == sentence("unknown-path", given)


def test_a_reason_with_a_code_of_its_own_becomes_its_sentence() -> None:
    reason = Fault("date", "not-edtf", {"text": "X", "reason": InvalidValue("edtf-empty")})
    fault = RecordFault("log-unreadable-record", {"number": 1, "collection": "actors", "id": "who", "reason": reason})
    assert message(fault).startswith(
        "revision 1 does not match: actors/who cannot be read: date: 'X' is not a date of the EDTF profile: "
    )


def test_a_fault_without_a_place_is_its_sentence_alone() -> None:
    assert line(Fault("", "required")) == "is required"
    assert line(Fault("limit", "too-large", {"most": 200})) == "limit: must be at most 200"
    assert line(RecordFault("missing-file", origin="seed/0002.jsonl")) == "seed/0002.jsonl: is missing"


def test_an_unknown_code_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError, match="no-such-code"):
        sentence("no-such-code")


def test_an_error_shows_code_and_values_in_a_log() -> None:
    assert str(InvalidValue("too-large", most=5)) == "too-large (most=5)"
    assert str(InvalidValue("required")) == "required"


@pytest.mark.parametrize("kind", PYDANTIC_CODES)
def test_every_error_of_pydantic_that_is_known_gives_a_sentence(kind: str) -> None:
    context = {"ge": 1, "le": 2, "min_length": 1, "max_length": 2, "pattern": "^a$"}
    assert line(pydantic_fault({"type": kind, "ctx": context, "input": "b"}, "limit")).startswith("limit: ")


@pytest.mark.parametrize("kind", ["url_parsing", "value_error"])
def test_an_error_of_pydantic_that_is_not_known_names_the_value(kind: str) -> None:
    error = {"type": kind, "ctx": {"error": ValueError("in words of its own")}, "input": "b"}
    assert line(pydantic_fault(error, "limit")) == 'limit: "b" cannot be used here'
