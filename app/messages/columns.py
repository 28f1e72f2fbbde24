"""Messages of columns: the meaning of each field, in the words of people who read a spreadsheet.

The key is the field, or `<list>.<field>` where the field means something else in that list.
"""

COLUMNS: dict[str, dict[str, str]] = {
    "about": {"en": "Actors that it is about (ids).", "fr": "Acteurs que l’élément concerne (identifiants)."},
    "accredited_to": {
        "en": "Actors that the channel is accredited to (ids).",
        "fr": "Acteurs auprès desquels la voie diplomatique est accréditée (identifiants).",
    },
    "action": {
        "en": "What the revision did to the record: added, changed or withdrawn.",
        "fr": "Ce que la révision a fait de la fiche : ajout (added), modification (changed) ou retrait (withdrawn).",
    },
    "actors": {"en": "Actors that took part (ids).", "fr": "Acteurs qui ont pris part à l’événement (identifiants)."},
    "added": {"en": "Number of records that it added.", "fr": "Nombre de fiches ajoutées."},
    "address": {"en": "Web address of the source.", "fr": "Adresse Web de la source."},
    "addressee": {
        "en": "Actor that it is addressed to (id).",
        "fr": "Acteur à qui la position s’adresse (identifiant).",
    },
    "addresses": {"en": "Addresses, as listed.", "fr": "Adresses, telles que la liste les donne."},
    "also_known_as": {"en": "Other names and abbreviations.", "fr": "Autres noms et sigles."},
    "amended_on": {
        "en": "Day of the last change to the entry.",
        "fr": "Jour de la dernière modification de l’inscription.",
    },
    "amends": {
        "en": "Legal instruments that it amends (ids).",
        "fr": "Instruments juridiques qu’il modifie (identifiants).",
    },
    "amount": {
        "en": "Amount in units of the currency, such as dollars.",
        "fr": "Montant dans l’unité de la monnaie, par exemple en dollars.",
    },
    "author": {"en": "Who published the revision.", "fr": "Auteur de la publication."},
    "authorizations": {
        "en": "Permits and certificates that can be applied for.",
        "fr": "Permis et attestations qui peuvent être demandés.",
    },
    "basis": {
        "en": "What was counted, such as money committed or paid.",
        "fr": "Ce qui a été compté, par exemple les sommes engagées ou versées.",
    },
    "birth_dates": {"en": "Dates of birth (EDTF).", "fr": "Dates de naissance (EDTF)."},
    "birth_places": {"en": "Places of birth, as listed.", "fr": "Lieux de naissance, tels que la liste les donne."},
    "changed": {"en": "Number of records that it changed.", "fr": "Nombre de fiches modifiées."},
    "changed_fields": {"en": "Fields that were changed.", "fr": "Champs modifiés."},
    "citations": {
        "en": "Evidence for the statement: source, section, passage and address.",
        "fr": "Preuves à l’appui de l’énoncé : source, section, passage et adresse.",
    },
    "code": {"en": "ISO 3166-1 code of a state.", "fr": "Code ISO 3166-1 d’un État."},
    "collection": {"en": "Collection of the record.", "fr": "Collection de la fiche."},
    "content_as_of": {
        "en": "Date up to which the content of the source is current.",
        "fr": "Date jusqu’à laquelle le contenu de la source est à jour.",
    },
    "cumulative": {
        "en": "Whether the amount is a sum over all years of its period; such amounts must not be added to others.",
        "fr": "Indique si le montant est le total de toutes les années de la période; un tel montant ne doit pas être "
        "additionné à d’autres.",
    },
    "currency": {"en": "ISO 4217 code of the currency.", "fr": "Code ISO 4217 de la monnaie."},
    "date": {
        "en": "When it happened, came into force or ran.",
        "fr": "Date de l’événement, de l’entrée en vigueur ou de l’activité.",
    },
    "delisted_on": {
        "en": "Day on which the party was taken off the list (EDTF).",
        "fr": "Jour du retrait de la liste (EDTF).",
    },
    "documents": {"en": "Identity documents: kind, number, country.", "fr": "Pièces d’identité : genre, numéro, pays."},
    "file_sha256": {"en": "SHA-256 of the file that was imported.", "fr": "SHA-256 du fichier importé."},
    "imo_number": {"en": "IMO number of a vessel.", "fr": "Numéro OMI d’un navire."},
    "legal-instruments.date": {
        "en": "Date of assent, registration, adoption or signature.",
        "fr": "Date de sanction, d’enregistrement, d’adoption ou de signature.",
    },
    "delivery_channels": {
        "en": "Actors that deliver the aid (ids).",
        "fr": "Acteurs qui acheminent l’aide (identifiants).",
    },
    "digest": {
        "en": "SHA-256 of the canonical form of the revision.",
        "fr": "Empreinte SHA-256 de la forme canonique de la révision.",
    },
    "donor": {"en": "Actor that gives the aid (id).", "fr": "Acteur qui donne l’aide (identifiant)."},
    "earliest": {
        "en": "First day that the date can mean; empty if open or unknown.",
        "fr": "Premier jour que la date peut désigner; vide s’il est ouvert ou inconnu.",
    },
    "enabled_by": {
        "en": "Legal instruments under which it was made (ids).",
        "fr": "Instruments juridiques en vertu desquels il a été pris (identifiants).",
    },
    "exceptions": {
        "en": "Cases that the law excepts; nobody has to apply for them.",
        "fr": "Cas que la loi excepte, sans qu’une demande soit nécessaire.",
    },
    "id": {"en": "Id of the record, which never changes.", "fr": "Identifiant de la fiche, qui ne change jamais."},
    "implements": {
        "en": "Legal instruments that it implements (ids).",
        "fr": "Instruments juridiques mis en œuvre (identifiants).",
    },
    "implements_provisions": {
        "en": "Provisions of legal instruments that it implements.",
        "fr": "Dispositions d’instruments juridiques mises en œuvre.",
    },
    "in_force_from": {"en": "First day in force.", "fr": "Premier jour en vigueur."},
    "in_force_to": {
        "en": "Last day in force; empty while no end is known.",
        "fr": "Dernier jour en vigueur; vide tant qu’aucune fin n’est connue.",
    },
    "in_kind": {
        "en": "Whether the aid was given in kind, not in money.",
        "fr": "Indique si l’aide a été donnée en nature plutôt qu’en argent.",
    },
    "instrument": {
        "en": "Legal instrument that contains the measure (id).",
        "fr": "Instrument juridique qui contient la mesure (identifiant).",
    },
    "instruments": {
        "en": "Legal instruments that it is about (ids).",
        "fr": "Instruments juridiques dont il est question (identifiants).",
    },
    "issuer": {"en": "Actor that issued it (id).", "fr": "Acteur dont il émane (identifiant)."},
    "kind": {"en": "Kind.", "fr": "Type."},
    "listed_on": {"en": "Day on which the party was listed.", "fr": "Jour de l’inscription sur la liste."},
    "measures": {
        "en": "Sanctions measures that apply to the party (ids).",
        "fr": "Mesures de sanctions qui visent la partie (identifiants).",
    },
    "names": {
        "en": "Names as listed: name, kind, quality, script.",
        "fr": "Noms tels que la liste les donne : nom, genre, qualité, écriture.",
    },
    "nationalities": {"en": "Nationalities, as listed.", "fr": "Nationalités, telles que la liste les donne."},
    "positions": {"en": "Functions, as listed.", "fr": "Fonctions, telles que la liste les donne."},
    "reference_number": {"en": "Reference number in the list.", "fr": "Numéro de référence sur la liste."},
    "resolutions": {
        "en": "Resolutions under which the party is listed (ids).",
        "fr": "Résolutions en vertu desquelles la partie est inscrite (identifiants).",
    },
    "sanctions-measures.kind": {
        "en": "What the measure prohibits or requires.",
        "fr": "Ce que la mesure interdit ou exige.",
    },
    "language": {"en": "Language of the text that records cite.", "fr": "Langue du texte que citent les fiches."},
    "latest": {
        "en": "Last day that the date can mean; empty if open or unknown.",
        "fr": "Dernier jour que la date peut désigner; vide s’il est ouvert ou inconnu.",
    },
    "lead": {"en": "Actor that leads it (id).", "fr": "Acteur qui la dirige (identifiant)."},
    "legal_citation": {"en": "Citation of the legal text.", "fr": "Référence du texte juridique."},
    "licence": {
        "en": "Terms under which the publisher offers the source.",
        "fr": "Conditions auxquelles l’éditeur offre la source.",
    },
    "note": {"en": "What the revision is about.", "fr": "Objet de la révision."},
    "number": {"en": "Number of the revision.", "fr": "Numéro de la révision."},
    "engagement-topics.number": {
        "en": "Position in the policy’s own list.",
        "fr": "Rang dans la liste que donne la politique.",
    },
    "operated_by": {"en": "Actor that runs it (id).", "fr": "Acteur qui l’exploite (identifiant)."},
    "other_values": {
        "en": "What another source says instead: field, value and citations.",
        "fr": "Ce qu’une autre source indique : champ, valeur et preuves.",
    },
    "part_of": {"en": "Events that brought the record about.", "fr": "Événements dont la fiche découle."},
    "parties": {"en": "Actors that agreed to it (ids).", "fr": "Acteurs qui l’ont conclu (identifiants)."},
    "partners": {"en": "Actors that take part in it (ids).", "fr": "Acteurs qui y participent (identifiants)."},
    "period": {"en": "When it ran or runs.", "fr": "Période de l’activité."},
    "background-facts.period": {"en": "When it is or was so.", "fr": "Période où il en est ou en était ainsi."},
    "funding-records.period": {"en": "Period that the amount covers.", "fr": "Période que couvre le montant."},
    "place": {"en": "Place.", "fr": "Lieu."},
    "policy": {
        "en": "Policy position that permits contact on the topic (id).",
        "fr": "Prise de position qui permet les contacts sur ce sujet (identifiant).",
    },
    "previous_digest": {"en": "Digest of the previous revision.", "fr": "Empreinte de la révision précédente."},
    "price_base": {
        "en": "Year of constant prices; empty for current prices.",
        "fr": "Année des prix constants; vide pour les prix courants.",
    },
    "provision": {"en": "Provision of the legal instrument.", "fr": "Disposition de l’instrument juridique."},
    "published_at": {
        "en": "When the revision was published, in UTC.",
        "fr": "Moment de la publication de la révision, en UTC.",
    },
    "publisher": {"en": "Who publishes the source.", "fr": "Éditeur de la source."},
    "reason": {"en": "Why the record was withdrawn.", "fr": "Motif du retrait de la fiche."},
    "receiving_state": {
        "en": "State in which the channel works (id).",
        "fr": "État où la voie diplomatique est établie (identifiant).",
    },
    "recipient": {"en": "State that receives the aid (id).", "fr": "État qui reçoit l’aide (identifiant)."},
    "record": {
        "en": "The record after the change; empty if it was withdrawn.",
        "fr": "La fiche après la modification; vide si elle a été retirée.",
    },
    "records": {
        "en": "Number of records in all collections after the revision.",
        "fr": "Nombre de fiches de toutes les collections après la révision.",
    },
    "regime": {
        "en": "Sanctions regime that the measure belongs to.",
        "fr": "Régime de sanctions dont relève la mesure.",
    },
    "related": {"en": "Records that the event brought about.", "fr": "Fiches qui découlent de l’événement."},
    "replaces": {"en": "Measures that it replaced (ids).", "fr": "Mesures qu’elle a remplacées (identifiants)."},
    "reported_as_of": {
        "en": "Date as of which the source reports the amount.",
        "fr": "Date à laquelle la source arrête le montant.",
    },
    "retrieved_on": {
        "en": "Day on which the text of the source was fetched.",
        "fr": "Jour où le texte de la source a été recueilli.",
    },
    "revision": {
        "en": "Dataset revision that published this version.",
        "fr": "Révision du jeu de données qui a publié cette version.",
    },
    "roles": {
        "en": "Offices and functions that the actor holds or held.",
        "fr": "Charges et fonctions que l’acteur exerce ou a exercées.",
    },
    "scope": {"en": "What the measure applies to.", "fr": "Ce à quoi la mesure s’applique."},
    "sector": {"en": "Sector of the aid.", "fr": "Secteur de l’aide."},
    "sending_state": {
        "en": "State that the channel represents (id).",
        "fr": "État que la voie diplomatique représente (identifiant).",
    },
    "snippet": {"en": "Text around the match, in pieces.", "fr": "Texte entourant les mots trouvés, en morceaux."},
    "stated_on": {"en": "When it was stated.", "fr": "Date de l’énoncé."},
    "status": {
        "en": "Whether it is in force, as known on the day in status_as_of.",
        "fr": "État (en vigueur ou non), d’après ce qui était connu le jour indiqué dans status_as_of.",
    },
    "policy-positions.status": {
        "en": "Whether Canada still has this position.",
        "fr": "Indique si le Canada maintient cette position.",
    },
    "status_as_of": {
        "en": "Day on which the status was known to be so.",
        "fr": "Jour où il était connu qu’il en était ainsi.",
    },
    "summary": {"en": "The statement in this project’s own words.", "fr": "L’énoncé, formulé par le présent projet."},
    "text_sha256": {
        "en": "SHA-256 of the text that the cited passages were checked against.",
        "fr": "Empreinte SHA-256 du texte avec lequel les passages cités ont été vérifiés.",
    },
    "undivided": {
        "en": "Whether it has no parts that citations could name.",
        "fr": "Indique si elle n’a pas de parties que les références pourraient nommer.",
    },
    "title": {"en": "Title of the record.", "fr": "Titre de la fiche."},
    "topics": {
        "en": "Engagement topics that the record belongs to (ids).",
        "fr": "Sujets d’engagement dont relève la fiche (identifiants).",
    },
    "url": {"en": "Path of the record in the service.", "fr": "Chemin de la fiche dans le service."},
    "withdrawn": {"en": "Number of records that it withdrew.", "fr": "Nombre de fiches retirées."},
}
