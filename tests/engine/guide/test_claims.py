"""What a sentence claims, and whether the map says so too."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.guide.agreement import agrees
from engine.guide.claims import claims, class_of
from engine.guide.reading import Finding, tile_caption
from engine.objects import CELL_ORDER

DATA = Path(os.environ.get("CHANGEVG_DATA", Path(__file__).parents[4] / "shared" / "data"))

B, R, O = "building", "road", "other"  # noqa: E741
CAME, WENT, TURNED = "appeared", "disappeared", "changed"


@pytest.mark.parametrize(
    ("sentence", "things"),
    [
        ("many houses are built along the road", {(B, CAME)}),
        ("a road is built and villas appear on both sides of it", {(R, CAME), (B, CAME)}),
        ("straight roads with many houses arranged neatly are built", {(R, CAME), (B, CAME)}),
        ("two houses on the bareland have been removed", {(B, WENT)}),
        ("trees are replaced by a road", {(O, WENT), (R, CAME)}),
        ("several buildings replace the forest", {(B, CAME), (O, WENT)}),
        ("the woods have turned into a residential area", {(O, WENT), (B, CAME)}),
        ("the original building has been extended", {(B, TURNED)}),
        ("a building appears next to the existing road", {(B, CAME)}),
        (
            "the house in the woods disappears and a road is built at the top",
            {(B, WENT), (R, CAME)},
        ),
        ("at the corner of the road many new houses are built", {(B, CAME)}),
        ("rows of houses and rebuilt roads appear in the desert", {(B, CAME), (R, CAME)}),
        ("there is a new road", {(R, CAME)}),
        ("the path and some trees vanish", {(R, WENT), (O, WENT)}),
        ("a parking lot is built beside the building", {(O, CAME)}),
        ("a villa is built by the roadside", {(B, CAME)}),
        ("three houses appear by the road", {(B, CAME)}),
        ("the trees are covered by the road", {(O, None), (R, None)}),
    ],
)
def test_claims_of_human_sentences(sentence: str, things: set[tuple[str, str]]) -> None:
    said = claims(sentence)
    assert {(claim.class_name, claim.action) for claim in said.things} == things
    assert not said.unchanged


@pytest.mark.parametrize(
    "sentence",
    [
        "there is no difference",
        "the two scenes seem identical",
        "the scene is the same as before",
        "no change has occurred",
        "almost nothing has changed",
    ],
)
def test_stock_sentences_say_that_nothing_happened(sentence: str) -> None:
    assert claims(sentence).unchanged and not claims(sentence).things
    assert agrees(sentence, [])
    assert not agrees(sentence, [Finding(B, CAME, 1, ["center"])])


def test_a_number_is_the_nouns_own() -> None:
    assert [c.number for c in claims("two large houses appear at the top").things] == [2]
    assert [c.number for c in claims("a row of houses is built").things] == [None]
    assert [c.number for c in claims("a building appears").things] == [1]
    assert [c.number for c in claims("a residential area is built").things] == [None]


@pytest.mark.parametrize(
    ("sentence", "denied", "things"),
    [
        ("houses are not built", {(B, CAME)}, set()),
        ("houses aren't built", {(B, CAME)}, set()),
        ("houses aren’t built", {(B, CAME)}, set()),
        ("houses have yet to be built", {(B, CAME)}, set()),
        ("houses fail to appear", {(B, CAME)}, set()),
        ("zero houses are built", {(B, CAME)}, set()),
        ("0 houses are built", {(B, CAME)}, set()),
        ("hardly any houses are built", {(B, CAME)}, set()),
        ("none of the houses is built", {(B, CAME)}, set()),
        ("no newly built houses are seen", {(B, CAME)}, set()),
        ("there aren't any newly built houses", {(B, CAME)}, set()),
        ("neither houses nor roads are built", {(B, CAME), (R, CAME)}, set()),
        ("no houses or roads are built", {(B, CAME), (R, CAME)}, set()),
        ("no houses, roads or trees are built", {(B, CAME), (R, CAME), (O, CAME)}, set()),
        (
            "neither an apartment, a road nor a tree appears",
            {(B, CAME), (R, CAME), (O, CAME)},
            set(),
        ),
        ("houses are neither built nor removed", {(B, CAME), (B, WENT)}, set()),
        ("no houses are built or removed", {(B, CAME), (B, WENT)}, set()),
        ("trees are not replaced by houses", {(O, WENT), (B, CAME)}, set()),
        ("nobody built anything", {(B, CAME), (R, CAME), (O, CAME)}, set()),
        ("three buildings are unchanged", {(B, TURNED)}, set()),
        ("there are fewer houses", {(B, CAME)}, set()),
        ("there aren't many houses", {(B, CAME)}, set()),
        ("the area lacks houses", {(B, None)}, set()),
        ("there is a decrease in the number of houses", {(B, CAME)}, set()),
        ("no roads are built but two houses are", {(R, CAME)}, {(B, CAME)}),
        ("there are no houses and two roads appear", {(B, CAME)}, {(R, CAME)}),
        ("no roads are seen and 14 houses appear", {(R, CAME)}, {(B, CAME)}),
        ("houses are built and no roads", {(R, CAME)}, {(B, CAME)}),
        ("houses are built, but roads are not", {(R, CAME)}, {(B, CAME)}),
        ("roads are not but houses are built", {(R, CAME)}, {(B, CAME)}),
        ("houses are built rather than roads", {(R, CAME)}, {(B, CAME)}),
        ("a road is built without houses", {(B, CAME)}, {(R, CAME)}),
        ("houses without trees appear and a road is built", {(O, CAME)}, {(B, CAME), (R, CAME)}),
        ("the road remains the same and houses are built", {(R, TURNED)}, {(B, CAME)}),
        ("the existing houses are unchanged and a road appears", set(), {(R, CAME)}),
        ("not only houses but also roads are built", set(), {(B, CAME), (R, CAME)}),
        ("a house that was not there before appears", set(), {(B, CAME)}),
        ("a house that wasn't there before appears", set(), {(B, CAME)}),
        ("houses appear not far from the road", set(), {(B, CAME)}),
        ("trees become fewer and a house is built", set(), {(O, WENT), (B, CAME)}),
        ("the houses are no longer there", set(), {(B, WENT)}),
    ],
)
def test_what_a_sentence_denies(
    sentence: str, denied: set[tuple[str, str]], things: set[tuple[str, str]]
) -> None:
    said = claims(sentence)
    assert {(claim.class_name, claim.action) for claim in said.things} == things
    assert {(claim.class_name, claim.action) for claim in said.denied} == denied


@pytest.mark.parametrize(
    ("sentence", "nothing_else"),
    [
        ("a house appears and nothing else has changed", True),
        ("a house appears and there are no other changes", True),
        ("a house appears and no more houses are built", True),
        ("nothing but a house appears", True),
        ("only a house appears", True),
        ("a house appears and the rest of the scene is unchanged", True),
        ("a house appears", False),
        ("a house appears and no roads are built", False),
    ],
)
def test_sentences_that_say_there_is_nothing_else(sentence: str, nothing_else: bool) -> None:
    assert claims(sentence).nothing_else is nothing_else


@pytest.mark.parametrize(
    ("sentence", "unchanged"),
    [
        ("the buildings have not changed", True),
        ("no house has changed", True),
        ("the roads are unchanged", True),
        ("the two scenes are not identical", False),
        ("the scene is not the same as before", False),
        ("the images don't look the same", False),
        ("a house that was not there before is not removed", False),
    ],
)
def test_what_is_denied_may_be_the_change(sentence: str, unchanged: bool) -> None:
    assert claims(sentence).unchanged is unchanged


def test_people_deny_hardly_anything() -> None:
    file = DATA / "levir_cc_text" / "sentences.json"
    if not file.exists():
        pytest.skip("needs the sentences in shared/data")
    pairs = [
        pair for part in json.loads(file.read_text("utf-8")).values() for pair in part.values()
    ]
    sentences = {sentence for pair in pairs for sentence in pair}
    denying = [sentence for sentence in sentences if claims(sentence).denied]
    assert len(sentences) > 10_000 and len(denying) < 0.001 * len(sentences), denying


@pytest.mark.parametrize(
    ("sentence", "found", "same"),
    [
        ("three houses are built", [(B, CAME, 3)], True),
        ("three houses are built", [(B, CAME, 4)], False),
        ("many houses are built", [(B, CAME, 4)], True),
        ("many houses are built", [(B, WENT, 4)], False),
        ("many houses are built", [(B, TURNED, 4)], True),
        ("many houses are built", [], False),
        ("a road is built and houses appear", [(B, CAME, 4)], False),
        ("houses appear along the road", [(B, CAME, 4)], True),
        ("houses appear", [(B, CAME, 4), (R, CAME, 1)], False),
        ("a road is built and houses appear", [(B, CAME, 4), (R, CAME, 3)], True),
        ("trees are replaced by houses", [(B, CAME, 4)], True),
        ("some trees are removed", [(O, TURNED, 1)], True),
        ("some trees are removed", [], False),
        ("a pool is built", [(B, CAME, 1)], False),
        ("the building has been rebuilt", [(B, CAME, 1)], True),
        ("the building has been rebuilt", [(B, WENT, 1)], False),
        ("the building has been rebuilt", [(B, TURNED, 1)], True),
        ("the number of buildings decreased", [(B, CAME, 3)], False),
        ("the number of buildings decreased", [(B, WENT, 3)], True),
        ("the number of buildings decreased", [(B, TURNED, 3)], True),
        ("the number of buildings declined", [(B, CAME, 3)], False),
        ("the number of buildings changed", [(B, CAME, 3)], True),
        ("houses are reduced", [(B, CAME, 3)], False),
        ("houses are not reduced but two roads appear", [(B, CAME, 3), (R, CAME, 2)], False),
        ("", [(B, CAME, 1)], False),
        ("lorem ipsum dolor", [(B, CAME, 1)], False),
    ],
)
def test_agreement(sentence: str, found: list[tuple[str, str, int]], same: bool) -> None:
    findings = [Finding(name, action, count, ["center"]) for name, action, count in found]
    assert agrees(sentence, findings) is same


FINDINGS = st.lists(
    st.builds(
        Finding,
        st.sampled_from([B, R]),
        st.sampled_from([CAME, WENT, TURNED]),
        st.integers(1, 40),
        st.lists(st.sampled_from(CELL_ORDER), min_size=1, max_size=9, unique=True),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda finding: (finding.class_name, finding.action),
)


@given(FINDINGS)
def test_the_measured_sentence_names_what_was_measured(found: list[Finding]) -> None:
    said = {(claim.class_name, claim.action) for claim in claims(tile_caption(found)).things}
    assert said == {(finding.class_name, finding.action) for finding in found}


@given(FINDINGS, st.sampled_from([B, R]), st.sampled_from([CAME, WENT]))
def test_one_finding_too_many_is_no_agreement(found: list[Finding], name: str, action: str) -> None:
    rest = [f for f in found if f.class_name != name]
    sentence = tile_caption([*rest, Finding(name, action, 3, ["center"])])
    assert not agrees(sentence, rest)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    claims(text)


def test_plurals() -> None:
    assert class_of("houses") == class_of("house") == B
    assert class_of("crosses") is None
    assert class_of("bushes") == O and class_of("paths") == R


def test_people_who_saw_new_buildings_are_read_so() -> None:
    """Of human sentences about crops with a building mask, nearly all claim a building."""
    cv2 = pytest.importorskip("cv2")
    file = DATA / "levir" / "captions.json"
    if not file.exists():
        pytest.skip("needs the real tiles in shared/data")
    named = total = 0
    masks: dict[str, object] = {}
    for crop in json.loads(file.read_text(encoding="utf-8"))[::3]:
        tile, row, col = crop["tile"], 256 * crop["row"], 256 * crop["col"]
        if tile not in masks:
            masks[tile] = cv2.imread(str(DATA / "levir" / "label" / f"{tile}.png"), 0)
        if (masks[tile][row : row + 256, col : col + 256] > 0).sum() < 200:  # type: ignore[index]
            continue
        for sentence in crop["sentences"]:
            said = claims(sentence)
            if said.unchanged:
                continue
            total += 1
            named += any(c.class_name == B and c.action != WENT for c in said.things)
    assert total > 400 and named >= 0.96 * total, (named, total)
