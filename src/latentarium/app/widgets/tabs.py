"""Pages of tabs."""

from PySide6.QtWidgets import QTabWidget, QWidget


def bring_forward(widget: QWidget) -> None:
    """Have the tabs around a widget show the page that it is on."""
    outer = widget.parentWidget()
    while outer is not None:
        if isinstance(outer, QTabWidget):
            pages = [outer.widget(place) for place in range(outer.count())]
            outer.setCurrentIndex(next(place for place, page in enumerate(pages) if _holds(page, widget)))
        outer = outer.parentWidget()


def _holds(page: QWidget | None, widget: QWidget) -> bool:
    return page is not None and (page is widget or page.isAncestorOf(widget))
