"""What is made of the list: spreadsheet, pages, training data; complaint B20: nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from plugin import processing_support
from plugin.desktop import Desktop
from plugin.results_support import lag, wait, write_result
from qgis.core import QgsLayoutExporter, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QFileDialog

module = processing_support.module
ENGINE = Path(os.environ.get("CHANGEVG_TEST_ENGINE", ""))


@pytest.fixture
def part(qgis_app, changevg, fresh_settings, tmp_path):
    desktop = Desktop()
    plugin = changevg.classFactory(desktop)
    plugin.initGui()
    part = plugin.parts["results"]
    part.desktop = desktop
    part.open_result(str(write_result(tmp_path)))
    wait(lambda: part.dock.model.rowCount() == 12)
    yield part
    plugin.unload()
    QgsProject.instance().clear()


@pytest.fixture
def menu(part):
    return part.dock.toolbar.exports


@pytest.fixture
def choose(monkeypatch):
    """Answers the question for a file name."""

    def answer(path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return answer


def told(part, word, seconds=60):
    bar = part.desktop.bar
    wait(lambda: bar.currentItem() is not None and word in bar.currentItem().text(), seconds)


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_the_list_becomes_a_spreadsheet_in_its_own_order(part, menu, choose, tmp_path, ending):
    dock = part.dock
    dock.model.arrange(module("dock.results_filter").Filter(kind="road"))
    dock.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    wait(lambda: dock.model.rowCount() == 4 and not dock.model.busy)
    dock.go_to(5)
    dock.review.mark(5, "rejected", "seen")  # not saved: it is in the sheet all the same
    path = tmp_path / f"list{ending}"
    choose(path)
    menu.spreadsheet()
    told(part, "4 rows")
    sheet = QgsVectorLayer(str(path), "sheet", "ogr")
    rows = [dict(zip(sheet.fields().names(), row.attributes(), strict=True))
            for row in sheet.getFeatures()]  # fmt: skip
    assert [row["box_id"] for row in rows] == [f"b{fid - 1}" for fid in dock.model.fids()]
    reviewed = next(row for row in rows if row["box_id"] == "b4")
    assert (reviewed["class"], reviewed["review"], reviewed["note"]) == ("Road", "Rejected", "seen")
    assert 30 < reviewed["Latitude"] < 31 and -98 < reviewed["Longitude"] < -97
    assert isinstance(reviewed["score"], float)


def test_a_sheet_that_cannot_be_written_is_said(part, menu, choose, tmp_path):
    choose(tmp_path / "no" / "such" / "folder" / "list.xlsx")
    menu.spreadsheet()
    told(part, "cannot be written")


def test_without_a_verdict_there_is_no_training_data(part, menu, choose, tmp_path):
    choose(tmp_path / "training.gpkg")
    menu.training()
    told(part, "Nothing was confirmed or rejected yet")
    assert not (tmp_path / "training.gpkg").exists()


def test_the_result_itself_is_never_overwritten_by_its_copy(part, menu, choose, tmp_path):
    """B20: nothing is lost."""
    part.dock.mark("confirmed")
    before = (tmp_path / "changes.gpkg").stat().st_size
    choose(tmp_path / "changes.gpkg")
    menu.training()
    told(part, "Choose another name")
    assert (tmp_path / "changes.gpkg").stat().st_size >= before


def test_reviews_become_what_the_training_reads(part, menu, choose, tmp_path):
    for verdict in ("confirmed", "rejected", "unsure"):
        part.dock.mark(verdict)
    target = tmp_path / "elsewhere" / "training.gpkg"
    target.parent.mkdir()
    choose(target)
    menu.training()
    told(part, "2 decided changes")
    with closing(sqlite3.connect(target)) as db:
        said = dict(db.execute("SELECT box_id, review FROM boxes").fetchall())
        assert db.execute("SELECT count(*) FROM outlines").fetchone() == (12,)
    assert [said[f"b{n}"] for n in range(4)] == ["confirmed", "rejected", "unsure", None]
    if not ENGINE.is_file():
        pytest.skip("CHANGEVG_TEST_ENGINE names no engine: its Python would read the copy")
    code = (
        "import sys; from pathlib import Path\n"
        "from training.change_imti.sources.review_layer import read_objects\n"
        "found = read_objects(Path(sys.argv[1])).objects\n"
        "print(len(found), sum(one.known for one in found), sum(one.confirmed for one in found))\n"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    asked = subprocess.run(
        [str(ENGINE.parent / "python"), "-c", code, str(target)], cwd=Path(__file__).parents[2],
        env=clean, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.stdout.split() == ["12", "2", "1"], asked.stderr


def test_rasters_named_beside_the_result_are_found_from_its_copy(part, tmp_path):
    result = part.dock.result
    part.dock.mark("confirmed")
    part.dock.save_reviews()
    result.made["before"] = "before.tif"
    target = tmp_path / "elsewhere.gpkg"
    feedback = processing_support.Feedback()
    assert module("dock.results_export").write_training_data(result, str(target), feedback) == 1
    copied = module("layers.result").Result.open(str(target))
    assert copied.made["before"] == str(tmp_path / "before.tif")


def test_a_layout_has_a_page_for_every_change_of_the_list(part, menu):
    part.dock.model.arrange(module("dock.results_filter").Filter(kind="building"))
    wait(lambda: part.dock.model.rowCount() == 4 and not part.dock.model.busy)
    menu.atlas()
    menu.atlas()
    title = "Change 2012-03-18 → 2018-10-05 · after"
    assert part.desktop.designed == [title, f"{title} (2)"]
    layout = QgsProject.instance().layoutManager().layoutByName(title)
    atlas = layout.atlas()
    assert atlas.updateFeatures() == 4
    atlas.beginRender()
    atlas.first()
    image = QgsLayoutExporter(layout).renderPageToImage(0, QSize(594, 420))
    # In the middle of the upper part of both maps: the two rasters, away from the box.
    reds = [image.pixelColor(x, 300).red() for x in (150, 440)]
    assert reds == [61, 191]
    caption = layout.itemById("caption").currentText()
    assert caption == "A building appeared, number 9."  # the largest first
    atlas.endRender()


def test_pages_become_a_pdf_without_holding_the_interface_up(part, menu, choose, tmp_path):
    """B24: a page is written in steps."""
    part.dock.model.arrange(module("dock.results_filter").Filter(min_area=20))
    wait(lambda: part.dock.model.rowCount() == 2 and not part.dock.model.busy)
    path = tmp_path / "pages.pdf"
    choose(path)
    menu.pdf()
    longest = lag(lambda: path.is_file())
    told(part, "2 pages")
    content = path.read_bytes()
    assert content.startswith(b"%PDF") and content.count(b"/Type /Page\n") == 2
    assert QgsProject.instance().layoutManager().layouts() == []
    assert not path.with_name("pages.pdf.part").exists()
    assert longest < 0.1, longest  # a page is written in steps; its maps are drawn elsewhere


def test_the_pages_of_a_pdf_show_both_dates(part, menu, tmp_path):
    make, ended, reds, said = module("dock.results_atlas").make_atlas, [], [], []
    layout = make(part.dock.layer, part.dock.result, "pages", '"area_m2" > 20')

    def look(done, total):
        drawn = {pdf._maps[at].id(): image for at, image in pdf._images.items()}
        said.append(page.currentText())
        reds.append([drawn[one].pixelColor(40, 900).red() for one in ("before", "after")])

    (page,) = [one for one in layout.items() if getattr(one, "id", str)() == "page"]
    fids = [f.id() for f in part.dock.layer.getFeatures() if f["area_m2"] > 20]
    pdf = module("dock.results_pdf").AtlasPdf(
        layout, [*fids[:1], 987654], str(tmp_path / "x.pdf"), look, ended.append
    )
    pdf.start()
    wait(lambda: ended)
    assert ended == [None] and pdf.pages == 1, "a change that is gone has no page"
    assert reds == [[61, 191]]
    assert said == ["Page 1 of 2"]


def test_a_pdf_that_cannot_take_its_place_is_said(part, menu, choose, tmp_path):
    path = tmp_path / "pages.pdf"
    path.mkdir()  # as a file that another program holds on Windows
    choose(path)
    menu.pdf()
    told(part, "cannot be replaced")
    assert not path.with_name("pages.pdf.part").exists()
    assert QgsProject.instance().layoutManager().layouts() == []
    choose(tmp_path / "other.pdf")
    menu.pdf()
    wait(lambda: (tmp_path / "other.pdf").is_file())


def test_a_pdf_can_be_stopped_and_leaves_nothing(part, menu, choose, tmp_path):
    """B16: no half file is left."""
    path = tmp_path / "pages.pdf"
    choose(path)
    menu.pdf()
    menu.stop()
    told(part, "Cancelled")
    assert list(tmp_path.glob("pages*")) == []
    assert QgsProject.instance().layoutManager().layouts() == []


def test_nothing_open_is_said(part, menu):
    QgsProject.instance().clear()
    for act in (menu.spreadsheet, menu.training, menu.atlas, menu.pdf):
        part.desktop.bar.clearWidgets()
        act()
        assert part.desktop.bar.currentItem().text() == "No result is open."


def run_action(part, path, **arguments):
    """An export that an answer of the chat asks for; what it was told."""
    told = []
    actions = part.plugin.parts["chat"].desk.hands.actions
    actions.run(str(path), {"name": "export", "arguments": arguments}, told.append)
    return told


def test_the_chat_exports_the_objects_of_its_answer(part, choose, tmp_path):
    """Not the list, which shows all of them."""
    path = tmp_path / "answer.xlsx"
    choose(path)
    package = tmp_path / "changes.gpkg"
    part.dock.layer.setSubsetString("\"class\" = 'road'")  # hides one of them
    run_action(part, package, box_ids=["b7", "b2"], n_features=2, truncated=False)
    told(part, "2 rows")
    sheet = QgsVectorLayer(str(path), "sheet", "ogr")
    assert [row["box_id"] for row in sheet.getFeatures()] == ["b7", "b2"]
    path.unlink()
    for arguments, reason in (
        ({"box_ids": ["b7"], "n_features": 5000, "truncated": True}, "too many objects"),
        ({"box_ids": ["b7"], "truncated": True}, "too many objects"),
        ({"box_ids": [], "n_features": 0}, "names no objects"),
    ):
        (error,) = run_action(part, package, **arguments)
        assert reason in str(error)
    run_action(part, package, box_ids=["x' OR 1"], n_features=1)
    told(part, "not on the map any more")
    assert not path.exists()


class Cancelling(processing_support.Feedback):
    """Cancelled after some questions."""

    def __init__(self, asked):
        super().__init__()
        self.asked = asked

    def isCanceled(self):
        self.asked -= 1
        return self.asked < 0


@pytest.mark.parametrize("name", ["list.xlsx", "list.ods", "training.gpkg"])
def test_what_is_cancelled_leaves_the_old_file(part, tmp_path, name):
    """B16, B20: no half file, and nothing lost for it."""
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / name
    path.write_text("the old one")
    export = module("dock.results_export")
    if name == "training.gpkg":
        part.dock.mark("confirmed")
        part.dock.save_reviews()
        result = part.dock.result

        def write(feedback):
            return export.write_training_data(result, str(path), feedback)
    else:
        sheet = export.Sheet.of(part.dock.layer, part.dock.model.fids())

        def write(feedback):
            return sheet.write(str(path), feedback)

    asked = 0 if name == "training.gpkg" else 5
    with pytest.raises(module("errors").PluginError, match=r"^Cancelled\."):
        write(Cancelling(asked))
    assert path.read_text() == "the old one"
    assert list(folder.iterdir()) == [path]
    assert write(Cancelling(10_000)) in (1, 12)
    assert path.stat().st_size > 1000
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("gone", ["Changed objects", "Before", "filter"])
def test_a_pdf_whose_layers_go_is_no_success(part, menu, choose, tmp_path, gone):
    path = tmp_path / "pages.pdf"
    path.write_text("the old one")
    choose(path)
    menu.pdf()
    pdf = menu._pdf
    wait(lambda: pdf.pages >= 1)
    project = QgsProject.instance()
    if gone == "filter":
        part.dock.layer.setSubsetString("1 = 0")
    else:
        (layer,) = [one for one in project.mapLayers().values() if one.name().startswith(gone)]
        project.removeMapLayer(layer.id())
    told(part, "of 12 pages were drawn")
    assert menu._pdf is None
    assert path.read_text() == "the old one"
    assert sorted(one.name for one in tmp_path.glob("pages*")) == ["pages.pdf"]
    assert project.layoutManager().layouts() == []
