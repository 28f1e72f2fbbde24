"""Messages of the documentation page: the part above Swagger UI, and what its scripts say.

The scripts get their sentences as they are here, and fill the placeholders.
"""

DOCS_PAGE: dict[str, dict[str, str]] = {
    "docs-title": {"en": "Try the API", "fr": "Essayer l’API"},
    "docs-about": {
        "en": "Public data with a citation for every statement. Everything is read by GET, without a key.",
        "fr": "Des données publiques, avec une référence pour chaque énoncé. Tout se lit par GET, sans clé.",
    },
    "docs-pages": {"en": "Pages for people", "fr": "Pages pour tous"},
    "docs-schema": {"en": "OpenAPI document", "fr": "Document OpenAPI"},
    "docs-service": {"en": "Service document", "fr": "Document de service"},
    "docs-begin": {"en": "Begin with a question", "fr": "Commencez par une question"},
    "docs-begin-about": {
        "en": "Open one: the page sends the request that it shows, and reads you the answer.",
        "fr": "Ouvrez-en une\u00a0: la page envoie la requête qu’elle montre et vous présente la réponse.",
    },
    "docs-day": {"en": "Day", "fr": "Jour"},
    "docs-year": {"en": "Year", "fr": "Année"},
    "docs-name": {"en": "Name", "fr": "Nom"},
    "docs-ask": {"en": "Ask", "fr": "Demander"},
    "docs-request": {"en": "Request", "fr": "Requête"},
    "docs-as-json": {"en": "The whole answer (JSON)", "fr": "La réponse entière (JSON)"},
    "docs-try": {"en": "More about this request", "fr": "En savoir plus sur cette requête"},
    "docs-operations": {"en": "All requests", "fr": "Toutes les requêtes"},
    "docs-operations-about": {
        "en": "Open one to see what it takes and gives, and to send it from here.",
        "fr": "Ouvrez-en une pour voir ce qu’elle prend et ce qu’elle donne, et pour l’envoyer d’ici. "
        "Les champs des réponses y sont décrits en anglais.",
    },
    "docs-without-script": {
        "en": "Opening a request needs JavaScript. The OpenAPI document says the same.",
        "fr": "Il faut JavaScript pour ouvrir une requête. Le document OpenAPI dit la même chose.",
    },
}

DOCS_SCRIPT: dict[str, dict[str, str]] = {
    "docs-answer-today": {
        "en": "Measures that may be in force on {day}: {count}. Those whose end is not known are among them.",
        "fr": "Mesures qui peuvent être en vigueur le {day}\u00a0: {count}. Celles dont la fin n’est pas connue en "
        "font partie.",
    },
    "docs-answer-year": {"en": "Events of {year}: {count}", "fr": "Événements de {year}\u00a0: {count}"},
    "docs-answer-topics": {
        "en": "Subjects on which the policy of Canada permits official contact: {count}",
        "fr": "Sujets sur lesquels la politique du Canada permet des contacts officiels\u00a0: {count}",
    },
    "docs-answer-aid": {
        "en": "Sums of Canada by channel. Never add up two rows: currency, source or what was counted differ.",
        "fr": "Sommes du Canada par intermédiaire. N’additionnez jamais deux lignes\u00a0: la monnaie, la source ou ce "
        "qui est compté diffère.",
    },
    "docs-answer-name": {"en": "Listed names like this one: {count}", "fr": "Noms inscrits semblables\u00a0: {count}"},
    "docs-through": {"en": "Through", "fr": "Par"},
    "docs-amount": {"en": "Amount", "fr": "Montant"},
    "docs-counted": {"en": "What was counted", "fr": "Ce qui est compté"},
    "docs-source": {"en": "Source", "fr": "Source"},
    "docs-not-said": {"en": "not said", "fr": "non précisé"},
    "docs-cumulative": {"en": "{period}, a sum of several years", "fr": "{period}, somme de plusieurs années"},
    "docs-alike": {"en": "Likeness: {score}", "fr": "Ressemblance\u00a0: {score}"},
    "docs-first": {
        "en": "Shown here: the first {shown} of {count}.",
        "fr": "Présentés ici\u00a0: les {shown} premiers, sur {count}.",
    },
    "docs-waiting": {"en": "Asking…", "fr": "Requête en cours…"},
    "docs-failed": {
        "en": "No answer came. Try again in a moment.",
        "fr": "Aucune réponse. Réessayez dans un instant.",
    },
    "docs-copy": {"en": "Copy", "fr": "Copier"},
    "docs-copied": {"en": "Copied", "fr": "Copié"},
    "docs-how": {
        "en": "How the API works: pages, formats, languages, dates, revisions",
        "fr": "Fonctionnement de l’API\u00a0: pages, formats, langues, dates, révisions",
    },
    "docs-filter": {"en": "Find a request", "fr": "Trouver une requête"},
    "docs-also": {"en": "See also", "fr": "Voir aussi"},
    "docs-not-loaded": {
        "en": "The description of the requests could not be loaded. Load this page again.",
        "fr": "La description des requêtes n’a pas pu être chargée. Rechargez la page.",
    },
}
