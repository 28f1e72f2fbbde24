"""Messages of parameters: what is wrong with one.

Each goes on after the name of the parameter, as in "limit: must be at most 200", and has no full stop at its end.
"""

# Codes that only parameters have; they and those of `values` are the codes of `errors` in a problem.
PARAMETERS: dict[str, dict[str, str]] = {
    "unreadable-parameter": {
        "en": "cannot be read: write it as UTF-8 in percent-encoding (% is %25), without NUL",
        "fr": "ne peut pas être lu : écrivez-le en UTF-8 et en encodage-pourcent (% s’écrit %25), sans NUL",
    },
    "unreadable-parameter.sign": {
        "en": "contains the character {sign}, which no text here has: leave it out",
        "fr": "contient le caractère {sign}, qui ne figure dans aucun texte ici : retirez-le",
    },
    "no-value": {
        "en": "has no value: give it one, or leave it out",
        "fr": "n’a pas de valeur : donnez-lui-en une, ou omettez-le",
    },
    "already-given": {
        "en": "is given more than once but takes one value",
        "fr": "est donné plus d’une fois, mais n’accepte qu’une valeur",
    },
    "unknown-parameter": {
        "en": "is unknown. Known here: {known}",
        "fr": "est inconnu. Paramètres connus ici : {known}",
    },
    "unknown-parameter.suggestion": {
        "en": "is unknown. Did you mean {suggestion}? Known here: {known}",
        "fr": "est inconnu. Vouliez-vous dire {suggestion}? Paramètres connus ici : {known}",
    },
    "no-parameters": {
        "en": "is unknown. This address takes no parameters",
        "fr": "est inconnu. Cette adresse n’accepte aucun paramètre",
    },
    "unknown-id": {
        "en": "there is no {id} in {collection}: see /v1/{collection}",
        "fr": "il n’y a aucun enregistrement {id} dans {collection} : consultez /v1/{collection}",
    },
    "unknown-id.suggestion": {
        "en": "there is no {id} in {collection}: did you mean {suggestion}?",
        "fr": "il n’y a aucun enregistrement {id} dans {collection} : vouliez-vous dire {suggestion}?",
    },
    "wrong-format": {
        "en": "cannot be used with format={format}: leave it out, or choose another format ({formats:or})",
        "fr": "ne peut pas accompagner format={format} : omettez-le, ou choisissez un autre format ({formats:or})",
    },
    "too-many-rows": {
        "en": "{format} takes at most {most} rows, and {total} match: add filters, or choose another format "
        "({formats:or})",
        "fr": "{format} admet au plus {most} lignes, et {total} correspondent : ajoutez des filtres, ou choisissez "
        "un autre format ({formats:or})",
    },
    "no-words": {
        "en": "has no letter or digit to search for: write a word",
        "fr": "ne contient ni lettre ni chiffre à chercher : écrivez un mot",
    },
    "only-excluded-words": {
        "en": "only leaves words out: write also a word to find, without a hyphen before it",
        "fr": "ne fait qu’exclure des mots : écrivez aussi un mot à trouver, sans trait d’union devant",
    },
    "search-operator": {
        "en": "has {operator} in capitals, which is no operator here: all words must occur anyway, and a hyphen before "
        "a word leaves it out. To find either of two words, search twice. To find the word itself, write it in "
        "lower case",
        "fr": "contient {operator} en majuscules, qui n’est pas un opérateur ici : tous les mots doivent figurer de "
        "toute façon, et un trait d’union devant un mot l’exclut. Pour trouver l’un ou l’autre de deux mots, faites "
        "deux recherches. Pour trouver le mot lui-même, écrivez-le en minuscules",
    },
    "not-plain-digits": {
        "en": "must be a whole number in digits, without sign, point, exponent or leading zero",
        "fr": "doit être un nombre entier en chiffres, sans signe, point, exposant ni zéro initial",
    },
    "not-a-date": {
        "en": "{text!r} is not a date of the calendar: write a year, month or day such as 2017, 2017-03 or 2017-03-05",
        "fr": "« {text} » n’est pas une date du calendrier : écrivez une année, un mois ou un jour, comme 2017, "
        "2017-03 ou 2017-03-05",
    },
    "not-an-instant": {
        "en": "is not a time in UTC: write it like 2026-11-23T12:00:00Z",
        "fr": "n’est pas un moment en UTC : écrivez-le comme 2026-11-23T12:00:00Z",
    },
    "in-the-future": {
        "en": "is in the future: give a time up to now",
        "fr": "se situe dans l’avenir : donnez un moment qui ne dépasse pas l’instant présent",
    },
    "before-first-revision": {
        "en": "is before the first revision: see /v1/revisions",
        "fr": "précède la première révision : consultez /v1/revisions",
    },
    "with-revision": {
        "en": "cannot be combined with revision: give one of the two",
        "fr": "ne peut pas accompagner revision : donnez l’un des deux",
    },
    "invalid-cursor": {
        "en": "is not a cursor of this service: use page.next unchanged, or leave it out",
        "fr": "n’est pas un curseur de ce service : reprenez page.next tel quel, ou omettez le paramètre",
    },
    "cursor-of-other-list": {
        "en": "belongs to another list, {list}: leave it out",
        "fr": "appartient à une autre liste, {list} : omettez-le",
    },
    "cursor-of-other-query": {
        "en": "was made with another order or other filters: repeat those, or leave the cursor out",
        "fr": "a été produit avec un autre ordre ou d’autres filtres : reprenez-les, ou omettez le curseur",
    },
    "cursor-of-other-revision": {
        "en": "belongs to revision {revision}: ask for that revision, or leave the cursor out",
        "fr": "appartient à la révision {revision} : demandez cette révision, ou omettez le curseur",
    },
}
