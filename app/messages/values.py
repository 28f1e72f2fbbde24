"""Messages of values: what can be wrong with the value of a parameter, of a field of a record or of a setting.

A sentence goes on after the name of the parameter or field and has no full stop at its end. `{value}` is the wrong
value in quotation marks, or "the value" where it is not given.
"""

VALUES: dict[str, dict[str, str]] = {
    "required": {"en": "is required", "fr": "est obligatoire"},
    "invalid-value": {"en": "{value} cannot be used here", "fr": "{value} ne convient pas ici"},
    "unknown-value": {
        "en": "{value} is not known. Allowed: {allowed}",
        "fr": "{value} ne figure pas parmi les valeurs admises : {allowed}",
    },
    "unknown-value.suggestion": {
        "en": "{value} is not known. Did you mean {suggestion}? Allowed: {allowed}",
        "fr": "{value} ne figure pas parmi les valeurs admises. Vouliez-vous dire {suggestion}? Valeurs admises : "
        "{allowed}",
    },
    "not-an-integer": {"en": "{value} is not a whole number", "fr": "{value} n’est pas un nombre entier"},
    "not-a-number": {"en": "{value} is not a number", "fr": "{value} n’est pas un nombre"},
    "not-a-boolean": {
        "en": "{value} cannot be used: write true or false",
        "fr": "{value} ne convient pas : écrivez true ou false",
    },
    "not-a-day": {
        "en": "{value} is not a day of the calendar, written YYYY-MM-DD",
        "fr": "{value} n’est pas un jour du calendrier, écrit AAAA-MM-JJ",
    },
    "not-a-time": {
        "en": "{value} is not a time, written YYYY-MM-DDThh:mm:ssZ",
        "fr": "{value} n’est pas un moment, écrit AAAA-MM-JJThh:mm:ssZ",
    },
    "too-small": {"en": "must be at least {least}", "fr": "doit être d’au moins {least}"},
    "too-large": {"en": "must be at most {most}", "fr": "doit être d’au plus {most}"},
    "too-short": {
        "en": "must have {least} or more characters",
        "fr": "est trop court : le nombre minimal de caractères est de {least}",
    },
    "too-long": {
        "en": "must have at most {most} characters",
        "fr": "est trop long : le maximum est de {most} caractères",
    },
    "too-few-values": {
        "en": "must have {least} or more values",
        "fr": "ne compte pas assez de valeurs : le minimum est de {least}",
    },
    "too-many-values": {
        "en": "must have at most {most} values",
        "fr": "compte trop de valeurs : le maximum est de {most}",
    },
    "wrong-form": {
        "en": "{value} does not have the form that is needed here",
        "fr": "{value} n’a pas la forme voulue ici",
    },
    "wrong-form.pattern": {
        "en": "{value} does not match the pattern {pattern}",
        "fr": "{value} ne correspond pas au modèle {pattern}",
    },
    "certain-without-period": {
        "en": "needs a period or a day: add one of {needed}",
        "fr": "exige une période ou un jour : ajoutez l’un de ces paramètres : {needed}",
    },
    "ends-before-start": {
        "en": "ends before {start_field}={start} begins: exchange the two, or correct one",
        "fr": "se termine avant le début de {start_field}={start} : inversez les deux, ou corrigez l’un d’eux",
    },
}

# Words of which sentences are made.
PHRASES: dict[str, dict[str, str]] = {
    "the-value": {"en": "the value", "fr": "la valeur"},
    "quoted-value": {"en": '"{text}"', "fr": "« {text} »"},
    "for-example": {"en": "{sentence}. For example: {example}", "fr": "{sentence}. Par exemple : {example}"},
    "located": {"en": "{where}: {sentence}", "fr": "{where} : {sentence}"},
    "list-and": {"en": "{most} and {last}", "fr": "{most} et {last}"},
    "list-or": {"en": "{most} or {last}", "fr": "{most} ou {last}"},
}
