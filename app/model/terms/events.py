"""Terms of events, and of what publications do."""

from app.model.terms import Term, Terms

EVENT_KINDS: Terms = {
    "nuclear-test": Term(
        "Nuclear test",
        "Essai nucléaire",
        "A test explosion of a nuclear device.",
        "Explosion d’essai d’un engin nucléaire.",
    ),
    "missile-launch": Term(
        "Missile launch",
        "Tir de missile",
        "A launch of a missile, or of a rocket that uses the same technology.",
        "Tir d’un missile, ou d’une fusée qui fait appel à la même technologie.",
    ),
    "negotiation": Term(
        "Negotiation",
        "Négociation",
        "Talks towards an agreement, in one or several rounds.",
        "Pourparlers en vue d’un accord, en une ou plusieurs séries.",
    ),
    "agreement": Term(
        "Agreement",
        "Accord",
        "An agreement, armistice or common declaration that parties reached.",
        "Accord, armistice ou déclaration commune auxquels des parties sont parvenues.",
    ),
    "summit": Term(
        "Summit",
        "Sommet",
        "A meeting of heads of state or government.",
        "Rencontre de chefs d’État ou de gouvernement.",
    ),
    "meeting": Term(
        "Meeting",
        "Réunion",
        "A meeting of ministers, officials or experts.",
        "Réunion de ministres, de fonctionnaires ou d’experts.",
    ),
    "diplomacy": Term(
        "Diplomacy",
        "Diplomatie",
        "A step in relations between states, such as recognition or a statement.",
        "Acte dans les relations entre États, comme une reconnaissance ou une déclaration.",
    ),
    "policy": Term(
        "Policy",
        "Politique",
        "A policy that a government adopted or changed.",
        "Politique qu’un gouvernement a adoptée ou modifiée.",
    ),
    "sanctions": Term(
        "Sanctions",
        "Sanctions",
        "Sanctions imposed, changed or lifted by a state or by the Security Council.",
        "Sanctions imposées, modifiées ou levées par un État ou par le Conseil de sécurité.",
    ),
    "treaty-withdrawal": Term(
        "Treaty withdrawal",
        "Retrait d’un traité",
        "A declaration to leave a treaty or a negotiation.",
        "Déclaration de retrait d’un traité ou d’une négociation.",
    ),
    "military": Term(
        "Military activity",
        "Activité militaire",
        "A deployment, operation or appointment of armed forces.",
        "Déploiement, opération ou nomination au sein de forces armées.",
    ),
    "armed-conflict": Term(
        "Armed conflict",
        "Conflit armé",
        "A war, or an armed attack.",
        "Guerre ou attaque armée.",
    ),
    "inter-korean": Term(
        "Inter-Korean relations",
        "Relations intercoréennes",
        "Something between the two Koreas, such as talks or a common project.",
        "Fait entre les deux Corées, comme des pourparlers ou un projet commun.",
    ),
    "human-rights": Term(
        "Human rights",
        "Droits de la personne",
        "Something about human rights, such as a report or a recommendation.",
        "Fait touchant les droits de la personne, comme un rapport ou une recommandation.",
    ),
    "humanitarian": Term(
        "Humanitarian aid",
        "Aide humanitaire",
        "Something about humanitarian aid or needs.",
        "Fait touchant l’aide ou les besoins humanitaires.",
    ),
    "state-formation": Term(
        "Formation of a state",
        "Formation d’un État",
        "The founding or division of a state.",
        "Fondation ou division d’un État.",
    ),
    "nuclear-programme": Term(
        "Nuclear program",
        "Programme nucléaire",
        "A step of a nuclear program other than a test, such as an admission or a shutdown.",
        "Étape d’un programme nucléaire autre qu’un essai, comme un aveu ou un arrêt.",
    ),
}

ACTIONS: Terms = {
    "added": Term(
        "Added",
        "Ajout",
        "The record is new, or is published again after a withdrawal.",
        "La fiche est nouvelle, ou publiée de nouveau après un retrait.",
    ),
    "changed": Term(
        "Changed",
        "Modification",
        "At least one field of the record differs from the version before.",
        "Au moins un champ de la fiche diffère de la version précédente.",
    ),
    "withdrawn": Term(
        "Withdrawn",
        "Retrait",
        "The record is no longer part of the dataset; the reason is given.",
        "La fiche ne fait plus partie du jeu de données, pour la raison indiquée.",
    ),
}

COLLECTIONS: Terms = {
    "timeline-events": Term(
        "Timeline events",
        "Événements de la chronologie",
        "What happened, with a date as exact as its source.",
        "Ce qui s’est passé, avec une date aussi exacte que la source.",
    ),
    "engagement-topics": Term(
        "Engagement topics",
        "Sujets d’engagement",
        "Subjects on which Canada permits official contact.",
        "Sujets sur lesquels le Canada autorise les contacts officiels.",
    ),
    "policy-positions": Term(
        "Policy positions",
        "Prises de position",
        "What Canada holds, asks for or makes a condition.",
        "Ce que le Canada soutient, demande ou pose comme condition.",
    ),
    "sanctions-measures": Term(
        "Sanctions measures",
        "Mesures de sanction",
        "Prohibitions, duties and controls, one record for each.",
        "Interdictions, obligations et contrôles, à raison d’une fiche pour chacun.",
    ),
    "legal-instruments": Term(
        "Legal instruments",
        "Instruments juridiques",
        "Laws, regulations, resolutions, treaties and other texts.",
        "Lois, règlements, résolutions, traités et autres textes.",
    ),
    "funding-records": Term(
        "Funding records",
        "Données de financement",
        "Reported sums of aid.",
        "Sommes d’aide déclarées.",
    ),
    "initiatives": Term(
        "Initiatives",
        "Initiatives",
        "What Canada does or did, alone or with partners.",
        "Ce que le Canada fait ou a fait, seul ou avec des partenaires.",
    ),
    "diplomatic-channels": Term(
        "Diplomatic channels",
        "Voies diplomatiques",
        "How one side reaches the other.",
        "Comment une partie communique avec l’autre.",
    ),
    "background-facts": Term(
        "Background facts",
        "Éléments de contexte",
        "Lasting situations and conduct that a source states.",
        "Situations et conduites durables dont une source fait état.",
    ),
    "actors": Term(
        "Actors",
        "Acteurs",
        "States, persons, bodies and groups that records name.",
        "États, personnes, organismes et groupes que les fiches mentionnent.",
    ),
    "designations": Term(
        "Designations",
        "Désignations",
        "Parties that the Security Council lists.",
        "Parties inscrites sur la liste du Conseil de sécurité.",
    ),
    "sources": Term(
        "Sources",
        "Sources",
        "Where the statements come from.",
        "D’où viennent les énoncés.",
    ),
}
