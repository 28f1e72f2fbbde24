"""Terms of the other collections: positions, funding, initiatives, channels, background facts, actors, sources."""

from app.model.terms import Term, Terms

POSITION_KINDS: Terms = {
    "policy": Term(
        "Policy",
        "Politique",
        "A policy that guides what Canada does.",
        "Politique qui guide l’action du Canada.",
    ),
    "call": Term(
        "Call",
        "Appel",
        "What Canada calls on others to do.",
        "Ce que le Canada appelle d’autres à faire.",
    ),
    "concern": Term(
        "Concern",
        "Préoccupation",
        "What Canada is concerned about.",
        "Ce dont le Canada se préoccupe.",
    ),
    "commitment": Term(
        "Commitment",
        "Engagement",
        "What Canada commits itself to do.",
        "Ce que le Canada s’engage à faire.",
    ),
    "condition": Term(
        "Condition",
        "Condition",
        "What has to be so before Canada acts.",
        "Ce qui doit être rempli avant que le Canada agisse.",
    ),
    "principle": Term(
        "Principle",
        "Principe",
        "A rule that Canada applies to what it does.",
        "Règle que le Canada applique à son action.",
    ),
    "support": Term(
        "Support",
        "Appui",
        "What Canada supports.",
        "Ce que le Canada appuie.",
    ),
}

POSITION_STATUSES: Terms = {
    "current": Term(
        "Current position",
        "Position actuelle",
        "Held, as far as the sources say.",
        "En vigueur, selon les sources.",
    ),
    "ended": Term(
        "Former position",
        "Ancienne position",
        "No longer held.",
        "N’est plus en vigueur.",
    ),
}

FUNDING_BASES: Terms = {
    "commitment": Term(
        "Commitment",
        "Engagement",
        "Money that a donor has promised.",
        "Somme qu’un donateur a promise.",
    ),
    "disbursement": Term(
        "Disbursement",
        "Versement",
        "Money that a donor has paid.",
        "Somme qu’un donateur a versée.",
    ),
    "received": Term(
        "Amount received",
        "Montant reçu",
        "Money that an organization reports to have received.",
        "Somme qu’une organisation déclare avoir reçue.",
    ),
    "requirement": Term(
        "Funding requirement",
        "Besoin de financement",
        "Money that is asked for; nobody has given it yet.",
        "Somme demandée, que personne n’a encore donnée.",
    ),
    "unspecified": Term(
        "Basis not specified",
        "Nature non précisée",
        "The source does not say what was counted.",
        "La source ne dit pas ce qui a été compté.",
    ),
}

FUNDING_SECTORS: Terms = {
    "humanitarian": Term(
        "Humanitarian aid",
        "Aide humanitaire",
        "Humanitarian aid only.",
        "Aide humanitaire seulement.",
    ),
    "all": Term(
        "All sectors",
        "Tous les secteurs",
        "Aid of all sectors, humanitarian aid included.",
        "Aide de tous les secteurs, y compris l’aide humanitaire.",
    ),
}

INITIATIVE_KINDS: Terms = {
    "military": Term(
        "Military activity",
        "Activité militaire",
        "Work of armed forces, such as posts in a command.",
        "Activité de forces armées, comme des postes dans un commandement.",
    ),
    "naval": Term(
        "Naval operation",
        "Opération navale",
        "An operation of ships or patrol aircraft at sea.",
        "Opération en mer de navires ou d’aéronefs de patrouille.",
    ),
    "capacity-building": Term(
        "Capacity building",
        "Renforcement des capacités",
        "Help to others to do something better, such as enforcing sanctions.",
        "Aide apportée à d’autres pour mieux agir, par exemple dans l’application de sanctions.",
    ),
    "verification": Term(
        "Verification",
        "Vérification",
        "Checking that commitments are kept.",
        "Contrôle du respect d’engagements.",
    ),
    "investigation": Term(
        "Investigation",
        "Enquête",
        "Inquiry into what happened.",
        "Enquête sur des faits.",
    ),
    "convening": Term(
        "Convening of meetings",
        "Organisation de réunions",
        "Bringing states or experts together.",
        "Réunion d’États ou d’experts à l’initiative du Canada.",
    ),
    "human-rights": Term(
        "Human rights",
        "Droits de la personne",
        "Work for human rights, such as resolutions and recommendations.",
        "Action en faveur des droits de la personne, comme des résolutions et des recommandations.",
    ),
    "monitoring": Term(
        "Monitoring",
        "Suivi",
        "Watching whether sanctions or commitments are kept.",
        "Suivi du respect de sanctions ou d’engagements.",
    ),
}

CHANNEL_KINDS: Terms = {
    "embassy": Term(
        "Embassy",
        "Ambassade",
        "An embassy, resident or accredited from another country.",
        "Ambassade, résidente ou accréditée depuis un autre pays.",
    ),
    "permanent-mission": Term(
        "Permanent mission",
        "Mission permanente",
        "A mission to an international organization.",
        "Mission auprès d’une organisation internationale.",
    ),
    "protecting-power": Term(
        "Protecting power",
        "Puissance protectrice",
        "A third state that represents the interests of the sending state.",
        "État tiers qui représente les intérêts de l’État d’envoi.",
    ),
}

BACKGROUND_KINDS: Terms = {
    "governance": Term(
        "Governance",
        "Gouvernance",
        "How a country is governed.",
        "Mode de gouvernement d’un pays.",
    ),
    "conduct": Term(
        "Conduct",
        "Conduite",
        "What a state or group does over a time.",
        "Ce qu’un État ou un groupe fait pendant un certain temps.",
    ),
    "situation": Term(
        "Situation",
        "Situation",
        "A lasting state of things.",
        "État de choses durable.",
    ),
}

ACTOR_KINDS: Terms = {
    "state": Term(
        "State",
        "État",
        "A state.",
        "État.",
    ),
    "person": Term(
        "Person",
        "Personne",
        "A person who holds or held a public office or function.",
        "Personne qui occupe ou a occupé une charge ou une fonction publique.",
    ),
    "organization": Term(
        "Organization",
        "Organisation",
        "An international or other organization.",
        "Organisation internationale ou autre.",
    ),
    "government-body": Term(
        "Government body",
        "Organisme gouvernemental",
        "A department, agency, force or office of a government.",
        "Ministère, organisme, force ou bureau d’un gouvernement.",
    ),
    "party": Term(
        "Political party",
        "Parti politique",
        "A political party.",
        "Parti politique.",
    ),
    "group": Term(
        "Group",
        "Groupe",
        "A group of states or of persons.",
        "Groupe d’États ou de personnes.",
    ),
}

SOURCE_KINDS: Terms = {
    "web-page": Term(
        "Web page",
        "Page Web",
        "A page of a website.",
        "Page d’un site Web.",
    ),
    "legislation": Term(
        "Legislation",
        "Législation",
        "The text of a law or regulation.",
        "Texte d’une loi ou d’un règlement.",
    ),
    "resolution": Term(
        "Resolution",
        "Résolution",
        "The text of a resolution.",
        "Texte d’une résolution.",
    ),
    "news-release": Term(
        "News release",
        "Communiqué",
        "A release or statement for the press.",
        "Communiqué ou déclaration à la presse.",
    ),
    "dataset": Term(
        "Dataset",
        "Jeu de données",
        "Data to be read by programs, such as a table of funding.",
        "Données à lire par programme, comme un tableau de financement.",
    ),
}

LANGUAGE_CODES: Terms = {
    "en": Term(
        "English",
        "Anglais",
        "The text that is cited is in English.",
        "Le texte cité est en anglais.",
    ),
    "fr": Term(
        "French",
        "Français",
        "The text that is cited is in French.",
        "Le texte cité est en français.",
    ),
    "ko": Term(
        "Korean",
        "Coréen",
        "The text that is cited is in Korean.",
        "Le texte cité est en coréen.",
    ),
}
