"""The schema of CSL-JSON 1.0.2, as far as one item goes."""

from typing import Any

# What csl-data.json of CSL 1.0.2 allows in an item: its types, and its variables by the kind of their values.
TYPES = """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
    document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation
    manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical
    personal_communication post post-weblog regulation report review review-book software song speech standard thesis
    treaty webpage
""".split()
NAMES = """
    author chair collection-editor compiler composer container-author contributor curator director editor
    editorial-director executive-producer guest host interviewer illustrator narrator organizer original-author
    performer producer recipient reviewed-author script-writer series-creator translator
""".split()
DATES = "accessed available-date event-date issued original-date submitted".split()
NUMBERS = """
    chapter-number citation-number collection-number edition first-reference-note-number issue locator number
    number-of-pages number-of-volumes page page-first part printing supplement volume
""".split()
STRINGS = """
    citation-key language journalAbbreviation shortTitle abstract annote archive archive_collection archive_location
    archive-place authority call-number citation-label collection-title container-title container-title-short
    dimensions division DOI event event-title event-place genre ISBN ISSN jurisdiction keyword medium note
    original-publisher original-publisher-place original-title part-title PMCID PMID publisher publisher-place
    references reviewed-genre reviewed-title scale section source status title title-short URL version volume-title
    volume-title-short year-suffix
""".split()
NAME_PARTS = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "comma-suffix"} | {
    "static-ordering", "literal", "parse-names",
}  # fmt: skip
DATE_PARTS = {"date-parts", "season", "circa", "literal", "raw"}


def fits(name: str, value: Any) -> bool:
    """Whether the schema admits a variable with this value."""
    if name == "type":
        return value in TYPES
    if name in NAMES:
        return bool(value) and all(set(person) <= NAME_PARTS and all(person.values()) for person in value)
    if name in DATES:
        return set(value) <= DATE_PARTS and fits_date_parts(value["date-parts"])
    if name == "id" or name in NUMBERS:
        return isinstance(value, (str, int))
    return name in STRINGS and isinstance(value, str)


def fits_date_parts(dates: Any) -> bool:
    """One date or two, each of one to three numbers."""
    return 1 <= len(dates) <= 2 and all(
        1 <= len(parts) <= 3 and all(type(part) is int for part in parts) for parts in dates
    )
