"""The fields above the list that choose what it shows."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication
from qgis.gui import QgsDoubleSpinBox, QgsFilterLineEdit
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QGridLayout, QToolButton, QWidget

from ..layers.style import words
from ..translation import tr
from .results_filter import NOT_REVIEWED, Filter

TYPING_MS = 250
LARGEST_M2 = 10_000_000.0


class FilterBar(QWidget):
    """Text at the top; class, change, review, score and area beneath, folded away at first."""

    changed = pyqtSignal(object)
    """Another filter is wanted: a :class:`Filter`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("changevgFilterBar")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(lambda: self.changed.emit(self.filter()))
        self.text = QgsFilterLineEdit()
        self.text.setShowSearchIcon(True)
        self.text.setPlaceholderText(tr("Search in descriptions, notes and places"))
        self.more = QToolButton()
        self.more.setIcon(QgsApplication.getThemeIcon("mActionFilter2.svg"))
        self.more.setToolTip(tr("Filter by class, change, review, score and area"))
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        names = words()
        self.kind = _combo(tr("All classes"), ("building", "road", "other"), names)
        self.action = _combo(tr("All changes"), ("appeared", "disappeared", "changed"), names)
        self.review = _combo(
            tr("All reviews"),
            (NOT_REVIEWED, "confirmed", "rejected", "unsure"),
            {**names, NOT_REVIEWED: tr("Not reviewed")},
        )
        self.score = _spin(tr("Any score"), tr("score ≥ "), "", 1.0, 2, 0.05)
        self.area = _spin(tr("Any area"), tr("area ≥ "), tr(" m²"), LARGEST_M2, 0, 10.0)
        self._lay_out()
        self._connect()

    def filter(self) -> Filter:
        """What the fields say."""
        return Filter(
            self.kind.currentData(),
            self.action.currentData(),
            self.score.value(),
            self.area.value(),
            self.review.currentData(),
            self.text.text().strip(),
        )

    def clear(self) -> None:
        """Let everything through."""
        for combo in (self.kind, self.action, self.review):
            combo.setCurrentIndex(0)
        for spin in (self.score, self.area):
            spin.setValue(0)
        self.text.clear()

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.setSpacing(4)
        layout.addWidget(self.text, 0, 0, 1, 5)
        layout.addWidget(self.more, 0, 5)
        self._folded = QWidget()
        self._folded.setObjectName("changevgFilters")
        inner = QGridLayout(self._folded)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        for column, widget in enumerate((self.kind, self.action, self.review)):
            inner.addWidget(widget, 0, 2 * column, 1, 2)
        for column, widget in enumerate((self.score, self.area)):
            inner.addWidget(widget, 1, 3 * column, 1, 3)
        for column in range(6):
            inner.setColumnStretch(column, 1)
        layout.addWidget(self._folded, 1, 0, 1, 6)
        self._folded.setVisible(False)
        for name, widget in (
            ("changevgFilterText", self.text), ("changevgFilterMore", self.more),
            ("changevgFilterClass", self.kind), ("changevgFilterAction", self.action),
            ("changevgFilterReview", self.review), ("changevgFilterScore", self.score),
            ("changevgFilterArea", self.area),
        ):  # fmt: skip
            widget.setObjectName(name)

    def _connect(self) -> None:
        self.more.toggled.connect(self._folded.setVisible)
        self.text.textChanged.connect(self._wait)
        for combo in (self.kind, self.action, self.review):
            combo.currentIndexChanged.connect(self._wait)
        for spin in (self.score, self.area):
            spin.valueChanged.connect(self._wait)

    def _wait(self, *_: Any) -> None:
        self._timer.start()


def _combo(everything: str, values: tuple[str, ...], names: dict[str, str]) -> QComboBox:
    combo = QComboBox()
    combo.addItem(everything, "")
    for value in values:
        combo.addItem(names[value], value)
    combo.setAccessibleName(everything)
    combo.setMinimumContentsLength(8)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return combo


def _spin(
    nothing: str, prefix: str, suffix: str, largest: float, digits: int, step: float
) -> QgsDoubleSpinBox:
    spin = QgsDoubleSpinBox()
    spin.setRange(0.0, largest)
    spin.setDecimals(digits)
    spin.setSingleStep(step)
    spin.setClearValue(0.0, nothing)
    spin.setPrefix(prefix)
    spin.setSuffix(suffix)
    spin.setAccessibleName(nothing)
    spin.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return spin
