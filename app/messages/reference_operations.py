"""The OpenAPI document in French: names and descriptions of its groups, tags and operations, by their English text.

An English text that changes has no French until it is changed here too; a test finds it.
"""

OPERATIONS: dict[str, str] = {
    # Groups
    "Look up": "Chercher",
    "Find records by words or by date, whatever their collection, or ask for a sum or a name.": (
        "Trouvez des fiches par mots ou par date, dans toutes les collections, ou demandez une somme ou un nom."
    ),
    "Follow": "Suivre",
    "Learn what is new. Some lists are calendars (`format=ics`) and feeds (`format=atom`) too, for subscriptions.": (
        "Suivez les nouveautés. Certaines listes sont aussi des calendriers (`format=ics`) et des fils "
        "(`format=atom`), auxquels on peut s’abonner."
    ),
    "Export": "Exporter",
    "Take everything in one file. Each list comes as a table too: `format=csv`, `xlsx` or `jsonl`.": (
        "Téléchargez tout en un seul fichier. Chaque liste existe aussi en tableau\u00a0: `format=csv`, `xlsx` ou "
        "`jsonl`."
    ),
    "Cite": "Citer",
    "Every record names its sources, and comes as a citation itself: `format=csl`, `bibtex` or `txt`.": (
        "Chaque fiche cite ses sources et se donne elle-même comme référence\u00a0: `format=csl`, `bibtex` ou `txt`."
    ),
    "Prove": "Prouver",
    "Show what the data said on a day, and check that nothing was altered since: each revision has a digest.": (
        "Montrez ce que les données disaient un jour donné, et vérifiez que rien n’a été modifié depuis\u00a0: chaque "
        "révision a une empreinte."
    ),
    "Collections": "Collections",
    "Each collection has a list, its records, and the history of each record.": (
        "Chaque collection a une liste, ses fiches et l’historique de chaque fiche."
    ),
    "Service": "Service",
    "What this service offers, and whether it works.": "Ce qu’offre ce service, et s’il fonctionne.",
    # Tags
    "Search": "Recherche",
    "Timeline": "Chronologie",
    "Changes": "Modifications",
    "Downloads": "Téléchargements",
    "The whole dataset in one file, and the catalogue that describes it.": (
        "Le jeu de données entier en un seul fichier, et le catalogue qui le décrit."
    ),
    "Sources": "Sources",
    "Revisions": "Révisions",
    "Every publication of the dataset, with its digest.": "Chaque publication des données, avec son empreinte.",
    "Events": "Événements",
    "Engagement topics": "Sujets d’engagement",
    "Policy positions": "Prises de position",
    "Sanctions measures": "Mesures de sanction",
    "Legal instruments": "Instruments juridiques",
    "Funding records": "Données de financement",
    "Initiatives": "Initiatives",
    "Diplomatic channels": "Voies diplomatiques",
    "Background facts": "Éléments de contexte",
    "Actors": "Acteurs",
    "Designations": "Désignations",
    "Document and health": "Document et état",
    "The service document, the vocabularies, and the health checks.": (
        "Le document de service, les vocabulaires et les contrôles d’état."
    ),
    # Lists
    "Rows match all filters.": "Les lignes satisfont à tous les filtres.",
    "Full-text search in both languages: the records of all collections that match, best match first, with the "
    "matching words marked. Words count more in a title, and side by side as in `q`; records with the same sources are "
    "spread.": (
        "Recherche plein texte dans les deux langues\u00a0: les fiches de toutes les collections qui correspondent, la "
        "meilleure en premier, avec les mots trouvés mis en évidence. Les mots comptent davantage dans un titre, ou "
        "côte à côte comme dans `q`; les fiches qui ont les mêmes sources sont espacées."
    ),
    "Events, measures and legal instruments coming into force, funding and initiatives in one chronological order. "
    "Every record with a date has a row; `part_of` lists the events that brought it about, and `fold=true` leaves out "
    "the rows that have one.": (
        "Événements, entrée en vigueur de mesures et d’instruments juridiques, financements et initiatives, dans un "
        "seul ordre chronologique. Chaque fiche datée a une ligne; `part_of` énumère les événements dont elle découle, "
        "et `fold=true` exclut les lignes qui en ont un."
    ),
    "Every change since a revision, complete and in order: which record was added, changed or withdrawn, and the "
    "record after the change. To keep a copy of the dataset, start empty and apply the changes in order.": (
        "Toutes les modifications depuis une révision, dans l’ordre\u00a0: quelle fiche a été ajoutée, modifiée ou "
        "retirée, et la fiche après la modification. Pour tenir une copie des données, partez de zéro et appliquez "
        "les modifications dans l’ordre."
    ),
    "Every publication, newest first: when (UTC), by whom, why, how much it changed, and its digest.": (
        "Toutes les publications, la plus récente en premier\u00a0: quand (UTC), par qui, pourquoi, combien de fiches "
        "ont changé, et l’empreinte."
    ),
    "What happened: tests, talks, sanctions, declarations, each with a date as exact as its source.": (
        "Ce qui s’est passé\u00a0: essais, pourparlers, sanctions, déclarations, chacun avec une date aussi précise "
        "que sa source."
    ),
    "The subjects to which official contact is limited under the Controlled Engagement Policy.": (
        "Les sujets auxquels les contacts officiels sont limités par la Politique d’engagement contrôlé."
    ),
    "Canada's positions: its policy, concerns, commitments and conditions, and each thing that it calls for.": (
        "Les positions du Canada\u00a0: sa politique, ses préoccupations, ses engagements et ses conditions, et chaque "
        "chose qu’il demande."
    ),
    "Canada's sanctions, one record for each prohibition, duty or control, with exceptions and authorizations.": (
        "Les sanctions du Canada, une fiche par interdiction, obligation ou contrôle, avec les exceptions et les "
        "autorisations."
    ),
    "The texts that measures and positions rest on: Canadian law, Security Council resolutions, treaties.": (
        "Les textes sur lesquels reposent les mesures et les positions\u00a0: droit canadien, résolutions du Conseil "
        "de sécurité, traités."
    ),
    "Reported amounts of aid. Totals never mix currencies, bases or sectors; cumulative amounts are separate.": (
        "Montants d’aide déclarés. Les totaux ne mêlent jamais monnaies, bases ou secteurs; les montants cumulatifs "
        "sont à part."
    ),
    "What Canada does: operations, capacity building, verification, advocacy, monitoring.": (
        "Ce que fait le Canada\u00a0: opérations, renforcement des capacités, vérification, plaidoyer, surveillance."
    ),
    "Embassy, permanent mission and protecting power: the ways in which the two sides reach each other.": (
        "Ambassade, mission permanente et puissance protectrice\u00a0: les voies par lesquelles les deux parties "
        "communiquent."
    ),
    "Lasting situations and conduct that a source states: governance, evasion, food, human rights.": (
        "Situations et comportements durables dont une source fait état\u00a0: gouvernance, contournement des "
        "sanctions, alimentation, droits de la personne."
    ),
    "The states, persons, organizations and groups that records name, with the offices that they hold or held.": (
        "Les États, personnes, organisations et groupes que nomment les fiches, avec les fonctions qu’ils exercent ou "
        "ont exercées."
    ),
    "The persons and entities on the Security Council's list for North Korea, to whom Canadian measures apply.": (
        "Les personnes et entités inscrites sur la liste du Conseil de sécurité pour la Corée du Nord, que visent des "
        "mesures canadiennes."
    ),
    "The sources that records cite, with publisher, address, language and licence.": (
        "Les sources que citent les fiches, avec l’éditeur, l’adresse, la langue et la licence."
    ),
    # Other operations
    "Service document": "Document de service",
    "Every collection with its number of records, the revision, the licences, and links to everything else.": (
        "Chaque collection avec son nombre de fiches, la révision, les licences et des liens vers tout le reste."
    ),
    "Totals of funding": "Totaux du financement",
    "Sums of the matching funding records, by group.": "Sommes des données de financement retenues, par groupe.",
    "No sum mixes currencies, bases, sectors, price bases or sources. A record counts for a year only if its whole "
    "period is in that year. Cumulative records are listed separately and are in no sum.": (
        "Aucune somme ne mêle monnaies, bases, secteurs, années de prix ou sources. Une fiche compte pour une année "
        "seulement si toute sa période est dans cette année. Les fiches cumulatives sont énumérées à part et ne "
        "figurent dans aucune somme."
    ),
    "Screen a name": "Comparer un nom",
    "Listed parties whose names are like a name: in another order, romanisation or spelling.": (
        "Parties inscrites dont un nom ressemble à un nom donné\u00a0: autre ordre, autre romanisation ou autre "
        "graphie."
    ),
    "It helps people who check a name; it is no legal advice. The name is written to no log, and no cache may keep the "
    "answer.": (
        "Le résultat aide à vérifier un nom; ce n’est pas un avis juridique. Le nom n’est consigné dans aucun journal, "
        "et aucun cache ne peut garder la réponse."
    ),
    "Provisions of a legal instrument": "Dispositions d’un instrument juridique",
    "Words of the law, provision by provision, where an operator has imported them: no packaged record has them.": (
        "Texte de loi, disposition par disposition, là où un exploitant l’a importé\u00a0: aucune fiche fournie ne le "
        "contient."
    ),
    "One revision": "Une révision",
    "One publication: its time (UTC), author and note, the counts of its changes, and its digest.": (
        "Une publication\u00a0: son heure (UTC), son auteur et sa note, le nombre de modifications et son empreinte."
    ),
    "Canonical form of a revision": "Forme canonique d’une révision",
    "The bytes from which the digest of the revision is computed: check it by `curl … | sha256sum`.": (
        "Les octets dont l’empreinte de la révision est calculée\u00a0: vérifiez-la par `curl … | sha256sum`."
    ),
    "The header of each revision names the digest of the previous one, so the revisions form a chain.": (
        "L’en-tête de chaque révision donne l’empreinte de la précédente\u00a0: les révisions forment une chaîne."
    ),
    "Vocabularies: labels of values": "Vocabulaires\u00a0: libellés des valeurs",
    "Every list of values that fields take, with a label and a description of each value in one language.": (
        "Chaque liste de valeurs que prennent les champs, avec un libellé et une description de chaque valeur dans une "
        "langue."
    ),
    "The lists are those of this release, whatever revision the answer names.": (
        "Les listes sont celles de cette version du logiciel, quelle que soit la révision que nomme la réponse."
    ),
    "Everything as SQLite": "Tout en SQLite",
    "All records of a revision as one SQLite database, for any SQLite tool.": (
        "Toutes les fiches d’une révision en une base de données SQLite, pour tout outil SQLite."
    ),
    "Each collection is a table, each field a column; texts have two, such as `title_en` and `title_fr`. Lists and "
    "objects are JSON. `amount` is a number to compare, `amount_exact` the exact decimal. Foreign keys lead to "
    "`records`; `citations`, `mentions`, `vocabularies` and `dataset` (revision, digest, licence) are tables too. "
    "`Range` gets a part of the bytes.": (
        "Chaque collection est une table, chaque champ une colonne; les textes en ont deux, comme `title_en` et "
        "`title_fr`. Les listes et les objets sont en JSON. `amount` est un nombre à comparer, `amount_exact` le "
        "nombre décimal exact. Les clés étrangères mènent à `records`; `citations`, `mentions`, `vocabularies` et "
        "`dataset` (révision, empreinte, licence) sont aussi des tables. `Range` donne une partie des octets."
    ),
    "Everything as JSON Lines": "Tout en JSON Lines",
    'All records of a revision, by collection and id, each as `{"collection": …, "record": {…}}`.': (
        "Toutes les fiches d’une révision, par collection et identifiant, chacune sous la forme "
        '`{"collection": …, "record": {…}}`.'
    ),
    'A record has the fields of its item, but what depends on the language is `{"en": …, "fr": …}`. `Range` gets a '
    "part of the bytes.": (
        'Une fiche a ses champs habituels, mais ce qui dépend de la langue est `{"en": …, "fr": …}`. `Range` donne '
        "une partie des octets."
    ),
    "Catalogue for data portals": "Catalogue pour les portails de données",
    "Catalogue of the dataset for data portals: DCAT 3 and schema.org in JSON-LD, in both languages.": (
        "Catalogue des données pour les portails de données\u00a0: DCAT 3 et schema.org en JSON-LD, dans les deux "
        "langues."
    ),
    "It has the licence, the coverage, and every download with its address at this revision. Downloads of the whole "
    "dataset also have their size in bytes and their SHA-256. Readers need no other document to understand it.": (
        "Il contient la licence, la couverture et chaque téléchargement avec son adresse à cette révision. Les "
        "téléchargements de l’ensemble ont aussi leur taille en octets et leur SHA-256. Aucun autre document n’est "
        "nécessaire pour le comprendre."
    ),
    "Data package of the CSV files": "Data package des fichiers CSV",
    "Frictionless Data Package of the collections as CSV, each at this revision, column by column.": (
        "Data Package (Frictionless) des collections en CSV, chacune à cette révision, colonne par colonne."
    ),
    "Is the process alive": "Le processus fonctionne-t-il",
    "Liveness check: answers 200 as long as the process runs. It does not read the database and never gives 503.": (
        "Contrôle d’activité\u00a0: répond 200 tant que le processus fonctionne. Il ne lit pas la base de données et "
        "ne donne jamais 503."
    ),
    "Can the data be served": "Les données peuvent-elles être servies",
    "Readiness check: 200 if requests can be answered from the database, else 503 with the reason.": (
        "Contrôle de disponibilité\u00a0: 200 si la base de données permet de répondre aux requêtes, sinon 503 avec le "
        "motif."
    ),
}

# A record of each collection, with its article.
RECORDS: dict[str, str] = {
    "timeline-events": "un événement",
    "engagement-topics": "un sujet d’engagement",
    "policy-positions": "une prise de position",
    "sanctions-measures": "une mesure de sanction",
    "legal-instruments": "un instrument juridique",
    "funding-records": "une donnée de financement",
    "initiatives": "une initiative",
    "diplomatic-channels": "une voie diplomatique",
    "background-facts": "un élément de contexte",
    "actors": "un acteur",
    "designations": "une désignation",
    "sources": "une source",
}
RECORD_ABOUT = (
    "Une fiche de la collection «\u00a0{collection}\u00a0», par son identifiant, avec le nombre de fiches de chaque "
    "collection qui la mentionnent."
)
HISTORY = "Historique d’{record}"
HISTORY_ABOUT = (
    "Toutes les versions d’une fiche de la collection «\u00a0{collection}\u00a0», la plus récente en premier. Une "
    "fiche retirée garde son historique."
)
