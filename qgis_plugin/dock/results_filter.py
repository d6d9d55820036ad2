"""Which changes the list shows."""

from __future__ import annotations

from dataclasses import dataclass

NOT_REVIEWED = "none"


@dataclass(frozen=True)
class Filter:
    """What a change must be to be in the list; everything by default.

    Attributes
    ----------
    kind, action : str
        Class and action; empty for all.
    min_score : float
        0 to 1.
    min_area : float
        Square metres.
    review : str
        A verdict, ``none`` for those without, empty for all.
    text : str
        Part of the caption, the note, the place or the id, in any case.
    """

    kind: str = ""
    action: str = ""
    min_score: float = 0.0
    min_area: float = 0.0
    review: str = ""
    text: str = ""

    def fits(
        self, kind: str, action: str, score: float | None, area: float | None, review: str | None
    ) -> bool:
        """Whether a change passes all but the text."""
        return (
            (not self.kind or kind == self.kind)
            and (not self.action or action == self.action)
            and (not self.min_score or (score is not None and score >= self.min_score))
            and (not self.min_area or (area is not None and area >= self.min_area))
            and (not self.review or (review or NOT_REVIEWED) == self.review)
        )

    def says(self, *texts: str | None) -> bool:
        """Whether one of the texts contains the wanted one."""
        wanted = self.text.casefold()
        return any(wanted in text.casefold() for text in texts if text)

    def expression(self) -> str:
        """The same as a QGIS expression; empty when everything passes."""
        parts = []
        if self.kind:
            parts.append(f'"class" = {quoted(self.kind)}')
        if self.action:
            parts.append(f'"action" = {quoted(self.action)}')
        if self.min_score:
            parts.append(f'"score" >= {self.min_score:g}')
        if self.min_area:
            parts.append(f'"area_m2" >= {self.min_area:g}')
        if self.review == NOT_REVIEWED:
            parts.append('"review" IS NULL')
        elif self.review:
            parts.append(f'"review" = {quoted(self.review)}')
        if self.text:
            said = 'lower(concat("caption", \' \', "note", \' \', "cell", \' \', "box_id"))'
            parts.append(f"strpos({said}, {quoted(self.text.lower())}) > 0")
        return " AND ".join(parts)


def quoted(text: str) -> str:
    """A text as QGIS's expressions write it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
