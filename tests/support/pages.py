"""Pages that seeds cite: one in the project's own wording and, where its text is next to the checkout, the real one."""

from dataclasses import dataclass
from pathlib import Path

from app.paths import packaged
from tests.support.paths import ROOT

SOURCE = "gac-country-page"  # the id of the page in each seed


@dataclass(frozen=True)
class CitedPage:
    """The text of a page and the folder of the seed that cites it."""

    text: Path
    seed: Path
    begins: str  # the first words that are cited: what is before them is navigation
    sections: tuple[str, ...]
    introduction: str  # the one sentence that no record cites, since it only introduces a list
    passages: int  # cited from it, at least

    @property
    def uncited(self) -> list[str]:
        """The lines that no record cites, in their order: the introduction and all headings but the first."""
        _, relations, sanctions, *others = self.sections
        return [relations, sanctions, self.introduction, *others]


OWN = CitedPage(
    text=ROOT / "tests" / "support" / "country" / "page.txt",
    seed=ROOT / "tests" / "support" / "country",
    begins="Borea is an island state",
    sections=("Borea", "Relations with Borea", "Sanctions against Borea", "Human Rights", "Humanitarian Assistance"),
    introduction="The regulations include:",
    passages=12,
)
REAL = CitedPage(
    text=ROOT.parent / "shared" / "sources" / "gac-country-page.txt",
    seed=packaged("seed"),
    begins="The Democratic People's Republic of Korea (North Korea) is",
    sections=(
        "North Korea",
        "Bilateral Relations",
        "Canadian Sanctions Related to North Korea",
        "Human Rights",
        "Humanitarian Assistance",
    ),
    introduction="The SEMA sanctions include:",
    passages=200,
)
CITED_PAGES = {"own": OWN} | ({"real": REAL} if REAL.text.is_file() else {})
