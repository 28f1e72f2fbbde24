"""Messages of spreadsheets: the sheet that says what the file and its columns are."""

from app.messages.columns import COLUMNS

SPREADSHEETS: dict[str, dict[str, str]] = {
    "about-this-file": {"en": "About this file", "fr": "À propos du fichier"},
    "fact-dataset": {"en": "Dataset", "fr": "Jeu de données"},
    "fact-list": {"en": "List", "fr": "Liste"},
    "fact-rows": {"en": "Rows", "fr": "Lignes"},
    "fact-source": {"en": "Source", "fr": "Source"},
    "fact-revision": {"en": "Revision", "fr": "Révision"},
    "fact-published": {"en": "Published (UTC)", "fr": "Publication (UTC)"},
    "fact-licence": {"en": "Licence", "fr": "Licence"},
    "fact-notice": {"en": "Notice", "fr": "Avis"},
    "fact-cells": {"en": "Cells", "fr": "Cellules"},
    "heading-column": {"en": "Column", "fr": "Colonne"},
    "heading-meaning": {"en": "Meaning", "fr": "Signification"},
    "heading-written": {"en": "Written as", "fr": "Format"},
    "notice-of-cells": {
        "en": "An empty cell means that nothing is given. Numbers of more than 15 digits are text, so that no digit is "
        "lost. A text of more than 32,767 characters is cut and ends with …",
        "fr": "Une cellule vide signifie que rien n’est indiqué. Les nombres de plus de 15 chiffres sont du texte, "
        "afin qu’aucun chiffre ne soit perdu. Un texte de plus de 32 767 caractères est coupé et se termine par …",
    },
}

# How the values of a column are written, by the type of the column.
FORMS: dict[str, dict[str, str]] = {
    "text": {"en": "Text", "fr": "Texte"},
    "words": {"en": "Text in the language of the file", "fr": "Texte dans la langue du fichier"},
    "date": {
        "en": "Date where the day is exact and not before 1900, otherwise text (EDTF or year-month-day)",
        "fr": "Date si le jour est exact et n’est pas antérieur à 1900, sinon texte (EDTF ou année-mois-jour)",
    },
    "decimal": {"en": "Number", "fr": "Nombre"},
    "integer": {"en": "Whole number", "fr": "Nombre entier"},
    "boolean": {"en": "True or false", "fr": "Vrai ou faux"},
    "list": {
        "en": "List separated by semicolons; objects as JSON",
        "fr": "Liste séparée par des points-virgules; objets en JSON",
    },
    "object": {"en": "JSON", "fr": "JSON"},
}


def column_meaning(list_name: str, field: str, lang: str) -> str:
    """Column meaning: what a field says in a list, in one language; empty for a field that has no words here."""
    return COLUMNS.get(f"{list_name}.{field}", COLUMNS.get(field, {})).get(lang, "")


def column_form(column_type: str, lang: str) -> str:
    """Column form: how values of a type are written in a spreadsheet. Raises KeyError for an unknown type."""
    return FORMS[column_type][lang]
