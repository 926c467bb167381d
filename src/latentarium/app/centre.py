"""The middle of the window: what the program has to say, and below it the welcome or the views."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from latentarium.app.notices import NoticeBar
from latentarium.app.start.welcome import Welcome
from latentarium.app.sweep.multiples import Multiples
from latentarium.app.views.column import Column
from latentarium.app.views.headline import Headline
from latentarium.app.views.legend import Legend
from latentarium.app.views.overlap_strip import OverlapStrip
from latentarium.gl.surface import opengl_problem
from latentarium.scene.columns import shows_second, stands_left
from latentarium.scene.overlap import told_above
from latentarium.scene.state import State


class Centre(QWidget):
    """Notices, then the welcome while no run is open, else the legend and the views."""

    asked = Signal(object)
    acted = Signal(str)  # the name of an action that a key asks for

    def __init__(self) -> None:
        super().__init__()
        self.notices, self.welcome = NoticeBar(), Welcome()
        self.multiples = Multiples()
        self.multiples.asked.connect(self.asked)
        self._state = State()
        self._column: Column | None = None
        self._second: Column | None = None
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._columns.setChildrenCollapsible(False)
        self._columns.setHandleWidth(1)
        if not opengl_problem():
            # Qt decides when a window is first shown whether OpenGL will draw in it. Without this hidden widget the
            # first view would make it build the whole window anew: it would blink, and lose the keyboard.
            self._promise = QOpenGLWidget(self)
            self._promise.hide()
        self.legend = Legend()
        self.legend.asked.connect(self.asked)
        self.overlap = OverlapStrip()
        self._headline = Headline()
        desk = QWidget()
        self._desk = _stacked(desk)
        self._desk.addWidget(self.legend)
        self._desk.addWidget(self.overlap)
        self._desk.addWidget(self._headline)
        self._desk.addWidget(self._columns, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(desk)
        self._pages.addWidget(self.multiples)
        column = _stacked(self)
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)

    @property
    def column(self) -> Column:
        """The views; made when they are first needed, for OpenGL takes its time."""
        if self._column is None:
            self._column = self._made(0)
            self._column.show_state(self._state)
        return self._column

    @property
    def second(self) -> Column | None:
        """The second column, where there ever was one."""
        return self._second

    @Slot()
    def prepare(self) -> None:
        """Make the views ahead of need, when nobody waits."""
        _ = self.column

    def show_state(self, state: State) -> None:
        """Welcome while no run is open, else its views; or the cells of a sweep."""
        self._state = state
        if state.workspace == "sweep":
            self.multiples.show_state(state)
            self._pages.setCurrentWidget(self.multiples)
            return
        self.legend.show_state(state)
        self.legend.setVisible(not told_above(state))
        self.overlap.show_state(state)
        self._headline.show_state(state)
        if state.runs:
            column = self.column
            column.show_state(state)
            self._show_second(state)
            if self._pages.currentIndex() != 1:
                self._pages.setCurrentIndex(1)
                column.views[0].cloud.setFocus()
        else:
            if self._column is not None:
                self._column.show_state(state)
            self.welcome.show_state(state)
            self._pages.setCurrentIndex(0)

    def _show_second(self, state: State) -> None:
        """A second column, made when it is first needed."""
        wanted = shows_second(state)
        if wanted and self._second is None:
            self._second = self._made(1)
        if self._second is None:
            return
        if wanted:
            place = 0 if stands_left(state) else 1
            if self._columns.indexOf(self._second) != place:
                self._columns.insertWidget(place, self._second)
            if self._second.isHidden():
                self._second.show()
                self._columns.setSizes([1 << 16, 1 << 16])
            self._second.show_state(state)
        elif not self._second.isHidden():
            self._second.hide()

    def _made(self, index: int) -> Column:
        column = Column(index)
        column.asked.connect(self.asked)
        column.acted.connect(self.acted)
        for view in column.views:
            view.cloud.setProperty("view", True)  # where single keys are shortcuts
        self._columns.addWidget(column)
        return column


def _stacked(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
