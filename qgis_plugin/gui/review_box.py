"""Whose name stands beside a verdict."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QFormLayout, QGroupBox, QLineEdit, QWidget

from ..settings import Settings, user_name
from ..translation import tr


class ReviewBox(QGroupBox):
    """The part of the options page on reviews."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Review"), parent)
        self.setObjectName("changevgReviewBox")
        form = QFormLayout(self)
        self.reviewer = QLineEdit()
        self.reviewer.setObjectName("changevgReviewer")
        self.reviewer.setPlaceholderText(user_name())
        self.reviewer.setToolTip(
            tr("Written beside every verdict and note, in the field “reviewer”")
        )
        form.addRow(tr("Reviewer's &name"), self.reviewer)

    def values(self) -> dict[str, str]:
        """Settings as shown, by their names."""
        return {"reviewer": self.reviewer.text().strip()}

    def show_settings(self, settings: Settings) -> None:
        """Fill the box."""
        self.reviewer.setText(settings.reviewer)
