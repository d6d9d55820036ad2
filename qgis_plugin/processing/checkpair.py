"""``changevg:checkpair``: do two rasters fit each other."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterRasterLayer,
)

from ..translation import tr
from .algorithm import ChangeVGAlgorithm
from .engine import at_hand, connect
from .engine_facts import add_engine_facts
from .pair_facts import PairFacts, pair_facts
from .raster_source import examine

STYLE = (
    "body{font-family:sans-serif;margin:1.5em;max-width:60em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}"
)


class CheckPair(ChangeVGAlgorithm):
    """Writes what fits and what does not as an HTML page; only the shift needs an engine."""

    NAME = "checkpair"

    def displayName(self) -> str:  # noqa: N802
        """Title in the toolbox."""
        return tr("Check a raster pair")

    def shortDescription(self) -> str:  # noqa: N802
        """Tooltip in the toolbox."""
        return tr("Says what fits and what does not, before anything is computed.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Help beside the dialog."""
        return tr(
            "Compares the headers of two rasters: place, CRS, grid, pixel size on the ground, "
            "bands, data type, no data. Says what makes them unfit, and what is done about "
            "differences. Where the engine is installed it also estimates the shift between the "
            "dates from some windows of both."
        )

    def tags(self) -> list[str]:
        """Words to find it by."""
        return tr("pair,check,fit,overlap,crs,resolution,gsd,bands,nodata,alignment").split(",")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        self.add(
            QgsProcessingParameterRasterLayer("BEFORE", tr("Before")),
            tr("Raster of the earlier date."),
        )
        self.add(
            QgsProcessingParameterRasterLayer("AFTER", tr("After")),
            tr("Raster of the later date."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                "OUTPUT", tr("Report"), tr("HTML file (*.html)"), optional=True
            ),
            tr("A page with everything that was found."),
        )
        self.add(
            QgsProcessingParameterBoolean("SHIFT", tr("Estimate the shift"), defaultValue=True),
            tr("Asks the engine, which reads some windows of both rasters."),
            advanced=True,
        )
        self.addOutput(QgsProcessingOutputBoolean("FITS", tr("The pair fits")))
        self.addOutput(QgsProcessingOutputNumber("OVERLAP_M2", tr("Shared ground (m²)")))
        self.addOutput(QgsProcessingOutputNumber("BEFORE_GSD", tr("Pixel of before (m)")))
        self.addOutput(QgsProcessingOutputNumber("AFTER_GSD", tr("Pixel of after (m)")))
        self.addOutput(QgsProcessingOutputNumber("SHIFT_EAST_PX", tr("Shift east (pixels)")))
        self.addOutput(QgsProcessingOutputNumber("SHIFT_SOUTH_PX", tr("Shift south (pixels)")))
        self.addOutput(QgsProcessingOutputNumber("PROBLEMS", tr("Reasons why it does not fit")))

    def look(self, parameters: dict[str, Any], context: Any) -> None:
        """Look at both layers."""
        self._pair = [
            examine(self.parameterAsRasterLayer(parameters, name, context), parameters.get(name))
            for name in ("BEFORE", "AFTER")
        ]

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Compare them and write the page."""
        facts = pair_facts(self._pair[0], self._pair[1], context)
        if facts.fits and self.parameterAsBool(parameters, "SHIFT", context):
            ready, why = at_hand()
            if ready:
                before, after = self._pair
                add_engine_facts(facts, before, after, connect(feedback))
            else:
                facts.notes.append(why)
        for text in facts.problems:
            feedback.reportError(text, False)
        for text in facts.notes:
            feedback.pushWarning(text)
        feedback.pushInfo(_verdict(facts))
        results: dict[str, Any] = {
            "FITS": facts.fits,
            "OVERLAP_M2": round(facts.overlap_m2, 1),
            "PROBLEMS": len(facts.problems),
        }
        for name, gsd in (("BEFORE_GSD", facts.gsd_m[0]), ("AFTER_GSD", facts.gsd_m[1])):
            results[name] = None if gsd is None else round(gsd, 4)
        if facts.shift_px is not None:
            results["SHIFT_EAST_PX"], results["SHIFT_SOUTH_PX"] = facts.shift_px
        target = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        if target:
            try:
                Path(target).write_text(page(facts), encoding="utf-8")
            except OSError as error:
                raise QgsProcessingException(
                    tr("{} cannot be written: {}").format(target, error.strerror)
                ) from error
            results["OUTPUT"] = target
        return results


def page(facts: PairFacts) -> str:
    """The facts as one HTML page without scripts or links."""
    rows = "".join(
        "<tr><th>{}</th><td>{}</td><td>{}</td></tr>".format(*map(escape, row)) for row in facts.rows
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{escape(_verdict(facts))}</title>"
        f"<style>{STYLE}</style></head><body><h1>{escape(_verdict(facts))}</h1>"
        f"{_list(facts.problems)}{_list(facts.notes)}<table><tr><th></th>"
        f"<th>{escape(tr('Before'))}</th><th>{escape(tr('After'))}</th></tr>{rows}</table>"
        "</body></html>\n"
    )


def _list(texts: list[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _verdict(facts: PairFacts) -> str:
    return tr("The pair fits.") if facts.fits else tr("The pair does not fit.")
