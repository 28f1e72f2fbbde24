"""Plain citation: one line in each language."""

from app.formats.csl import citation
from app.formats.plain_citation import plain_citation
from tests.formats.test_csl import ADDRESS, RECORD


def test_a_citation_is_one_line_in_english() -> None:
    cited = plain_citation(citation(RECORD, collection="timeline-events", lang="en", address=ADDRESS))
    assert cited == (
        "Maintainers of the dossier, “First test”, Canada–North Korea dossier, revision 3, 2 January 2026, "
        "https://dossier.example/v1/timeline-events/first-test?revision=3\n"
    )


def test_a_citation_is_one_line_in_french() -> None:
    record = RECORD | {"title": "Premier essai", "published_at": "2026-02-01T00:00:00Z"}
    cited = plain_citation(citation(record, collection="timeline-events", lang="fr", address=ADDRESS))
    assert cited == (
        "Équipe du dossier, «\u00a0Premier essai\u00a0», Dossier Canada–Corée du Nord, révision 3, 1er février 2026, "
        "https://dossier.example/v1/timeline-events/first-test?revision=3\n"
    )
