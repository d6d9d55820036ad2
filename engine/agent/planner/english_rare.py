"""Rarer English nouns and verbs of what changed: known, but no slip is taken for one of them."""

from __future__ import annotations

_BUILDINGS = (
    "shelter shelters habitation habitations accommodation accommodations tenement tenements "
    "maisonette maisonettes rowhouse rowhouses shanty shanties farmstead farmsteads outhouse "
    "outhouses "
    "abode abodes annexe annexes barn barns bothy building's carport carports chalet chalets "
    "condo condominium condominiums condos domicile domiciles duplex duplexes edifice "
    "edifices farmhouse farmhouses granny-flat high-rise high-rises highrise highrises "
    "homestead homesteads house's hovel hovels lodge lodges new-build new-builds newbuild "
    "newbuilds outbuilding outbuildings premises shack shacks household households"
)
_ROADS = (
    "alleyway alleyways backroad backroads boulevard boulevards bridleway bridleways byway "
    "byways carriageway carriageways cul-de-sac cul-de-sacs cycleways dual-carriageway "
    "expressway expressways footway footways laneway laneways pathway pathways road's "
    "street's thoroughfare thoroughfares walkway walkways"
)
_ANY = (
    "blob blobs candidate candidates development developments difference element elements "
    "entity entities find finds instance instances patch patches piece pieces"
)
_APPEARED = (
    "addition appearance appearances arising arrival arrivals arrive arrives assemble "
    "assembled begun commissioned completion completions creation creations develop "
    "developing develops emergence emerging erect erection erections erects establish "
    "establishing fitted founded freshly freshly-built growing growth inaugurated introduced "
    "just-built lay laying lays materialise materialize mushroom mushroomed newcomer "
    "newcomers newer newly-added newly-built newly-erected newly-constructed opened originate "
    "pave paving placed popped-up put-up raise raises raising rising rose spawned sprout"
)
_DISAPPEARED = (
    "annihilated axed bulldoze bulldozing clearance clearances collapse collapsed collapses "
    "collapsing crumble crumbled decommissioned deconstruct deconstructed defunct demise "
    "demolishes departed destroy destroying destroys destruction disappearance disappearances "
    "dismantle dismantles dismantling erase evaporate evaporated extinct flatten flattening "
    "flattens no-longer-existing obliterate obliterated perish perished perishes pulled-down "
    "raze razes razing ruined stripped tear-down tear-downs topple toppled toppling torn-down "
    "uprooted vanishing vanishings wiped withdrawn withdrew wreck wrecked wrecking"
)
_CHANGED = (
    "adapted adjusted alter alters amended conversion conversions convert converting converts "
    "enlarging expanding extending facelift lengthened makeover makeovers modifies modify "
    "modifying narrowed overhauled readjusted realigned rearranged rebuild rebuilding "
    "rebuilds reconfigured reconstruct reconstructing reconstruction reconstructions "
    "redesigned redeveloped redone redrawn refurbish refurbished refurbishing refurbishment "
    "refurbishments remodel remodeling remodelling remodels renovate renovates renovating "
    "renovation renovations repair repaired repairs rerouted reshaping resurfaced retrofit "
    "retrofitted revamp revamped revised reworked shortened straightened transforming upgrade "
    "upgraded upgrades upgrading widening"
)
RARE_NOUNS: dict[str, str | None] = {
    word: name
    for name, words in (("building", _BUILDINGS), ("road", _ROADS), (None, _ANY))
    for word in words.split()
}
"""Class by noun; None for words that mean any object."""
RARE_ACTIONS: dict[str, str | None] = {
    word: name
    for name, words in (
        ("appeared", _APPEARED), ("disappeared", _DISAPPEARED), ("changed", _CHANGED),
        (None, "occurring varied"),
    )
    for word in words.split()
}  # fmt: skip
"""Action by word."""
