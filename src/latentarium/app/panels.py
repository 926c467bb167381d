"""The panels around the views."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtWidgets import QTabWidget, QWidget

from latentarium.app.charts.agreement import AgreementPanel
from latentarium.app.charts.alike import AlikePanel
from latentarium.app.charts.along import AlongPanel
from latentarium.app.charts.class_overlap import ClassOverlapPanel
from latentarium.app.charts.curves import CurvesPanel
from latentarium.app.charts.events import EventsPanel
from latentarium.app.charts.hardest import HardestPanel
from latentarium.app.charts.image_bars import ImageBarsPanel
from latentarium.app.charts.matrices import ConfusionPanel, SimilarityPanel
from latentarium.app.charts.over_k import OverKPanel
from latentarium.app.charts.over_time import OverTimePanel
from latentarium.app.charts.overlap import OverlapPanel
from latentarium.app.charts.pairs import PairsPanel
from latentarium.app.charts.trust import TrustPanel
from latentarium.app.charts.verification import VerificationPanel
from latentarium.app.compare.panel import ComparePanel
from latentarium.app.compare.query import QueryPanel
from latentarium.app.form.recipe_form import RecipeForm
from latentarium.app.inspector.inspector import Inspector
from latentarium.app.inspector.table_panel import TablePanel
from latentarium.app.library.panel import LibraryPanel
from latentarium.app.start.about import AboutPanel
from latentarium.app.sweep.panel import SweepPanel
from latentarium.app.widgets.scrolled import scrolled

Panel: TypeAlias = (
    RecipeForm
    | LibraryPanel
    | AboutPanel
    | SweepPanel
    | ComparePanel
    | Inspector
    | CurvesPanel
    | ConfusionPanel
    | SimilarityPanel
    | HardestPanel
    | VerificationPanel
    | TrustPanel
    | EventsPanel
    | PairsPanel
    | ImageBarsPanel
    | OverTimePanel
    | TablePanel
    | QueryPanel
    | OverlapPanel
    | AgreementPanel
    | ClassOverlapPanel
    | AlikePanel
    | OverKPanel
    | AlongPanel
)


@dataclass(frozen=True, eq=False)
class Panels:
    """One of each, and the tabs that the recipe and the library share."""

    tabs: QTabWidget = field(default_factory=QTabWidget)
    form: RecipeForm = field(default_factory=RecipeForm)
    library: LibraryPanel = field(default_factory=LibraryPanel)
    about: AboutPanel = field(default_factory=AboutPanel)
    sweep: SweepPanel = field(default_factory=SweepPanel)
    compare: ComparePanel = field(default_factory=ComparePanel)
    inspector: Inspector = field(default_factory=Inspector)
    curves: CurvesPanel = field(default_factory=CurvesPanel)
    confusion: ConfusionPanel = field(default_factory=ConfusionPanel)
    similarity: SimilarityPanel = field(default_factory=SimilarityPanel)
    hardest: HardestPanel = field(default_factory=HardestPanel)
    verification: VerificationPanel = field(default_factory=VerificationPanel)
    trust: TrustPanel = field(default_factory=TrustPanel)
    events: EventsPanel = field(default_factory=EventsPanel)
    pairs: PairsPanel = field(default_factory=PairsPanel)
    bars: ImageBarsPanel = field(default_factory=ImageBarsPanel)
    over_time: OverTimePanel = field(default_factory=OverTimePanel)
    table: TablePanel = field(default_factory=TablePanel)
    query: QueryPanel = field(default_factory=QueryPanel)
    overlap: OverlapPanel = field(default_factory=OverlapPanel)
    agreement: AgreementPanel = field(default_factory=AgreementPanel)
    class_overlap: ClassOverlapPanel = field(default_factory=ClassOverlapPanel)
    alike: AlikePanel = field(default_factory=AlikePanel)
    over_k: OverKPanel = field(default_factory=OverKPanel)
    along: AlongPanel = field(default_factory=AlongPanel)

    def __post_init__(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.setMinimumWidth(240)
        self.tabs.addTab(self.form, "Recipe")
        self.tabs.addTab(self.library, "Library")
        self.tabs.addTab(self.about, "About")
        self.tabs.addTab(self.sweep, "Sweep")
        self.tabs.addTab(scrolled(self.compare), "Compare")
        self.suit("train")

    def __iter__(self) -> Iterator[Panel]:
        yield from (
            self.form,
            self.library,
            self.about,
            self.sweep,
            self.compare,
            self.inspector,
            self.curves,
            self.confusion,
            self.similarity,
            self.hardest,
            self.verification,
            self.trust,
            self.events,
            self.pairs,
            self.bars,
            self.over_time,
            self.table,
            self.query,
            self.overlap,
            self.agreement,
            self.class_overlap,
            self.alike,
            self.over_k,
            self.along,
        )

    def suit(self, workspace: str) -> None:
        """Let the left dock show what this workspace is about."""
        own = {"sweep": self.sweep, "compare": self.compare}
        for name, panel in own.items():
            self.tabs.setTabVisible(self._tab_of(panel), name == workspace)
        self.tabs.setTabVisible(self._tab_of(self.about), workspace not in own)
        self.tabs.setCurrentIndex(self._tab_of(own.get(workspace, self.form)))

    def _tab_of(self, panel: QWidget) -> int:
        """The tab that holds a panel, perhaps in an area that scrolls."""
        pages = (self.tabs.widget(place) for place in range(self.tabs.count()))
        return next(place for place, page in enumerate(pages) if page and (page is panel or page.isAncestorOf(panel)))

    def docked(self) -> dict[str, QWidget]:
        """What lies in which dock."""
        return {
            "recipe": self.tabs,
            "inspector": self.inspector,
            "curves": self.curves,
            "confusion": self.confusion,
            "similarity": self.similarity,
            "hardest": self.hardest,
            "verification": self.verification,
            "trust": self.trust,
            "events": self.events,
            "pairs": self.pairs,
            "bars": self.bars,
            "over time": self.over_time,
            "table": self.table,
            "query": self.query,
            "overlap": self.overlap,
            "agreement": self.agreement,
            "class overlap": self.class_overlap,
            "alike": self.alike,
            "over k": self.over_k,
            "along": self.along,
        }
