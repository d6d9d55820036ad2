"""English words that say nothing about which objects, where, or what to do with them."""
# ruff: noqa: SIM905 - words in a row are easier to read than quoted ones

from __future__ import annotations

MORE_FILLER = frozenset(
    (
        # politeness, greetings, hedges
        "pls morning afternoon evening everyone everybody folks team guys sir madam cheers ta "
        "ty appreciated appreciate grateful glad happy kind helpful greetings regards welcome "
        "pardon excuse apologies bit little-bit rough ballpark guess suppose assume assuming "
        "imagine reckon believe probably possibly perhaps presumably likely-ish ish basically "
        "essentially generally literally obviously clearly honestly frankly hopefully wow "
        "lovely great awesome nice cool super perfect brilliant bunch fun funny love loving "
        "worry worried care cares caring stuff alot splendid fantastic amazing excellent tool "
        "hurry rush match counterpart equivalent soon moment minute second-thought reach "
        "reachable whatsoever respectively either pay  certainly definitely surely indeed truly "
        "true anyway anyways though although however hence thus therefore otherwise besides "
        "moreover furthermore finally lastly next then again already always ever often once "
        "twice especially particularly specifically mainly mostly largely primarily merely "
        "purely strictly properly correctly accurately precisely exactly apparently seemingly "
        "supposedly allegedly "
        # speaking and asking
        "let lets let's tell told telling know knows knowing knew figure figures learn hear "
        "heard understand understood explain explained ask asked asks asking answer reply "
        "respond inform information info facts fact stats statistics stat statistic figures "
        "quote mention mentioned mean meant means say said saying talk talking speak speaking "
        "call called named name names question questions query queries request requests thing- "
        "is point-is able possible can't want wants wanted wanting need needs needed needing "
        "like likes liked prefer hope hoping wish think thinking thought thoughts feel guessing "
        "remember recall forget i'll we'll we'd we're you're they're they've they'd he she him "
        "her his hers someone nobody myself ourselves yourself itself themselves himself "
        "herself "
        # showing and giving
        "give gives given giving gave hand pass pull pulls pop produce produces generate "
        "generates generated create creates deliver output print printed report reports "
        "reported reporting bring brings fetch retrieve grab obtain obtains extract extracts "
        "work works working worked run runs running do doing done make makes making check "
        "checks checked checking verify please-do start begin try tries go going goes gone- "
        "through keep keeps kept "
        # being somewhere, being seen
        "appears seem seems looks looked see sees saw spot spots spotted notice noticed observe "
        "observed discover discovered detectable recognisable sit sits sitting sat stay stays "
        "remain remains happen stand stood rest rests reside exist existing existed there'd "
        "there're directly right straight immediately fully physically geographically spatially "
        "actually "
        # amounts without a number
        "lot lots many much plenty several certain altogether total totals totally totalling "
        "amount amounts amounted add adds adding sum sums quite rather pretty fairly very "
        "really so too even-just single individual individually respective respectively "
        "corresponding particular specific given following relevant actual whatever whichever "
        "wherever whoever anyhow somehow "
        # time that does not narrow
        "today tonight meanwhile during period interval span timeframe between-times now "
        "nowadays ago time times far dates image images imagery pictures raster rasters zonal "
        "searching search bounding story  photo photos epoch epochs shot shots snapshot "
        "snapshots survey surveys scan "
        # the data as such
        "gis qgis attribute attributes field fields column columns record records entry entries "
        "geometry geometries centroid centroids outline outlines footprints-of polygonal vector "
        "vectors layer's status state states flag flagged flags marked mark marks labelled "
        "labeled tagged tag tags categorised categorized category assigned verdict-of value-of "
        "spatial digitised digitized attribute-table project screen canvas view window tool app "
        "software program system assistant machine ai bot "
        # joining words
        "of off onto upon via by per through throughout across along-with towards toward amid "
        "because cause cos coz since while whilst whereas if unless-otherwise when whenever "
        "where such same similar else etc eg ie namely vs versus both either also plus "
        "additionally too them themselves "
    ).split()
) - frozenset("pretty along-with when nobody where few".split())
