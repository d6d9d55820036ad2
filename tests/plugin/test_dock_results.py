"""The results dock: list, filters, keys, verdicts, undo; complaints B16, B17, B20, B24."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from plugin import processing_support
from plugin.desktop import Desktop
from plugin.results_support import lag, wait, write_result
from qgis.core import QgsApplication, QgsFeatureRequest, QgsProject, QgsSettings
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QLabel, QWidget

module = processing_support.module
KEY = Qt.Key


@pytest.fixture
def part(qgis_app, changevg, fresh_settings):
    desktop = Desktop()
    desktop.window.resize(1200, 900)
    plugin = changevg.classFactory(desktop)
    plugin.initGui()
    plugin.parts["results"].desktop = desktop
    yield plugin.parts["results"]
    plugin.unload()
    QgsProject.instance().clear()


def opened(part, tmp_path, count=12):
    path = write_result(tmp_path, count)
    part.open_result(str(path))
    part.desktop.canvas.setDestinationCrs(part.dock.layer.crs())
    wait(lambda: part.dock.model.rowCount() == count)
    wait(lambda: part.dock.details.fid is not None)
    return path


@pytest.fixture
def dock(part, tmp_path):
    opened(part, tmp_path)
    return part.dock


def press(widget, key):
    QTest.keyClick(widget, key)


def here(dock):
    """Feature id of the current change, when the dock has come to rest."""
    wait(lambda: dock.details.fid == dock._fid)
    return dock._fid


def column(dock, number):
    model = dock.model
    return [model.index(line, number).data() for line in range(model.rowCount())]


def arrange(dock, **fields):
    """Filter, and wait for the list."""
    wanted = module("dock.results_filter").Filter(**fields)
    dock.model.arrange(wanted)
    wait(lambda: not dock.model.busy)
    return wanted


def stored(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(
            "SELECT box_id, review, reviewer, reviewed_at, note FROM boxes "
            "WHERE review IS NOT NULL OR note IS NOT NULL ORDER BY fid"
        ).fetchall()


def test_every_change_is_listed_with_its_score(dock):
    """B17: no result without its confidence."""
    assert column(dock, 0)[:3] == ["Building", "Road", "Other"]
    assert column(dock, 1)[0] == "Appeared"
    assert column(dock, 2)[:3] == ["0.00", "0.37", "0.74"]
    assert column(dock, 3)[0] == "10"
    assert column(dock, 5)[1] == "A road appeared, number 1."
    assert dock.count.text() == "0 of 12 reviewed · 1 of 12 in the list"


def test_it_sorts_by_any_column_and_keeps_the_current_change(dock):
    dock.go_to(5)
    dock.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    wait(lambda: not dock.model.busy)
    scores = [float(text) for text in column(dock, 2)]
    assert scores == sorted(scores, reverse=True)
    assert dock._fid == 5
    dock.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    wait(lambda: not dock.model.busy)
    assert column(dock, 0) == sorted(column(dock, 0))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "road"}, [2, 5, 8, 11]),
        ({"action": "disappeared"}, [4, 5, 6]),
        ({"min_score": 0.7}, [3, 6, 9, 11]),
        ({"min_area": 20}, [11, 12]),
        ({"review": "none", "kind": "other"}, [3, 6, 9, 12]),
        ({"text": "NUMBER 1."}, [2]),
        ({"text": "road changed"}, [8]),
        ({"text": "b11"}, [12]),
        ({"text": "o'clock"}, []),
    ],
)
def test_filters_find_the_same_as_their_expression_does(dock, fields, expected):
    wanted = arrange(dock, **fields)
    assert dock.model.fids() == expected
    request = QgsFeatureRequest().setFilterExpression(wanted.expression())
    assert [one.id() for one in dock.layer.getFeatures(request)] == expected


def test_the_fields_above_the_list_filter_it(dock):
    dock.filters.kind.setCurrentIndex(2)
    dock.filters.text.setText("disappeared")
    wait(lambda: dock.model.fids() == [5])
    dock.filters.text.setText("nothing at all")
    wait(lambda: dock.model.rowCount() == 0)
    assert dock.details.title.text() == "No change passes the filter."
    assert not dock.toolbar.verdicts[0].isEnabled()
    dock.filters.clear()
    wait(lambda: dock.model.rowCount() == 12)


def test_it_steps_by_keys_and_the_map_follows(dock, part):
    table, canvas = dock.table, part.desktop.canvas
    for key, fid in ((KEY.Key_J, 2), (KEY.Key_N, 3), (KEY.Key_Down, 4), (KEY.Key_K, 3),
                     (KEY.Key_P, 2), (KEY.Key_Up, 1), (KEY.Key_K, 1)):  # fmt: skip
        press(table, key)
        assert here(dock) == fid
        middle = canvas.extent().center()
        centre = dock.layer.getFeature(fid).geometry().centroid().asPoint()
        assert centre.distance(middle) < 0.5
    dock.toolbar.following.setChecked(False)
    seen = canvas.extent()
    press(table, KEY.Key_J)
    assert here(dock) == 2
    assert canvas.extent() == seen


def test_a_thousand_boxes_an_hour_one_key_each(dock, tmp_path, part):
    """Verdicts by C, R and U lead on to the next; reviewer and time are kept."""
    QgsSettings().setValue("changevg/reviewer", "Ana")
    for key in (KEY.Key_C, KEY.Key_R, KEY.Key_U):
        here(dock)
        press(dock.table, key)
    assert here(dock) == 4
    assert dock.count.text() == "3 of 12 reviewed · 4 of 12 in the list"
    assert column(dock, 4)[:4] == ["✓ Confirmed", "✗ Rejected", "? Unsure", ""]
    path = tmp_path / "changes.gpkg"
    assert stored(path) == []  # in the edit buffer, not yet in the file
    assert part.iface.activeLayer() is dock.layer  # so that QGIS's own Undo works on it
    assert dock.save_reviews()
    rows = stored(path)
    assert [row[:3] for row in rows] == [
        ("b0", "confirmed", "Ana"), ("b1", "rejected", "Ana"), ("b2", "unsure", "Ana")
    ]  # fmt: skip
    assert all(row[3].endswith("Z") for row in rows)
    QgsSettings().remove("changevg/reviewer")


def test_a_verdict_is_one_step_of_undo(dock):
    press(dock.table, KEY.Key_C)
    here(dock)
    press(dock.table, KEY.Key_R)
    assert dock.layer.undoStack().count() == 2
    assert dock.layer.undoStack().undoText() == "Rejected"
    dock.layer.undoStack().undo()
    assert column(dock, 4)[:2] == ["✓ Confirmed", ""]
    assert dock.model.rows.reviewed == 1
    dock.undo()
    assert dock.model.rows.reviewed == 0
    assert not dock.toolbar.undo.isEnabled()


def test_backspace_takes_a_verdict_away(dock):
    press(dock.table, KEY.Key_C)
    press(dock.table, KEY.Key_K)
    here(dock)
    press(dock.table, KEY.Key_Backspace)
    feature = dock.layer.getFeature(1)
    assert not feature["review"] and not feature["reviewer"]
    assert dock._fid == 1


def test_a_note_is_written_with_the_verdict_by_enter_or_by_going_on(dock):
    note = dock.details.note
    press(dock.table, KEY.Key_T)
    note.setText("a shed")
    dock.mark("rejected")
    here(dock)
    note.setText("blurred")
    press(note, KEY.Key_Return)
    note.setText("forgotten")
    press(dock.table, KEY.Key_J)
    here(dock)
    note.setText("dropped")
    press(note, KEY.Key_Escape)
    press(dock.table, KEY.Key_J)
    notes = [dock.layer.getFeature(fid)["note"] or None for fid in (1, 2, 3)]
    assert notes == ["a shed", "forgotten", None]
    assert dock.layer.getFeature(1)["review"] == "rejected"
    arrange(dock, text="forgotten")
    assert dock.model.fids() == [2]


def test_letters_typed_into_fields_are_no_verdicts(dock):
    for field in (dock.details.note, dock.filters.text):
        field.clear()
        QTest.keyClicks(field, "cruj")
        assert field.text() == "cruj"
        field.clear()
    assert not dock.layer.isEditable()


def test_the_docks_keys_win_over_those_of_the_main_window(dock):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, KEY.Key_C, Qt.KeyboardModifier.NoModifier, "c")
    event.ignore()
    QgsApplication.sendEvent(dock.table, event)
    assert event.isAccepted()
    other = QKeyEvent(
        QEvent.Type.ShortcutOverride, KEY.Key_C, Qt.KeyboardModifier.ControlModifier, ""
    )
    other.ignore()
    QgsApplication.sendEvent(dock.table, other)
    assert not other.isAccepted()


def test_all_keys_can_be_changed_in_the_shortcut_dialog(dock, part):
    named = {action.objectName() for action in QgsGui.shortcutsManager().listActions()}
    wanted = {action.objectName() for action in dock.keys.actions}
    assert len(wanted) == 9 and wanted <= named
    part.plugin.unload()
    named = {action.objectName() for action in QgsGui.shortcutsManager().listActions()}
    assert not wanted & named


def test_who_selects_on_the_map_finds_it_in_the_list(dock, part):
    seen = part.desktop.canvas.extent()
    dock.layer.selectByIds([7])
    assert here(dock) == 7
    assert part.desktop.canvas.extent() == seen


def test_edits_made_elsewhere_show_in_the_list(dock):
    layer = dock.layer
    layer.startEditing()
    layer.changeAttributeValue(3, layer.fields().indexOf("review"), "confirmed")
    assert dock.model.rows.reviewed == 1
    layer.deleteFeature(1)
    wait(lambda: dock.model.rowCount() == 11)
    assert column(dock, 4)[1] == "✓ Confirmed"  # read again, with what is not saved
    layer.rollBack()
    wait(lambda: dock.model.rowCount() == 12)
    assert dock.model.rows.reviewed == 0


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_lost(dock, part):
    dock.layer.setReadOnly(True)
    press(dock.table, KEY.Key_C)
    assert "cannot be edited" in part.desktop.bar.currentItem().text()
    assert dock.model.rows.reviewed == 0
    assert here(dock) == 1


def test_a_layer_that_is_removed_leaves_an_empty_dock(dock):
    QgsProject.instance().removeMapLayer(dock.layer.id())
    assert dock.layer is None and dock.chooser.count() == 0
    assert dock.details.title.text() == "No result is open."
    dock.step(1)
    dock.mark("confirmed")
    assert dock.save_reviews()


def test_every_widget_a_person_uses_has_a_name(dock):
    for widget in dock.findChildren(QWidget):
        if type(widget).__module__.startswith("changevg") and not isinstance(widget, QLabel):
            assert widget.objectName(), widget
    assert dock.objectName() == "changevgResultsDock"


def test_twenty_thousand_boxes_never_hold_the_interface_up(part, tmp_path):
    """B24: the list is read in slices."""
    opened(part, tmp_path, 20_000)
    dock = part.dock
    pauses = []
    dock.reload()
    pauses.append(lag(lambda: dock.model.rowCount() == 20_000))
    for act in (
        lambda: dock.table.sortByColumn(2, Qt.SortOrder.DescendingOrder),
        lambda: dock.model.arrange(module("dock.results_filter").Filter(kind="road")),
        lambda: dock.model.arrange(module("dock.results_filter").Filter(text="number 77")),
    ):
        act()
        pauses.append(lag(lambda: not dock.model.busy))
    assert max(pauses) < 0.1, pauses  # 50 ms on a machine of its own


def test_nothing_of_it_is_left_after_unloading(part, tmp_path):
    opened(part, tmp_path)
    desktop = part.desktop
    part.plugin.unload()
    QgsApplication.sendPostedEvents(None, 52)  # deferred deletes
    assert desktop.docks == []
    left = [one.objectName() for one in desktop.window.findChildren(QDockWidget)]
    assert "changevgResultsDock" not in left
    layer = next(iter(QgsProject.instance().mapLayers().values()))
    layer.setName("still there")  # nobody listens who is gone
    QgsProject.instance().clear()


def another(part, tmp_path, name="other", count=12):
    """A second result, which the dock shows now."""
    folder = tmp_path / name
    folder.mkdir()
    return opened(part, folder, count)


def notes(layer):
    return {one.id(): one["note"] for one in layer.getFeatures() if one["note"]}


def test_a_note_that_waits_goes_to_its_own_result_only(dock, part, tmp_path):
    """Complaint B20: nothing is lost, and nothing is written beside its change."""
    first = dock.layer
    dock.go_to(3)
    here(dock)
    dock.details.note.setText("a shed")
    another(part, tmp_path)
    here(dock)
    assert dock.layer is not first
    assert notes(first) == {3: "a shed"}
    assert notes(dock.layer) == {} and not dock.layer.isEditable()
    assert part.iface.activeLayer() is dock.layer


def test_a_note_that_waits_is_kept_when_the_filter_leaves_nothing(dock):
    here(dock)
    dock.details.note.setText("a shed")
    arrange(dock, text="nothing at all")
    assert notes(dock.layer) == {1: "a shed"}


def test_a_note_that_waits_is_never_written_into_a_new_file(dock):
    """The numbers of a rerun are other changes'."""
    here(dock)
    dock.details.note.setText("a shed")
    dock.renew()
    wait(lambda: dock.model.rowCount() == 12 and dock.details.fid is not None)
    assert notes(dock.layer) == {} and not dock.layer.isEditable()
    assert dock.details.note.text() == ""


def test_a_verdict_with_a_note_is_one_step_of_undo(dock):
    here(dock)
    dock.details.note.setText("a shed")
    dock.mark("rejected")
    here(dock)
    assert dock.layer.undoStack().count() == 1
    dock.undo()
    assert notes(dock.layer) == {} and dock.model.rows.reviewed == 0


def test_a_layer_that_shows_another_file_is_another_result(dock, part, tmp_path):
    folder = tmp_path / "moved"
    folder.mkdir()
    path = write_result(folder, 5)
    here(dock)
    dock.details.note.setText("a shed")
    layer = dock.layer
    layer.setDataSource(f"{path}|layername=boxes", "boxes", "ogr")
    wait(lambda: dock.model.rowCount() == 5)
    assert dock.layer is layer and dock.result.package == str(path)
    assert notes(layer) == {}
    dock.mark("confirmed")
    assert dock.save_reviews()
    assert [row[:2] for row in stored(path)] == [("b0", "confirmed")]
