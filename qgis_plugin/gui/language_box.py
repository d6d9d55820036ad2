"""Which model answers in the chat, and the server it may ask."""

from __future__ import annotations

from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtWidgets import QFormLayout, QGroupBox, QLabel, QLineEdit, QWidget

from ..settings import Settings
from ..translation import tr


class LanguageBox(QGroupBox):
    """The part of the options page on language models."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Chat"), parent)
        self.setObjectName("changevgLanguageBox")
        form = QFormLayout(self)
        self.model = QLineEdit()
        self.model.setObjectName("changevgModel")
        self.model.setPlaceholderText(tr("the bundled one"))
        form.addRow(tr("Model (id or &folder)"), self.model)
        self.url = QLineEdit()
        self.url.setObjectName("changevgLanguageUrl")
        self.url.setPlaceholderText(tr("none: every answer is made on this computer"))
        form.addRow(tr("Language model's &server"), self.url)
        self.server_model = QLineEdit()
        self.server_model.setObjectName("changevgLanguageModel")
        form.addRow(tr("Its &model"), self.server_model)
        self.auth = QgsAuthConfigSelect()
        self.auth.setObjectName("changevgLanguageAuth")
        self.auth.setToolTip(tr("A configuration of the kind “Basic” whose password is the key"))
        form.addRow(tr("Its k&ey"), self.auth)
        note = QLabel(
            tr(
                "A server on another computer gets the question and pictures of the place it is "
                "about. The chat asks you before the first time."
            )
        )
        note.setWordWrap(True)
        form.addRow(note)

    def values(self) -> dict[str, str]:
        """Settings as shown, by their names."""
        return {
            "model": self.model.text().strip(),
            "language_url": self.url.text().strip(),
            "language_model": self.server_model.text().strip(),
            "language_auth": self.auth.configId(),
        }

    def show_settings(self, settings: Settings) -> None:
        """Fill the box."""
        self.model.setText(settings.model)
        self.url.setText(settings.language_url)
        self.server_model.setText(settings.language_model)
        self.auth.setConfigId(settings.language_auth)
