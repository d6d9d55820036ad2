"""``changevg:describechanges``: what changed between two rasters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsRectangle,
)

from ..translation import tr
from .algorithm import ChangeVGAlgorithm
from .area import corners, moved, remove_areas, write_polygons
from .command_line import command_line
from .describe_parameters import LANGUAGES, declare
from .engine import at_hand, connect, engine_errors, words
from .follow import Outcome, RunFailed, follow
from .load_results import load_on_completion
from .raster_source import examine, local_file
from .result_layers import LAYERS, end_editing, layer_uri, provenance
from .sentences import sentence

EMPTY: dict[str, Any] = {"by_class": [], "tiles": {}}


class DescribeChanges(ChangeVGAlgorithm):
    """Runs the engine on a pair and hands over one GeoPackage."""

    NAME = "describechanges"

    def displayName(self) -> str:  # noqa: N802
        """Title in the toolbox."""
        return tr("Describe changes between two rasters")

    def shortDescription(self) -> str:  # noqa: N802
        """Tooltip in the toolbox."""
        return tr("Finds what changed between two dates and says it in words and on the map.")

    def shortHelpString(self) -> str:  # noqa: N802
        """Help beside the dialog."""
        return tr(
            "Finds buildings, roads and other things that appeared, disappeared or changed between "
            "two rasters of one place.\n\n"
            "The result is one GeoPackage with three styled layers: tiles (what changed, in "
            "words), boxes (one per changed object) and outlines. Objects cut by tiles are one "
            "object. Areas are geodesic square metres.\n\n"
            "The rasters may differ in CRS, grid, pixel size and bands. Nothing leaves this "
            "computer unless the engine was told to use a language server elsewhere.\n\n"
            "Stopping it keeps the tiles that were read; running it again with the same options "
            "goes on from there."
        )

    def tags(self) -> list[str]:
        """Words to find it by."""
        return tr(
            "change,detection,before,after,caption,building,road,bitemporal,difference,describe"
        ).split(",")

    def canExecute(self) -> tuple[bool, str]:  # noqa: N802
        """Only with an engine."""
        return at_hand()

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare parameters and outputs."""
        declare(self)

    def look(self, parameters: dict[str, Any], context: Any) -> None:
        """Look at both rasters, the bands, the area and what may be written."""
        self._before, self._after = (
            examine(self.parameterAsRasterLayer(parameters, name, context), parameters.get(name))
            for name in ("BEFORE", "AFTER")
        )
        self._options = self._bands(parameters, context)
        if self._one_picture():
            raise QgsProcessingException(
                tr("Before and after are the same raster: choose the two dates.")
            )
        self._check_output(parameters, context)
        if self.parameterAsSource(parameters, "AOI", context) is not None:
            self.source(parameters, "AOI", context)
        extent = self.parameterAsExtent(parameters, "EXTENT", context, self._before.crs)
        self._extent = None if extent.isEmpty() else extent

    def processAlgorithm(  # noqa: N802
        self, parameters: dict[str, Any], context: Any, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run the engine and follow it."""
        output = self._file(parameters, "OUTPUT", context)
        if Path(output).is_relative_to(QgsProcessingUtils.tempFolder()):
            feedback.pushWarning(
                tr("The result lies in a temporary folder and is gone when QGIS closes: {}").format(
                    output
                )
            )
        options = self._options | self._choices(parameters, context)
        wanted = None if self._extent is None else QgsRectangle(self._extent)
        if self._extent is not None:
            options["bbox"] = corners(self._extent)
        place = self._after.name
        if self.parameterAsSource(parameters, "AOI", context) is not None:
            source = self.source(parameters, "AOI", context)
            options["aoi"] = write_polygons(source, context, feedback, beside=output)
            place = source.sourceName()
            around = moved(source.sourceExtent(), source.sourceCrs(), self._before.crs, context)
            wanted = around if wanted is None else wanted.intersect(around)
        gsd = self.parameterAsDouble(parameters, "ONLINE_GSD", context)
        before, after = self._files(wanted, gsd, context, feedback)
        outcome = self._run(before, after, output, options, feedback)
        if outcome.status == "cancelled":
            _forget_mask(options.get("mask_out"), context)
            feedback.pushWarning(
                tr(
                    "Stopped: {} of {} tiles were read and are kept. Run it again with the same "
                    "options and output to go on; there are no layers yet."
                ).format(outcome.tiles_done, outcome.tiles_total or "?")
            )
            return self._numbers(EMPTY) | {"OUTPUT": output, "STATUS": "cancelled", "SUMMARY": ""}
        remove_areas(output)
        if self.parameterAsBool(parameters, "LOAD", context):
            load_on_completion(output, place, context)
        return self._results(outcome, output, feedback)

    def _one_picture(self) -> bool:
        """Both dates are the same bands of the same raster; one file may hold both dates."""
        first, second = (
            (raster.provider, raster.path or raster.source)
            for raster in (self._before, self._after)
        )
        bands = self._options.get("bidx"), self._options.get("after_bidx")
        return first == second and (bands[0] == bands[1] or bands[1] is None)

    def _file(self, parameters: dict[str, Any], name: str, context: Any) -> str:
        """An output file's absolute path: the engine works in another folder."""
        return str(Path(self.parameterAsFileOutput(parameters, name, context)).absolute())

    def _bands(self, parameters: dict[str, Any], context: Any) -> dict[str, Any]:
        """``bidx`` and ``after_bidx``, three numbers each, where bands were chosen."""
        options: dict[str, Any] = {}
        for side, option in (("BEFORE", "bidx"), ("AFTER", "after_bidx")):
            bands = self.parameterAsInts(parameters, f"{side}_BANDS", context)
            if parameters.get(f"{side}_BANDS") is None or not bands:
                continue
            if len(bands) not in (1, 3):
                raise QgsProcessingException(
                    tr(
                        "{} bands were chosen for one date. Choose three (red, green, blue, in "
                        "this order), one for all three, or none."
                    ).format(len(bands))
                )
            options[option] = bands * 3 if len(bands) == 1 else bands
        return options

    def _check_output(self, parameters: dict[str, Any], context: Any) -> None:
        output = Path(self._file(parameters, "OUTPUT", context))
        if output.suffix.lower() != ".gpkg":
            raise QgsProcessingException(
                tr("The result is a GeoPackage: give it a name that ends in .gpkg, not {}.").format(
                    output.name
                )
            )
        if not output.exists():
            return
        if output.is_dir() or provenance(str(output)) is None:
            raise QgsProcessingException(
                tr(
                    "{} is there and is no result of ChangeVG, so it is not replaced. Choose "
                    "another name."
                ).format(output)
            )
        if not self.parameterAsBool(parameters, "OVERWRITE", context):
            raise QgsProcessingException(
                tr("{} exists. Allow replacing it (reviews are kept), or choose another name.")
                .format(output)
            )  # fmt: skip
        end_editing(context.project(), output)

    def _choices(self, parameters: dict[str, Any], context: Any) -> dict[str, Any]:
        """Options of the run that need no look at the layers."""
        options: dict[str, Any] = {}
        for side in ("before", "after"):
            name = f"{side.upper()}_DATE"
            if parameters.get(name) is not None:
                day = self.parameterAsDateTime(parameters, name, context).date()
                if day.isValid():
                    options[f"{side}_date"] = day.toString("yyyy-MM-dd")
        questions = self.parameterAsString(parameters, "QUESTIONS", context).splitlines()
        options["question"] = [text.strip() for text in questions if text.strip()]
        options["model"] = self.parameterAsString(parameters, "MODEL", context).strip()
        options["language"] = LANGUAGES[self.parameterAsEnum(parameters, "LANGUAGE", context)]
        for name in ("MIN_AREA", "MIN_SCORE"):
            if parameters.get(name) is not None:
                options[name.lower()] = self.parameterAsDouble(parameters, name, context)
        for name in ("TILE_SIZE", "OVERLAP"):
            if parameters.get(name) is not None:
                options[name.lower()] = self.parameterAsInt(parameters, name, context)
        for name in ("COREGISTER", "ALLOW_PARTIAL", "OVERWRITE", "RESUME"):
            options[name.lower()] = self.parameterAsBool(parameters, name, context)
        if parameters.get("MASK"):
            mask = self.parameterAsOutputLayer(parameters, "MASK", context)
            options["mask_out"] = str(Path(mask).absolute())
        if parameters.get("REPORT"):
            options["report"] = self._file(parameters, "REPORT", context)
        return {
            name: value
            for name, value in options.items()
            if value is not False and value not in ("", [])
        }

    def _files(
        self,
        wanted: QgsRectangle | None,
        gsd: float,
        context: Any,
        feedback: QgsProcessingFeedback,
    ) -> tuple[str, str]:
        """Both dates as files; an online layer is copied where it is wanted or the other lies."""
        pair = (self._before, self._after)
        if wanted is None and all(raster.picture for raster in pair):
            raise QgsProcessingException(
                tr("Both rasters are online layers: choose an extent or an area of interest.")
            )
        files = []
        for raster, other in (pair, pair[::-1]):
            crs, extent = self._before.crs, wanted
            if extent is None:
                crs, extent = other.crs, other.extent
            files.append(local_file(raster, moved(extent, crs, raster.crs, context), gsd, feedback))
        return files[0], files[1]

    def _run(
        self,
        before: str,
        after: str,
        output: str,
        options: dict[str, Any],
        feedback: QgsProcessingFeedback,
    ) -> Outcome:
        # Without an unfinished run, --resume only switches the check of disk space off.
        if "resume" in options and not Path(f"{output}.work").is_dir():
            del options["resume"]
        client = connect(feedback)
        feedback.pushCommandInfo(command_line(before, after, output, options))
        try:
            with engine_errors():
                run_id = client.start_run(before, after, output, options)
            return follow(client, run_id, feedback)
        except RunFailed as error:
            unfit = error.kind == "LedgerError" and {"resume", "overwrite"} <= options.keys()
            if not unfit:
                raise QgsProcessingException(words(error.message, error.hint)) from error
            feedback.pushWarning(
                tr("The stopped run of this output had other inputs or options: starting anew.")
            )
        del options["resume"]
        return self._run(before, after, output, options, feedback)

    def _results(
        self, outcome: Outcome, output: str, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        groups = [
            (one["class"], one["action"], one["objects"], one["area_m2"])
            for one in outcome.result["by_class"]
        ]
        said = sentence(groups)
        feedback.pushInfo(said)
        results = self._numbers(outcome.result)
        if outcome.status == "partial":
            feedback.reportError(
                tr("Partial result: {} tiles could not be read; they are marked as failed.").format(
                    results["TILES_FAILED"]
                ),
                False,
            )
        files = outcome.result.get("files", {})
        results |= {name.upper(): layer_uri(output, name) for name in LAYERS}
        results |= {"OUTPUT": output, "STATUS": outcome.status, "SUMMARY": said}
        for option, name in (("mask", "MASK"), ("report", "REPORT")):
            if files.get(option):
                results[name] = files[option]
        return results

    def _numbers(self, result: dict[str, Any]) -> dict[str, Any]:
        def objects(key: str, value: str) -> int:
            return sum(one["objects"] for one in result["by_class"] if one[key] == value)

        tiles = result.get("tiles", {})
        return {
            "OBJECTS": sum(one["objects"] for one in result["by_class"]),
            "APPEARED": objects("action", "appeared"),
            "DISAPPEARED": objects("action", "disappeared"),
            "CHANGED": objects("action", "changed"),
            "BUILDINGS": objects("class", "building"),
            "ROADS": objects("class", "road"),
            "OTHER": objects("class", "other"),
            "AREA_M2": float(sum(one["area_m2"] for one in result["by_class"])),
            "TILES_READ": tiles.get("ok", 0),
            "TILES_FAILED": tiles.get("failed", 0),
        }


def _forget_mask(mask: str | None, context: Any) -> None:
    """A mask that was not written cannot be loaded."""
    wanted = context.layersToLoadOnCompletion()
    kept = {path: details for path, details in wanted.items() if path != mask}
    context.setLayersToLoadOnCompletion(kept)
