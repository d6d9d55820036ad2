"""A new field for answers in a result's layer."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.core import QgsField, QgsProcessingException, QgsVectorLayer
from qgis.PyQt.QtCore import QMetaType

from ..translation import tr
from .result_layers import describe_column, package_of


class AnswerField:
    """``answer_n`` and ``answer_n_source``, the first number that is free.

    Works on a connection of its own, so any thread may use it.

    Parameters
    ----------
    source : str
        OGR source of the layer.
    question : str
        Becomes the field's comment.

    Raises
    ------
    QgsProcessingException
        The layer cannot be opened or written.
    """

    def __init__(self, source: str, question: str) -> None:
        self._open(source)
        taken = set(self._layer.fields().names())
        number = next(n for n in range(1, len(taken) + 2) if f"answer_{n}" not in taken)
        self.name = f"answer_{number}"
        described = {
            self.name: (
                tr("Answer {}").format(number),
                tr("Answer to the question: {}").format(question),
            ),
            f"{self.name}_source": (
                tr("Answer {} by").format(number),
                tr("model: said by the language model; map: measured on the map; none: no answer"),
            ),
        }
        made = [_text_field(name, alias) for name, (alias, _) in described.items()]
        if not self._data.addAttributes(made):
            raise self._failed()
        package = package_of(self._layer)
        if package is not None:
            layer = source.split("layername=")[-1].split("|")[0]
            del self._data, self._layer  # closed: the file is written from outside
            for name, (alias, comment) in described.items():
                describe_column(package, layer, name, alias, comment)
            self._open(source)
        fields = self._layer.fields()
        self._columns = fields.indexOf(self.name), fields.indexOf(f"{self.name}_source")

    def write(self, ids: Iterable[int], text: str, origin: str) -> None:
        """Give features an answer.

        Raises
        ------
        QgsProcessingException
            The layer cannot be written.
        """
        values = {self._columns[0]: text, self._columns[1]: origin}
        if not self._data.changeAttributeValues(dict.fromkeys(ids, values)):
            raise self._failed()

    def _open(self, source: str) -> None:
        self._layer = QgsVectorLayer(source, "answers", "ogr")
        if not self._layer.isValid():
            raise QgsProcessingException(tr("{} cannot be opened.").format(source))
        self._data = self._layer.dataProvider()

    def _failed(self) -> QgsProcessingException:
        return QgsProcessingException(
            tr("The answers cannot be written: {}").format("; ".join(self._data.errors()))
        )


def _text_field(name: str, alias: str) -> QgsField:
    field = QgsField(name, QMetaType.Type.QString)
    field.setAlias(alias)
    return field
