"""Terms of law: what sanctions measures prohibit or require."""

from app.model.terms import Term, Terms

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
    "dealing-ban": Term(
        "Dealing ban",
        "Interdiction d’effectuer des opérations",
        "Goods bound for the country may not be dealt in.",
        "Nul ne peut effectuer d’opération portant sur des marchandises destinées au pays.",
    ),
    "cash-transfer-ban": Term(
        "Cash transfer ban",
        "Interdiction des transferts d’espèces",
        "Large amounts of cash may not be sent or received.",
        "De grandes quantités d’argent en espèces ne peuvent être envoyées ni reçues.",
    ),
    "technical-assistance-ban": Term(
        "Technical assistance ban",
        "Interdiction d’aide technique",
        "Technical assistance may not be given or received.",
        "De l’aide technique ne peut être fournie ni reçue.",
    ),
    "crew-services-ban": Term(
        "Ban on crews and craft",
        "Interdiction des services d’équipage",
        "Crews, or vessels and aircraft, may not be provided or obtained.",
        "Des équipages, ou des navires et des aéronefs, ne peuvent être fournis ni obtenus.",
    ),
    "vessel-ownership-ban": Term(
        "Ban on flag and ownership of vessels",
        "Interdiction visant le pavillon et la propriété de navires",
        "Vessels may not be registered in the country, or owned or operated under its flag.",
        "Des navires ne peuvent être immatriculés dans le pays, ni possédés ou exploités sous son pavillon.",
    ),
    "transshipment-ban": Term(
        "Transshipment ban",
        "Interdiction de transbordement",
        "Goods may not be moved from ship to ship.",
        "Des marchandises ne peuvent être transbordées d’un navire à un autre.",
    ),
    "deregistration-duty": Term(
        "Duty to strike off vessels",
        "Obligation de radier des navires",
        "The registration of vessels must be refused or cancelled.",
        "L’immatriculation de navires doit être refusée ou révoquée.",
    ),
    "screening-duty": Term(
        "Screening duty",
        "Obligation de vérification",
        "Holdings must be checked for property of certain parties.",
        "Il faut vérifier si l’on détient des biens de certaines parties.",
    ),
    "disclosure-duty": Term(
        "Disclosure duty",
        "Obligation de communication",
        "Property of certain parties must be reported to the authorities.",
        "Les biens de certaines parties doivent être signalés aux autorités.",
    ),
    "travel-ban": Term(
        "Travel ban",
        "Interdiction de voyager",
        "Certain persons may not enter or stay.",
        "Certaines personnes ne peuvent entrer ou séjourner au pays.",
    ),
}
