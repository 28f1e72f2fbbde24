"""Labels: names of values and collections in English and French, for frontends that show them."""

from app.model.fields import LANGUAGES, Language

# Labels in the order of LANGUAGES. One flat table: a value that occurs in several lists has one label that fits all of
# them. The French terms are those of Canada's laws and of Global Affairs Canada.
LABELS: dict[str, tuple[str, str]] = {
    # Collections
    "timeline-events": ("Timeline events", "Événements de la chronologie"),
    "engagement-topics": ("Engagement topics", "Sujets d’engagement"),
    "policy-positions": ("Policy positions", "Prises de position"),
    "sanctions-measures": ("Sanctions measures", "Mesures de sanction"),
    "legal-instruments": ("Legal instruments", "Instruments juridiques"),
    "funding-records": ("Funding records", "Données de financement"),
    "initiatives": ("Initiatives", "Initiatives"),
    "diplomatic-channels": ("Diplomatic channels", "Voies diplomatiques"),
    "background-facts": ("Background facts", "Éléments de contexte"),
    "actors": ("Actors", "Acteurs"),
    "sources": ("Sources", "Sources"),
    # Lists over all collections, and what a revision does to a record
    "timeline": ("Timeline", "Chronologie"),
    "changes": ("Changes", "Modifications"),
    "search": ("Search results", "Résultats de recherche"),
    "revisions": ("Revisions", "Révisions"),
    "added": ("Added", "Ajout"),
    "changed": ("Changed", "Modification"),
    "withdrawn": ("Withdrawn", "Retrait"),
    # Kinds of event
    "nuclear-test": ("Nuclear test", "Essai nucléaire"),
    "missile-launch": ("Missile launch", "Tir de missile"),
    "negotiation": ("Negotiation", "Négociation"),
    "agreement": ("Agreement", "Accord"),
    "summit": ("Summit", "Sommet"),
    "meeting": ("Meeting", "Réunion"),
    "diplomacy": ("Diplomacy", "Diplomatie"),
    "policy": ("Policy", "Politique"),
    "sanctions": ("Sanctions", "Sanctions"),
    "treaty-withdrawal": ("Treaty withdrawal", "Retrait d’un traité"),
    "military": ("Military activity", "Activité militaire"),
    "armed-conflict": ("Armed conflict", "Conflit armé"),
    "inter-korean": ("Inter-Korean relations", "Relations intercoréennes"),
    "human-rights": ("Human rights", "Droits de la personne"),
    "humanitarian": ("Humanitarian aid", "Aide humanitaire"),
    "state-formation": ("Formation of a state", "Formation d’un État"),
    "nuclear-programme": ("Nuclear program", "Programme nucléaire"),
    # Status: of positions, and of what is in force
    "current": ("Current", "En cours"),
    "ended": ("Ended", "A pris fin"),
    "in-force": ("In force", "En vigueur"),
    "not-yet": ("Not yet in force", "Pas encore en vigueur"),
    "unknown": ("Not known", "Inconnu"),
    # Kinds of position
    "call": ("Call", "Appel"),
    "concern": ("Concern", "Préoccupation"),
    "commitment": ("Commitment", "Engagement"),
    "condition": ("Condition", "Condition"),
    "principle": ("Principle", "Principe"),
    "support": ("Support", "Appui"),
    # Measures: regimes, kinds, scopes, authorizations
    "autonomous": ("Autonomous sanctions", "Sanctions autonomes"),
    "united-nations": ("United Nations sanctions", "Sanctions des Nations Unies"),
    "export-control": ("Export controls", "Contrôle des exportations"),
    "import-ban": ("Import ban", "Interdiction d’importation"),
    "export-ban": ("Export ban", "Interdiction d’exportation"),
    "investment-ban": ("Investment ban", "Interdiction d’investissement"),
    "financial-services-ban": ("Financial services ban", "Interdiction des services financiers"),
    "technical-data-ban": ("Technical data ban", "Interdiction de transmettre des données techniques"),
    "ship-ban": ("Ship ban", "Interdiction visant les navires"),
    "aircraft-ban": ("Aircraft ban", "Interdiction visant les aéronefs"),
    "assistance-ban": ("Ban on assisting prohibited activities", "Interdiction de faciliter une activité interdite"),
    "arms-embargo": ("Arms embargo", "Embargo sur les armes"),
    "asset-freeze": ("Asset freeze", "Gel des avoirs"),
    "luxury-goods-ban": ("Luxury goods ban", "Interdiction des articles de luxe"),
    "permit-requirement": ("Permit requirement", "Obligation d’obtenir une licence"),
    "real-property-ban": ("Real property ban", "Interdiction visant les biens immobiliers"),
    "joint-venture-ban": ("Joint venture ban", "Interdiction des coentreprises"),
    "office-opening-ban": ("Ban on opening offices", "Interdiction d’ouvrir des bureaux"),
    "carriage-ban": ("Carriage ban", "Interdiction de transport"),
    "vessel-services-ban": ("Vessel services ban", "Interdiction des services aux navires"),
    "training-ban": ("Training and technical assistance ban", "Interdiction de formation et d’aide technique"),
    "country": ("Whole country", "Ensemble du pays"),
    "sector": ("Sector", "Secteur"),
    "goods": ("Goods", "Marchandises"),
    "listed-parties": ("Listed parties", "Parties inscrites sur une liste"),
    "permit": ("Permit", "Permis"),
    "certificate": ("Certificate", "Attestation"),
    # Kinds of legal instrument
    "statute": ("Statute", "Loi"),
    "regulation": ("Regulation", "Règlement"),
    "order": ("Order", "Décret"),
    "resolution": ("Resolution", "Résolution"),
    "treaty": ("Treaty", "Traité"),
    "declaration": ("Declaration", "Déclaration"),
    # Funding: bases, sectors, whether an amount is cumulative
    "disbursement": ("Disbursement", "Versement"),
    "received": ("Amount received", "Montant reçu"),
    "requirement": ("Funding requirement", "Besoin de financement"),
    "unspecified": ("Basis not specified", "Nature non précisée"),
    "all": ("All sectors", "Tous les secteurs"),
    "true": ("Cumulative amount", "Montant cumulatif"),
    "false": ("Non-cumulative amount", "Montant non cumulatif"),
    # Kinds of initiative
    "naval": ("Naval operation", "Opération navale"),
    "capacity-building": ("Capacity building", "Renforcement des capacités"),
    "verification": ("Verification", "Vérification"),
    "investigation": ("Investigation", "Enquête"),
    "convening": ("Convening of meetings", "Organisation de réunions"),
    "monitoring": ("Monitoring", "Suivi"),
    # Kinds of channel
    "embassy": ("Embassy", "Ambassade"),
    "permanent-mission": ("Permanent mission", "Mission permanente"),
    "protecting-power": ("Protecting power", "Puissance protectrice"),
    # Kinds of background fact
    "governance": ("Governance", "Gouvernance"),
    "conduct": ("Conduct", "Conduite"),
    "situation": ("Situation", "Situation"),
    # Kinds of actor
    "state": ("State", "État"),
    "person": ("Person", "Personne"),
    "organization": ("Organization", "Organisation"),
    "government-body": ("Government body", "Organisme gouvernemental"),
    "party": ("Political party", "Parti politique"),
    "group": ("Group", "Groupe"),
    # Kinds of source, and their languages
    "web-page": ("Web page", "Page Web"),
    "legislation": ("Legislation", "Législation"),
    "news-release": ("News release", "Communiqué"),
    "dataset": ("Dataset", "Jeu de données"),
    "en": ("English", "Anglais"),
    "fr": ("French", "Français"),
}


def label(value: str, lang: Language) -> str:
    """Label of a value (`true` and `false` for booleans) or a collection; the value itself if it has no label.

    Codes of currencies and countries have none, nor do values that a later release adds to the data.
    """
    return LABELS[value][LANGUAGES.index(lang)] if value in LABELS else value
