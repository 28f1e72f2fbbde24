"""Messages of citations: a record of the dossier as it is cited in running text."""

CITATIONS: dict[str, dict[str, str]] = {
    "plain-citation": {
        "en": "{author}, “{title}”, {container}, {version}, {day}, {address}",
        "fr": "{author}, «\u00a0{title}\u00a0», {container}, {version}, {day}, {address}",
    },
}
