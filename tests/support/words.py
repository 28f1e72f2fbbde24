"""Words as a search compares them."""

import unicodedata


def bare(word: str) -> str:
    """A word in lower case without accents, with ligatures as two letters."""
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(one for one in letters if not unicodedata.combining(one)).replace("œ", "oe").replace("æ", "ae")
