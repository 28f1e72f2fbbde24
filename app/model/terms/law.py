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

MEASURE_KINDS: Terms = {
    "import-ban": Term(
        "Import ban",
        "Interdiction d’importation",
        "Goods may not be brought in or acquired.",
        "Des marchandises ne peuvent être importées ou acquises.",
    ),
    "export-ban": Term(
        "Export ban",
        "Interdiction d’exportation",
        "Goods may not be sold, supplied or sent.",
        "Des marchandises ne peuvent être vendues, fournies ou expédiées.",
    ),
    "investment-ban": Term(
        "Investment ban",
        "Interdiction d’investissement",
        "No investment may be made.",
        "Aucun investissement ne peut être fait.",
    ),
    "financial-services-ban": Term(
        "Financial services ban",
        "Interdiction des services financiers",
        "Financial services may not be provided or acquired.",
        "Des services financiers ne peuvent être fournis ou acquis.",
    ),
    "technical-data-ban": Term(
        "Technical data ban",
        "Interdiction de transmettre des données techniques",
        "Technical data may not be provided or passed on.",
        "Des données techniques ne peuvent être fournies ou transmises.",
    ),
    "ship-ban": Term(
        "Ship ban",
        "Interdiction visant les navires",
        "Ships may not dock in Canada or pass through it.",
        "Des navires ne peuvent accoster au Canada ou y passer.",
    ),
    "aircraft-ban": Term(
        "Aircraft ban",
        "Interdiction visant les aéronefs",
        "Aircraft may not land in Canada or fly over it.",
        "Des aéronefs ne peuvent atterrir au Canada ou le survoler.",
    ),
    "assistance-ban": Term(
        "Ban on assisting prohibited activities",
        "Interdiction de faciliter une activité interdite",
        "Nobody may knowingly help to do what is prohibited.",
        "Nul ne peut sciemment aider à faire ce qui est interdit.",
    ),
    "arms-embargo": Term(
        "Arms embargo",
        "Embargo sur les armes",
        "Arms and related material may not be traded.",
        "Le commerce des armes et du matériel connexe est interdit.",
    ),
    "asset-freeze": Term(
        "Asset freeze",
        "Gel des avoirs",
        "Property of certain parties may not be dealt with.",
        "Nul ne peut effectuer d’opération portant sur les biens de certaines parties.",
    ),
    "luxury-goods-ban": Term(
        "Luxury goods ban",
        "Interdiction des articles de luxe",
        "Luxury goods may not be supplied.",
        "Des articles de luxe ne peuvent être fournis.",
    ),
    "permit-requirement": Term(
        "Permit requirement",
        "Obligation d’obtenir une licence",
        "Something is allowed only with a permit.",
        "Une activité n’est permise qu’avec une licence.",
    ),
    "real-property-ban": Term(
        "Real property ban",
        "Interdiction visant les biens immobiliers",
        "Real property may not be leased or made available.",
        "Des biens immobiliers ne peuvent être loués ou mis à disposition.",
    ),
    "joint-venture-ban": Term(
        "Joint venture ban",
        "Interdiction des coentreprises",
        "Joint ventures may not be opened or maintained.",
        "Des coentreprises ne peuvent être créées ou maintenues.",
    ),
    "office-opening-ban": Term(
        "Ban on opening offices",
        "Interdiction d’ouvrir des bureaux",
        "Offices, branches or accounts may not be opened.",
        "Des bureaux, des succursales ou des comptes ne peuvent être ouverts.",
    ),
    "carriage-ban": Term(
        "Carriage ban",
        "Interdiction de transport",
        "Prohibited goods may not be carried.",
        "Des marchandises interdites ne peuvent être transportées.",
    ),
    "vessel-services-ban": Term(
        "Vessel services ban",
        "Interdiction des services aux navires",
        "Services to certain vessels, such as insurance or registration, may not be provided.",
        "Des services à certains navires, comme l’assurance ou l’immatriculation, ne peuvent être fournis.",
    ),
    "training-ban": Term(
        "Training and technical assistance ban",
        "Interdiction de formation et d’aide technique",
        "Certain training, teaching or technical assistance may not be given.",
        "Certaines formations ou aides techniques ne peuvent être données.",
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
