"""Terms of law: sanctions measures and legal instruments."""

from app.model.terms import Term, Terms

REGIMES: Terms = {
    "autonomous": Term(
        "Autonomous sanctions",
        "Sanctions autonomes",
        "Sanctions that Canada imposes by itself, under the Special Economic Measures Act.",
        "Sanctions que le Canada impose de son propre chef, en vertu de la Loi sur les mesures économiques spéciales.",
    ),
    "united-nations": Term(
        "United Nations sanctions",
        "Sanctions des Nations Unies",
        "Sanctions that the Security Council decided, in force in Canada under the United Nations Act.",
        "Sanctions décidées par le Conseil de sécurité, en vigueur au Canada en vertu de la Loi sur les Nations Unies.",
    ),
    "export-control": Term(
        "Export controls",
        "Contrôle des exportations",
        "Controls under the Export and Import Permits Act.",
        "Contrôles en vertu de la Loi sur les licences d’exportation et d’importation.",
    ),
}

SCOPES: Terms = {
    "country": Term(
        "Whole country",
        "Ensemble du pays",
        "The measure applies to all dealings with the country.",
        "La mesure vise tous les échanges avec le pays.",
    ),
    "sector": Term(
        "Sector",
        "Secteur",
        "The measure applies to one sector or kind of activity.",
        "La mesure vise un secteur ou un genre d’activité.",
    ),
    "goods": Term(
        "Goods",
        "Marchandises",
        "The measure applies to certain goods.",
        "La mesure vise certaines marchandises.",
    ),
    "listed-parties": Term(
        "Listed parties",
        "Parties inscrites sur une liste",
        "The measure applies to persons, entities or vessels on a list.",
        "La mesure vise les personnes, les entités ou les navires inscrits sur une liste.",
    ),
}

AUTHORIZATION_KINDS: Terms = {
    "permit": Term(
        "Permit",
        "Permis",
        "Issued by the Minister to do what the regulations prohibit.",
        "Délivré par le ministre pour faire ce que le règlement interdit.",
    ),
    "certificate": Term(
        "Certificate",
        "Attestation",
        "Issued by the Minister under the regulations that implement United Nations resolutions.",
        "Délivrée par le ministre en vertu du règlement d’application des résolutions des Nations Unies.",
    ),
}

INSTRUMENT_KINDS: Terms = {
    "statute": Term(
        "Statute",
        "Loi",
        "An act of a parliament.",
        "Loi adoptée par un parlement.",
    ),
    "regulation": Term(
        "Regulation",
        "Règlement",
        "A text made under a statute, with rules of its own.",
        "Texte pris en vertu d’une loi et contenant ses propres règles.",
    ),
    "order": Term(
        "Order",
        "Décret",
        "A decision of the executive under a statute.",
        "Décision de l’exécutif prise en vertu d’une loi.",
    ),
    "resolution": Term(
        "Resolution",
        "Résolution",
        "A resolution of the United Nations Security Council or of another body.",
        "Résolution du Conseil de sécurité des Nations Unies ou d’un autre organe.",
    ),
    "treaty": Term(
        "Treaty",
        "Traité",
        "A treaty between states that binds its parties.",
        "Traité entre États qui lie les parties.",
    ),
    "agreement": Term(
        "Agreement",
        "Accord",
        "An agreement between states or armed forces, whether or not it is a treaty.",
        "Accord entre États ou forces armées, qu’il s’agisse ou non d’un traité.",
    ),
    "declaration": Term(
        "Declaration",
        "Déclaration",
        "A common declaration that does not bind as law does.",
        "Déclaration commune qui n’a pas force obligatoire.",
    ),
}

FORCE_STATUSES: Terms = {
    "in-force": Term(
        "In force",
        "En vigueur",
        "Known to be in force on the day in `status_as_of`.",
        "En vigueur, d’après ce que l’on savait le jour indiqué dans `status_as_of`.",
    ),
    "ended": Term(
        "No longer in force",
        "N’est plus en vigueur",
        "Known to have ended by the day in `status_as_of`.",
        "A pris fin au plus tard le jour indiqué dans `status_as_of`.",
    ),
    "not-yet": Term(
        "Not yet in force",
        "Pas encore en vigueur",
        "Made, but not in force on the day in `status_as_of`.",
        "Adopté, mais pas en vigueur le jour indiqué dans `status_as_of`.",
    ),
    "unknown": Term(
        "Not known",
        "Inconnu",
        "No source says whether it is in force.",
        "Aucune source ne dit s’il est en vigueur.",
    ),
}
