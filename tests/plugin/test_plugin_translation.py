"""The interface in another language: compiled here, read by Qt."""

from __future__ import annotations

import importlib
import shutil
import subprocess

import pytest
from qgis.PyQt.QtCore import QCoreApplication, QTranslator


@pytest.fixture
def translation(changevg, qgis_app):
    return importlib.import_module("changevg.translation")


def said(translation, translator, texts):
    """What Qt shows while a translator is installed."""
    QCoreApplication.installTranslator(translator)
    try:
        return {text: translation.tr(text) for text in texts}
    finally:
        QCoreApplication.removeTranslator(translator)


def test_german_is_shown_and_goes_away(translation):
    assert translation.tr("Cancelled.") == "Cancelled."
    translator = translation.install("de_AT")
    try:
        assert translation.tr("Cancelled.") == "Abgebrochen."
        assert translation.tr("Never written anywhere") == "Never written anywhere"
        assert QCoreApplication.translate("Other", "Cancelled.") == "Cancelled."
    finally:
        translation.remove(translator)
    assert translation.tr("Cancelled.") == "Cancelled."


def test_a_language_without_translation_stays_english(translation):
    assert translation.install("xx") is None


def test_every_sentence_is_found_by_qt(translation):
    """Complaint of every home-made format: the hash must be Qt's own."""
    messages = translation.read_messages(translation.FOLDER / "changevg_de.ts")
    assert len(messages) > 90
    translator = translation.install("de")
    try:
        wrong = {text for text, meant in messages.items() if translation.tr(text) != meant}
    finally:
        translation.remove(translator)
    assert wrong == set()


@pytest.mark.skipif(shutil.which("lrelease") is None, reason="lrelease is not installed")
def test_lrelease_reads_the_file_and_says_the_same(translation, tmp_path):
    source = translation.FOLDER / "changevg_de.ts"
    target = tmp_path / "de.qm"
    done = subprocess.run(["lrelease", str(source), "-qm", str(target)], capture_output=True,
                          text=True, check=False)  # fmt: skip
    if done.returncode:
        pytest.skip(f"lrelease does not run: {done.stderr.strip()}")
    qt = QTranslator()
    assert qt.load(str(target))
    messages = translation.read_messages(source)
    assert said(translation, qt, messages) == messages


def test_unusual_characters_survive(translation):
    messages = {"a": "ä€𝄞", "ö": "<&>", "x" * 5000: "long"}
    translator = QTranslator()
    content = translation.compile_messages(messages)
    assert translator.loadFromData(content)
    assert said(translation, translator, messages) == messages


def test_broken_xml_is_told(translation, tmp_path):
    path = tmp_path / "broken.ts"
    path.write_text("<TS><message><source>x</source>")
    with pytest.raises(ValueError, match=r"broken\.ts"):
        translation.read_messages(path)
