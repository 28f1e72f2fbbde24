"""The OpenAPI document in French: descriptions of parameters, by their English text without default and example."""

DEFAULT, EXAMPLE = "Par défaut\u00a0: {value}.", "Exemple\u00a0: {value}."

PARAMETERS: dict[str, str] = {
    "Language of the texts (BCP 47); without it `Accept-Language` decides, else English.": (
        "Langue des textes (BCP 47); sans ce paramètre, `Accept-Language` décide, sinon l’anglais."
    ),
    "Format of the answer; without it `Accept` decides.": ("Format de la réponse; sans ce paramètre, `Accept` décide."),
    "Number of the dataset revision to answer from; without it the newest.": (
        "Numéro de la révision dont la réponse est tirée; sans ce paramètre, la plus récente."
    ),
    "UTC instant (ISO 8601, ending in `Z` or `+00:00`): answer from the revision that was the newest then. Not in the "
    "future, not before the first revision, and not together with `revision`.": (
        "Instant UTC (ISO 8601, terminé par `Z` ou `+00:00`)\u00a0: la réponse est tirée de la révision qui était "
        "alors la plus récente. Ni dans l’avenir, ni avant la première révision, ni avec `revision`."
    ),
    "Only records of these collections.": "Seulement les fiches de ces collections.",
    "Only records of one of these kinds.": "Seulement les fiches de l’un de ces types.",
    "With `true`, records that an event names in `related` are left out.": (
        "Avec `true`, les fiches qu’un événement nomme dans `related` sont exclues."
    ),
    "Only the records with these ids; those withdrawn are left out.": (
        "Seulement les fiches qui ont ces identifiants; celles qui sont retirées sont exclues."
    ),
    "Words to find in texts of either language, in any inflection, whatever accents and case. All must occur, those in "
    "quotation marks as a phrase, but none after `-`. The last may be a beginning.": (
        "Mots à chercher dans les textes des deux langues, sous toute forme, sans égard aux accents ni à la casse. "
        "Tous doivent figurer, ceux entre guillemets comme une expression, mais aucun de ceux qui suivent `-`. Le "
        "dernier peut être un début de mot."
    ),
    "Only records whose date can be in or after this year, month or day.": (
        "Seulement les fiches dont la date peut se situer pendant ou après cette année, ce mois ou ce jour."
    ),
    "Only records whose date can be in or before this year, month or day.": (
        "Seulement les fiches dont la date peut se situer pendant ou avant cette année, ce mois ou ce jour."
    ),
    "With `true`, only what is certain: wholly in the period, or in force on the day given.": (
        "Avec `true`, seulement ce qui est certain\u00a0: entièrement dans la période, ou en vigueur le jour donné."
    ),
    "Only records that name one of these actors (ids).": (
        "Seulement les fiches qui nomment l’un de ces acteurs (identifiants)."
    ),
    "Only records that name one of these legal instruments (ids).": (
        "Seulement les fiches qui nomment l’un de ces instruments juridiques (identifiants)."
    ),
    "Only records that belong to one of these topics (ids).": (
        "Seulement les fiches qui relèvent de l’un de ces sujets (identifiants)."
    ),
    "Only records that cite one of these sources (ids).": (
        "Seulement les fiches qui citent l’une de ces sources (identifiants)."
    ),
    "Order of the rows; a leading `-` reverses it.": "Ordre des lignes; un `-` au début l’inverse.",
    "Maximum number of rows on a page.": "Nombre maximal de lignes par page.",
    "`page.next` of the previous page: the next page begins after it, at the same revision. Only `limit` may change "
    "and, unless sorted by title, `lang`; send the other parameters unchanged.": (
        "`page.next` de la page précédente\u00a0: la page suivante commence après elle, à la même révision. Seuls "
        "`limit` et, sauf si le tri est par titre, `lang` peuvent changer; envoyez les autres paramètres tels quels."
    ),
    "With `json`: filters whose values to count, joined by commas.": (
        "Avec `json`\u00a0: filtres dont il faut compter les valeurs, séparés par des virgules."
    ),
    "With `json`: collections whose named records to include, joined by commas.": (
        "Avec `json`\u00a0: collections dont il faut inclure les fiches nommées, séparées par des virgules."
    ),
    "For exports: their columns besides the key, joined by commas.": (
        "Pour les exportations\u00a0: leurs colonnes en plus de la clé, séparées par des virgules."
    ),
    "Only changes to records of these collections.": "Seulement les modifications de fiches de ces collections.",
    "Only changes after this revision: the newest one that your copy has, 0 for all.": (
        "Seulement les modifications postérieures à cette révision\u00a0: la plus récente de votre copie, ou 0 pour "
        "toutes."
    ),
    "Only amounts in these currencies (ISO 4217).": "Seulement les montants dans ces monnaies (ISO 4217).",
    "Only amounts with one of these bases.": "Seulement les montants qui ont l’une de ces bases.",
    "Only amounts for these sectors.": "Seulement les montants pour ces secteurs.",
    "With `true` only cumulative amounts, with `false` only the others.": (
        "Avec `true`, seulement les montants cumulatifs; avec `false`, seulement les autres."
    ),
    "What to group the sums by.": "Ce selon quoi les sommes sont groupées.",
    "Name of a person, company or other body, in any order of its words, with or without accents.": (
        "Nom d’une personne, d’une entreprise ou d’un autre organisme, avec ou sans accents, les mots dans n’importe "
        "quel ordre."
    ),
    "Least score of a candidate, from 0 to 1.": "Cote minimale d’un candidat, de 0 à 1.",
    "Only events of one of these kinds.": "Seulement les événements de l’un de ces types.",
    "Id of the record, as `id` in the list.": "Identifiant de la fiche\u00a0: `id` dans la liste.",
    "Only positions of one of these kinds.": "Seulement les positions de l’un de ces types.",
    "Only positions with one of these statuses.": "Seulement les positions qui ont l’un de ces états.",
    "Only records with one of these statuses.": "Seulement les fiches qui ont l’un de ces états.",
    "Only measures of one of these regimes.": "Seulement les mesures de l’un de ces régimes.",
    "Only measures of one of these kinds.": "Seulement les mesures de l’un de ces types.",
    "Only measures of one of these scopes.": "Seulement les mesures de l’une de ces portées.",
    "Only records possibly in force on this day: an unknown start or end matches. With `certain=true`, only those "
    "certainly in force. Their wording may have been different. Exceptions have their own dates.": (
        "Seulement les fiches qui peuvent être en vigueur ce jour-là\u00a0: un début ou une fin inconnus sont admis. "
        "Avec `certain=true`, seulement celles qui le sont avec certitude. Leur libellé pouvait être différent. Les "
        "exceptions ont leurs propres dates."
    ),
    "Only instruments of one of these kinds.": "Seulement les instruments de l’un de ces types.",
    "Only initiatives of one of these kinds.": "Seulement les initiatives de l’un de ces types.",
    "Only channels of one of these kinds.": "Seulement les voies de l’un de ces types.",
    "Only facts of one of these kinds.": "Seulement les éléments de l’un de ces types.",
    "Only actors of one of these kinds.": "Seulement les acteurs de l’un de ces types.",
    "Only states with one of these ISO 3166-1 codes.": "Seulement les États qui ont l’un de ces codes ISO 3166-1.",
    "Only parties of one of these kinds.": "Seulement les parties de l’un de ces types.",
    "Only parties with one of these statuses.": "Seulement les parties qui ont l’un de ces états.",
    "Only parties to which one of these measures applies (ids).": (
        "Seulement les parties que vise l’une de ces mesures (identifiants)."
    ),
    "Only sources of one of these kinds.": "Seulement les sources de l’un de ces types.",
    "Only sources in this language.": "Seulement les sources dans cette langue.",
    "Number of the revision.": "Numéro de la révision.",
    "Only JSON Lines.": "Seulement JSON Lines.",
    "Only lists of these collections.": "Seulement les listes de ces collections.",
    "Only SQLite.": "Seulement SQLite.",
    "Media type of the answer; the document is the same.": "Type de média de la réponse; le document est le même.",
}
