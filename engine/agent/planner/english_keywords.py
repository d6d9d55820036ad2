"""English words that the planner's patterns look for, as a reader may have meant to write them."""
# ruff: noqa: SIM905 - words in a row are easier to read than quoted ones

from __future__ import annotations

from engine.agent.planner import english_words as words
from engine.agent.planner.english_rare import RARE_ACTIONS, RARE_NOUNS

KEYWORDS = frozenset(
    (
        "above about reviewers cells edge acres action actions against almost already "
        "altogether annual annually area areas average because been before below best between "
        "beyond biggest both bottom bigger buffer centre center central certain certainty "
        "change changed changes check circle class classes close closer closest cluster "
        "clusters compare compared comparison compute concentrated concentration confidence "
        "confident confirmed corner corners could count cover covered covers demolished "
        "demolitions densest density describe description difference different direction "
        "displayed distance disappeared distribution district download each east eastern every "
        "everything exactly except excluding export extent farther fewest filter first floor "
        "following footprint found further give gone greater greatest grid ground group grouped "
        "hectare hectares highest highlight hotspot hotspots house houses however inside "
        "instead into kilometer kilometers kilometre kilometres kind kinds land largest larger "
        "latest layer least left length lengths less list located located long longer longest "
        "lost lower lowest many mapped mean measure median meter meters metre metres middle "
        "missing more most much nearby nearest near next north northern northeast northwest "
        "number object objects only order other outside over overall overview part parts "
        "percent perhaps picture place places please point polygon polygons previously "
        "probability radius rank rate recent reject rejected report result results review "
        "reviewed right same save score scores second select separately shape short shorter "
        "shortest should show single size sizes small smaller smallest sort sorted south "
        "southern southeast southwest square still street sum summarise summarize summary "
        "surface table take tell than that their them there these they third this those "
        "tolerance together total under unconfirmed unmapped unreviewed unsure upper verdict "
        "want were west western what when where whether which while whole with within without "
        "would year yearly years newest torn down came went sprung surroundings people live "
        "floors storeys roughly with opened open until probably reviewer buildings built "
    ).split()
    + [noun for noun in words.NOUNS if noun not in ("factorys", *RARE_NOUNS)]
    + [word for word in words.ACTIONS if word not in RARE_ACTIONS]
    + [unit for unit in words.UNITS if unit.isalpha()]
)
"""A word with one slip (two, if it is long) is read as one of these."""
