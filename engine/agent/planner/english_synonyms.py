"""Families of English phrases, each put in the one wording that the patterns know."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re

from engine.agent.planner import english_words as words

_DONE = "|".join(sorted(map(re.escape, words.ACTIONS), key=lambda one: (-len(one), one)))
_BE = r"(?:(?:is|are|was|were|be|been|being|get|gets|got|getting|has|have|had) )*"
_DET = r"(?:(?:the|a|an|our|my|all|any|each|every|this|that|these|those) )?"
_HOMES = r"(?:houses?|homes?|buildings?|dwellings?|structures?|residences?|properties|huts?)"
_PEOPLE = (
    r"(?:anyone|anybody|someone|somebody|people|they|we|you|developers?|builders?|owners?|residents|the (?:city|town|council|"
    r"developers?|builders?|authorities|locals|villagers))"
)
_NOBODY = (
    r"(?:nobody|no one|no-one|noone|none of (?:us|you|them|the (?:reviewers?|team|analysts?))|no (?:reviewers?|human|person|analyst|"
    r"expert|colleague|operator|inspector|user|member|body)s?|not (?:one|a single) (?:person|reviewer))"
)
_CHECKED = (
    r"(?:reviewed|judged|checked|assessed|verified|looked at|inspected|validated|examined|evaluated|vetted|seen|gone through|"
    r"gone over|screened|rated|decided on|given a verdict|passed judge?ment on|controlled|ruled on|commented on|touched)"
)
_SIZES = {
    "big": "biggest", "large": "largest", "long": "longest", "short": "shortest", "small": "smallest",
    "near": "nearest", "close": "closest", "tiny": "smallest", "little": "smallest", "extensive": "largest",
    "huge": "largest", "spacious": "largest", "lengthy": "longest", "dense": "densest", "gigantic": "largest", "massive": "largest",
    "enormous": "largest", "colossal": "largest", "vast": "largest", "giant": "largest", "immense": "largest",
    "sprawling": "largest", "substantial": "largest", "expansive": "largest", "bulky": "largest", "minuscule": "smallest",
    "modest": "smallest", "compact": "smallest", "diminutive": "smallest", "petite": "smallest", "crowded": "densest",
    "distant": "farthest", "sizeable": "largest", "sizable": "largest",
    "high score": "highest score", "low score": "lowest score",
}  # fmt: skip
_HOW_MANY = {
    r"(?:how many|number of) nos\.?(?: of)?": "how many",
    r"(?:how many|number of|count) ((?:\w+ )?)(?:footprints|outlines|polygons)": r"how many \1objects",
    r"^(?:i|we)(?:'ve| have| am| are|'m|'re)? (?:got )?(?:really |honestly |afraid )*(?:no (?:idea|clue|expert)|not (?:an? )?(?:expert|specialist|sure|good|technical|familiar)|new to|know (?:nothing|little)|don't (?:know|understand)|do not (?:know|understand))(?!\w)[^,;.?!§\d]*[,;]? (?:but|so|and)? ?(?=how|which|what|where|can|could|please|is|are|show|list)": " ",
    r"^[\w ]+ (?:want|need|ask for|demand|like|love)s? (?:a |the |some |to know the )?(?:numbers?|figures?|stats|facts|answers?) ?(?:,|:|-) ?(?=how|which|what|where)": " ",
    r"(?:the |a )?(?:figure|number|total|count)$": "count",
    r"how (?:numerous|plentiful) (?:are|is|were|was)": "how many",
    r"(?:on |in )?how (?:many|much) (?:occasions?|cases?|instances?|places?|times)(?: (?:was|were|has|have|had|did|is|are|where|in which|that|which|there|been))*": "how many",
    r"how often (?:was|were|has|have|had|did|is|are)(?: been| there| we| you| they)*": "how many",
    r"how many times (?:was|were|has|have|had|did|is|are)": "how many",
    r"how (?:high|large|big|great) (?:is|was) (?:the )?(?:number|count|tally|total number|quantity|figure)(?: of| for)?": "how many",
    r"how much (?=(?:\w+ )?(?:houses|homes|buildings|dwellings|structures|roads|streets|tracks|paths|lanes|changes|objects|things|detections|features|properties|residences|huts)(?!\w))": "how many ",
    r"(?:a |the )?(?:head ?count|body count|running total|grand total|tally|total count|total number|overall number|overall count|sheer number|exact number|exact count|total tally|raw number|raw count|final count|final tally|bare number|overall figure|headline figure)(?: of| for)": "the number of",
    r"(?:what|which) (?:number|quantity|quantum|volume|count|amount) of(?= (?:\w+ ){0,2}(?:houses|homes|buildings|dwellings|structures|roads|streets|changes|objects))": "how many",
    r"what(?:'s| is) (?:the |our )?(?:count|tally|number|headcount)(?: of| for| on| like for)": "how many",
    r"(?:add|sum|total|tot) up (?:the )?(?:number|count) of": "how many",
    r"tot up(?= (?:the |all )*(?:new|removed|\w+ed)? ?(?:houses|homes|buildings|roads|changes|objects))": "count",
    r"(?:put|place|attach) a (?:number|figure) (?:on|to) (?:the |all )?(?=(?:\w+ ){0,2}(?:houses|homes|buildings|roads|streets|changes))": "count ",
    r"(?:put|place|attach) a (?:number|figure) (?:on|to) (?:it|this|that) ?:?": " ",
    r"tally(?: up)?|tot up|reckon up|count up|tell off|number crunch": "count",
}
_SHOWING = {
    r"(?:^|(?<=please )|(?<=you )|(?<=to )|(?<=am )|(?<=i'm ))(?:identify|search(?:ing)?(?: for)?|look(?:ing)? for|seek(?:ing)?(?: out)?|hunt(?: for| down)?|track down|retrieve|fetch|grab|return)(?= (?:me |us )?(?:the|all|any|every|each|only|those|new|removed|demolished|houses|buildings|roads))": "show",
    r"(?:^|(?<=please )|(?<=you )|(?<=and ))(?:bring|pull|call|throw|flash|load|open|dig|fish|look) (?:me )?(?:up|out)(?= )": "show",
    r"(?:drawn|shown|displayed|plotted|highlighted|marked|visible|printed|rendered)(?: up)? on (?:the |my |a |our )?(?:map|screen|canvas)": " ",
    r"(?:put|throw|bring|get|have|place|project|paint|draw|stick|pop|display|show|plot)(?: me| us)? (?=(?:the |all |any |every |each |only |those |these |them |just ).*(?:on|onto|to|up on|in) (?:the |my |our |a |this )?(?:screen|map|display|canvas|view|map window|map view|map canvas)(?!\w))": "show ",
    r"(?:up )?(?:on|onto|in) (?:the |my |our |a |this )?(?:screen|display|canvas|monitor|map window|map view|map canvas|main map)": " ",
    r"^map(?: out)?(?: me| us)?(?=:? )(?! of)": "show",
    r"(?:^|(?<=and )|(?<=please ))map(?: out)?(?= (?:the|all|every|each|only|any|new|removed|those|these|them|where))": "show",
    r"(?:single out|pick out|tick|spotlight|light up|pinpoint|point me to|point me at|direct me to|lead me to|guide me to|indicate|reveal|expose|visuali[sz]e|bring to view|make visible|zero in on|home in on|focus on|cent(?:re|er) on|fly to|jump to|move to|navigate to|get me to|call out|trace|paint|put a (?:box|marker|pin|ring|circle) (?:on|around|round))(?: me| us| for me| for us)?(?= |$)": "show",
    r"(?:i|we)(?:'d| would)? (?:like|love|want|wish|need|prefer) (?:to )?(?:have |take |get |be shown |see )*(?:a )?(?:look at|glimpse of|view of|glance at|peek at|sight of)": "show",
    r"(?:let|have|take|lemme|get|give)(?: me| us)? (?:have |take |see |get )?(?:a )?(?:quick |good |closer |short )?(?:look at|glimpse of|view of|glance at|peek at|sight of)": "show",
    r"(?:let me|let us|lemme|let's) (?:see|view|look at|inspect|have)": "show",
    r"(?:i|we)(?:'d| would)? (?:like|love|want|wish|need|prefer) (?:to )?(?:see|view|inspect|look at)": "show",
    r"(?:draw|bring|turn|call) (?:my |our )?attention to": "show",
    r"(?:are|is) (?:of interest|what i (?:want|need|am after|'m after))": " ",
}
_TELLING = {
    r"(?:write|type|note|jot|sketch|draft)(?: me| us)?(?: up| out| down)?(?: for me| for us)? (?:a |an |some )?(?:few |short |brief )*(?:lines|words|sentences|paragraphs?|text|prose|summary|narrative|note|notes|report|account|description|overview)(?: (?:on|about|of|for|describing|covering))?": "describe",
    r"(?:write|type) up(?! to (?:a )?file)": "describe",
    r"(?:give|tell|provide|offer|write|prepare|draft|supply|get|want|need|have|like|read)?(?: me| us| out)* ?(?:a |an |the |some |me |us )*(?:short |brief |quick |concise |plain |written |verbal |textual |narrative |general |overall |one-line |two-line |compact |full |detailed |nice |little |rough )*(?:narratives?|storyline|story|accounts?|synopsis|digest|abstract|pr[eé]cis|executive summary|elevator pitch|tl;?dr|bird's[- ]eye view|status report|situation report|sitrep|low[- ]?down|debrief|briefing|bullet points?|characteri[sz]ation|depiction|portrait|portrayal|commentary|walk-?through|run-?through|outline|sense|feel|impression|idea|word picture|explanation|snapshot|rundown|recap|overview|big picture|wrap-?up|round-?up|verbal description|low down|resume|résumé)(?: of| on| about| for| regarding| concerning| covering| as to)(?= |$)": "describe",
    r"(?:put|describe|express|say|state|sum up|summari[sz]e|explain|tell)? ?(?:it |this |that )?(?:in|into|using) (?:plain |simple |everyday |layman's |ordinary |a few |few |a couple of |your own |normal |short |2 |3 |some |brief )*(?:words|english|language|terms|text|prose|sentences)(?:,? please)?(?= what| how| the| ·|:)": "describe",
    r"(?:in|into|using) (?:plain |simple |everyday |layman's |ordinary |a few |few |a couple of |your own |normal |short |2 |3 |some |brief )*(?:words|english|language|terms|text|prose|sentences)": "describe",
    r"(?:run|take|talk|walk|guide|lead|bring) (?:me|us) (?:through|over|around)(?: (?:the|all))?(?= |$)": "describe",
    r"(?:bring|get|keep) (?:me|us) (?:up to (?:speed|date)|informed|posted)(?: on| about| with| regarding)?|update (?:me|us)(?: on| about| with)?|fill (?:me|us) in(?: on| about)?|clue (?:me|us) in(?: on| about)?|put (?:me|us) in the picture(?: about| on| regarding)?|enlighten (?:me|us)(?: on| about| as to)?|give (?:me|us) the (?:lowdown|low-down|news|scoop|skinny)(?: on| about| from)?": "describe",
    r"(?:portray|depict|narrate|recount|relate|paraphrase|verbali[sz]e|put (?:in)?to words|paint (?:me )?a picture of|elaborate on|comment on|detail|illustrate)(?= |$)": "describe",
    r"(?:what|which) (?:has |have )?(?:become|became|happened|occurred|took place|been done|was done|been going on|went on|goes on|gone on|transpired|come to pass|been happening)(?: (?:of|to|with))?(?= )": "describe what happened",
    r"what (?:can (?:be|you) (?:said|say|tell)(?: me| us)?|is there to (?:say|know|report|see)|do (?:we|you) (?:know|see|have|find)|did you (?:see|find|notice|spot)|should (?:i|we) know)(?: about| of| for)?(?= |$)": "describe",
    r"how (?:has|have|did) (?=(?:the |this |our )*(?:north|south|east|west|cent|middle|top|bottom|upper|lower|left|right|area|region|site|map|scene|place|town|city|village))(.*?)(?: been)? (?:changed?|developed?|evolved?|altered?|transformed?|look(?:ed)? different)(?: over time| since then)?$": r"describe \1",
    r"what(?:'s| is| are) (?:different|not the same|changed)(?: about| with)?(?= |$)": "describe",
}
_MEASURING = {
    r"(?:laid |put |placed |lined up |set |strung |joined )?(?:end[ -]to[ -]end|in (?:one|a single|1) line|one after (?:the other|another)|back to back)": " total length ",
    r"how far (?:would|will|do|does|could|did) (?:they|it|these|those|that|all of (?:them|it)|(?:the |all )*(?:new |removed )?(?:roads|streets))(?: all| together)* (?:reach|stretch|extend|go|run|get|span)": "total length",
    r"(?:swallow(?:s|ed|ing)?|eat(?:s|en|ing)?(?: up| away)?|ate(?: up)?|gobbl(?:e|es|ed|ing)(?: up)?|consum(?:e|es|ed|ing)|devour(?:s|ed|ing)?|us(?:e|es|ed|ing) up|tak(?:e|es|en|ing) up|took up|claim(?:s|ed|ing)?|absorb(?:s|ed|ing)?|seal(?:s|ed|ing)|occup(?:y|ies|ied|ying)|cover(?:s|ed|ing)?|fill(?:s|ed|ing)?)(?: by| with| off| over| up)?(?= |$)": "cover",
    r"(?:tak(?:e|es|ing) up|took up|cover(?:s|ing)?|occup(?:y|ies|ying)|us(?:e|es|ing)) (?:the )?(?:most|largest|biggest|greatest|maximum)(?: amount of)? (?:ground|land|space|area|room|surface|territory|terrain)": "is the largest",
    r"(?:tak(?:e|es|ing) up|took up|cover(?:s|ing)?|occup(?:y|ies|ying)|us(?:e|es|ing)) (?:the )?(?:least|smallest)(?: amount of)? (?:ground|land|space|area|room|surface|territory|terrain)": "is the smallest",
    r"how much (?=(?:new |removed |lost |altered |demolished |vanished |added |built |additional )*(?:floor ?space|footprint|square footage|acreage|square metreage|hectarage))": "how much area ",
    r"(?:floor ?space|square footage|square metreage|hectarage|acreage|ground cover(?:age)?|land take|land coverage|built surface|built-over area|sealed area|plan area|surface area|ground surface|land surface|floor area|base area|areal extent|footprint area|footprint size|land area|ground area|ground space|plot coverage|coverage|spatial extent)(?!\w)": "area",
    r"(?:areas|sizes|footprints|surfaces) (?:added|summed|totalled|totaled|put) (?:up|together)": "total area",
    r"(?:what|how much) (?:do|does|did|would|will) (.*?) (?:add up|amount|come|sum|total|tot up|run)(?: up)?(?: to)? in (?:terms of )?(area|length)$": r"total \2 of \1",
    r"(?:do|does|did) (?:they|these|those|it|that|all of (?:these|them)) (?:all )?(?:come to|amount to|add up to|sum to|total|make up|sum up to|run to|make)(?!\w)": " ",
    r"(?:summed|aggregated|accumulated|collective|aggregate|cumulated|joint|gross) (?=(?:area|length|footprint|size|surface))": "total ",
    r"(?:mileage|road mileage|kilometrage)(?= of| for| \w+)": "length",
    r"(?:in |on )?(?:the )?(?:average|mean)(?: case)?,? how (big|large|long|small|short)": r"average how \1",
    r"how (big|large|long|small|short) (?:is|are|was|were) (?:the|a|an|1) (?:average|mean|normal|usual|ordinary) ": r"average how \1 is a ",
    r"how (big|large|long|small|short) (?:is|are|was|were) (?:the|a|an|1) (?:typical|median) ": r"median how \1 is a ",
    r"how (?:certain|confident|sure|reliable|trustworthy|convinced|positive)(?: on average,?)? (?:is|are|was|were) (?:the |your |this |our )*(?:model|system|software|detector|network|program|programme|ai|tool|algorithm|machine|classifier|computer|app|plugin|engine)(?:,? on average,?)?(?: (?:of|about|in|with|for|on|regarding|when it comes to))?": "mean score of",
    r"how (?:certain|confident|sure|convinced|positive) (?:are|were|is) (?:we|you|they|it)(?:,? on average,?)?(?: (?:of|about|in|with|for|on|regarding|when it comes to))": "mean score of",
    r"how (?:certain|confident|sure) (?:is|are|was|were) (?:the |your |this )*(?:model|system|software|detector|network|ai|tool|algorithm)": "mean score",
    r"how (?:trustworthy|reliable|believable|dependable|credible|certain|sure) (?:is|are|was|were) (?=(?:the |our )*(?:new|removed|\w+ed|building|house|road|change|detection))": "mean score of ",
    r"(?:just|only|simply) (?:the |an |a )?(?:mean|average)(?: value| figure| number| score)?(?:,? please)?$": " on average",
    r"(?:model |detection |detector |ai |prediction |classification |classifier )(?=(?:score|confidence|certainty|probability))": "",
    r"(?:degree|level|levels|rate) of (?=(?:confidence|certainty))": "",
    r"(?<=confidence )(?:level|levels|value|values|rating|ratings|score|scores|figure|figures)(?!\w)|(?<=certainty )(?:level|levels|value|values|rating|ratings|score|scores|figure)(?!\w)|(?<=probability )(?:value|values|score|scores)(?!\w)": "",
    r"(?:likelihoods?|reliability|trustworthiness|sureness|certitude|assurance|detection quality)(?!\w)": "score",
    r"(?:has |have |had |was |were |did |is |are )*scor(?:ed|es|ing|e) (?:the )?(highest|lowest|best|worst)": r"with the \1 score",
    r"(?:are|is|was|were) (?:we|you|the model|the system|the software|the ai|the tool) (least|most) (?:sure|certain|confident)(?: (?:of|about|in))?": r"are \1 certain",
    r"(?:we|you|the model|the system|the software|the ai|the tool) (?:are|is|was|were) (least|most) (?:sure|certain|confident)(?: (?:of|about|in))?": r"\1 certain",
}
_CHANGING = {
    r"(?:swept|wiped|blown|erased|taken|scrubbed) off (?:the )?(?:map|face of the earth)": "removed",
    r"(?P<what>loss|lost|losing|loses|demolished|removed|destroyed|vanished|disappeared)(?P<between>(?: \w+){0,3}) built(?:-up| up)? (?=area|land|ground|surface|space)": r"\g<what>\g<between> building ",
    rf"{_BE}(?:washed|swept|carried|blown|eaten|flushed|hauled|carted|chipped|scraped|taken) (?:away|off)(?! the)|{_BE}(?:burn(?:t|ed)|fell|fallen|falling|cut|blown|caved|come|came|shot|broken|torn|pulled|knocked|taken|brought|ripped|stripped|chopped|struck|struck) (?:to the ground|down|in|apart|to pieces|into ruin)(?= |$)(?<! in)": " removed ",
    rf"{_BE}(?:caved in|wiped (?:out|off)(?: the map)?|blown up|done away with|got(?:ten)? rid of|gotten rid of|razed to the ground|levelled to the ground|leveled to the ground|laid low|laid waste|reduced to rubble|put out of existence|dug up|dug out|torn out|ripped out|ripped up|torn up|taken out|taken up|written off|phased out|dropped out|died out|bulldozed away|cut away|cleared away|cleared out|gone to ruin|fallen to ruin)(?= |$|[?,.])": " removed ",
    r"(?:do|does|did|is|are|was|were|has|have) (?:not|n't) (?:exist(?:ing)?|stand(?:ing)?|stood|survive|survived|survived|remain|remained|remaining|there|visible|present|around|here|left|last)(?: (?:any ?more|any longer|now))|(?:isn't|aren't|wasn't|weren't|don't|doesn't|didn't|not) (?:exist(?:ing)?|stand(?:ing)?|survive|remain(?:ing)?|there|visible|present|around|here|to be (?:seen|found))(?: (?:any ?more|any longer|now))": " removed ",
    r"(?:did not|didn't|do not|don't|could not|couldn't|have not|haven't|has not|hasn't) (?:survived?|make it|made it|last|lasted)(?! in)(?: into)?(?= |$)": " removed ",
    r"(?:is|are|was|were) (?:only )?(?:in|on|visible in|present in|to be seen in) (?:the )?(?:first|earlier|old|older|before|previous) (?:image|picture|photo|date|raster)(?: only)? (?:but|and) (?:not|no longer|missing|gone) (?:in|from|on) (?:the )?(?:second|later|new|newer|after|latest) (?:1|one|image|picture|photo|date|raster)?": " removed ",
    r"(?:is|are|was|were) (?:only )?(?:in|on|visible in|present in|to be seen in) (?:the )?(?:second|later|new|newer|after|latest) (?:image|picture|photo|date|raster)(?: only)? (?:but|and) not (?:in|on) (?:the )?(?:first|earlier|old|older|before|previous) (?:1|one|image|picture|photo|date|raster)?": " new ",
    r"(?:have|has|had)(?: been)?(?: newly| recently)? (?:come|sprung|arrived|come about|come along|come in|come to be|come into (?:being|existence))(?: up| in)?(?= |$)(?! down| to| from| out)": " appeared ",
    rf"{_BE}(?:com(?:e|es|ing)|came) (?:into (?:being|existence)|about|along|to be|to life)": " appeared ",
    r"newly (?:came|come|coming|arrived|made|created|built|constructed|erected|added|appeared|put up|laid|raised|paved|opened|established|completed|finished|developed|sprung up)": " new ",
    rf"{_BE}(?:put|laid|thrown|built|set|cut|brought|carved|slotted|fitted|added|moved) (?:in|into) (?:place|position|existence|being)": " appeared ",
    rf"{_BE}(?:laid|put|set) (?:down|out|up)(?= (?:in|on|within|inside|near|beyond|north|south|east|west|since|by|at)|$)": " appeared ",
    r"(?:has|have|had|did|does|do|is|are|was|were) (?:anyone|anybody|someone|somebody|people|developers?) (?:been )?(?:put(?:ting)? up|build(?:ing)?|built|erect(?:ed|ing)?|construct(?:ed|ing)?|rais(?:e|ed|ing)|add(?:ed|ing)?|set(?:ting)? up|lay|laid|laying)(?= )": "are there new ",
    r"(?:has|have|had|did|does|do|is|are|was|were) (?:anyone|anybody|someone|somebody|people|developers?) (?:been )?(?:tear(?:ing)? down|torn down|tore down|demolish(?:ed|ing)?|remov(?:e|ed|ing)|raz(?:e|ed|ing)|knock(?:ed|ing)? down|pull(?:ed|ing)? down|tak(?:e|en|ing) down)(?= )": "are there removed ",
    r"(?:have|has|had) (?:undergone|seen|experienced|had|received|got|gotten|been given) (?:some |a |any |an )?(?:changes?|alterations?|modifications?|makeovers?|renovations?|conversions?|rebuilds?|facelifts?|remodell?ing|upgrades?|reworks?|extensions?)": " altered ",
    r"(?:underwent|undergoing|undergo|saw|got|received|had) (?:some |a |any |an )?(?:changes|alterations?|modifications?|makeovers?|renovations?|conversions?|rebuilds?|facelifts?|remodell?ing|upgrades?|reworks?|extensions?)": " altered ",
    r"(?:look|looks|looking|became|become|turned|now) (?:any )?different(?! about)": " altered ",
    r"(building|house|home|road|street|structure|track)s?[- ](?:demolition|removal|teardown|tear-down|loss|clearance|disappearance|destruction)(?:e?s)?": r" removed \1s ",
}
_PLACING = {
    r"(?:spread|distributed|scattered|dispersed|strewn|dotted|sprinkled|laid out)(?: out)? (?:over|across|around|throughout|within|about|on|in) (?:the |my |our |this )?(?:whole |entire )?(?:map|area|image|scene|region|site|grid|cells|place)": "by place",
    r"used to (?=(?:be|stand|exist|cover|occupy|lie|sit|take|have))": " ",
    r"(?:bottom|lower)[ -](?:middle|cent(?:re|er)|mid)(?! of)": "bottom",
    r"(?:top|upper)[ -](?:middle|cent(?:re|er)|mid)(?! of)": "top",
    r"(?:middle|cent(?:re|er)|mid)[ -](?:bottom|lower|low)(?! of)": "bottom",
    r"(?:middle|cent(?:re|er)|mid)[ -](?:top|upper)(?! of)": "top",
    r"(?:left[ -](?:middle|cent(?:re|er)|mid)|(?:middle|cent(?:re|er)|mid)[ -]left)(?! of)": "left part",
    r"(?:right[ -](?:middle|cent(?:re|er)|mid)|(?:middle|cent(?:re|er)|mid)[ -]right)(?! of)": "right part",
    r"(?:middle|cent(?:re|er))[ -](?:middle|cent(?:re|er))": "centre",
    r"(?:at|on|along|to) (north|south|east|west)(?:ern)? (?:side|bank|shore)s? of(?= (?:the |a |any |our )?(?:§|\w+ roads?|\w+ buildings?))": r"\1 of",
    r"(?:in|within|inside|from|on|of|across|over|throughout) (?:the |my |our |this |its )?(?:whole |entire |full |complete )?(?:study|project|survey|test|target|mapped|map|work|working|investigation|analysis|imaged|covered|observed|monitored|interest) ?(?:area|region|zone|site|extent|perimeter|window|frame)(?: of interest)?": " ",
    r"in the (?:new|newer|later|latest|second|recent|current|after|newest|most recent|updated) (?:picture|image|photo|raster|map|scene|shot|survey|imagery)(?:,)?": " ",
    r"(?:in|on|from) (?:the )?(?:first|old|older|earlier|before|previous|second|later|after) (?:and|to) (?:the )?(?:second|later|newer|after|new|latest) (?:picture|image|photo|raster|date|scene|shot|survey)": " ",
    r"quadrants?(?!\w)": "corner",
    r"(?:the )?(?:city|town|village) (?:cent(?:re|er)|core|middle)": "the centre",
    r"(?:the )?(?:very )?(?:heart|core|middle portion|central bit) of (?:the )?(?:map|area|image|scene|region|picture|site|aoi|town|city|village)": "the centre",
    r"(?:in |on |at )?which (?:zone|cell|part|sector|bit|piece|portion|section|corner|area|spot|region|quarter)s? (?:of|in|on) (?:the |our |my )?(?:image|map|area|scene|picture|grid|region|site|raster|aoi|3x3 grid)(?! (?:has|have|had|saw|with|contains?|holds?|got|shows?|is|are|was|were) (?:the )?(?:most|fewest|least|largest|highest|lowest|smallest|greatest|densest))(?! .*(?:most|fewest|least|highest|lowest))": "where",
    r"(cell|part|sector|corner)s? of (?:the |our )?(?:3 ?[x×] ?3 )?grid": r"\1",
    r"whereabouts|in (?:which|what) (?:places?|spots?|locations?|positions?)|at (?:which|what) (?:places?|spots?|locations?|positions?)|what(?:'s| is| are) the (?:locations?|whereabouts|positions?) of|(?:the )?(?:locations?|whereabouts|positions?) of(?= )|what locations?": "where",
}
_BESIDE = {
    r"(?:roads|streets|tracks) aside": "excluding roads",
    r"(?:buildings|houses|homes) aside": "excluding buildings",
    r"(?:leaving|setting|putting|with) (?:the )?(roads|streets|buildings|houses) (?:aside|out|off|excluded|left out)": r"excluding \1",
    r"(?:do not|don't|not) (?:show|include|list|count|want|need|give|take|consider|mention)(?: me| us)?(?: the| any)? (roads|streets|buildings|houses)(?= |$)": r"excluding \1",
    r"(?:stuff|things?|objects?|items?|features?|detections?|everything|anything|changes?|those|ones|all|finds?|patches) (?:that|which) (?:is|are|was|were)(?:n't| not)(?: an?| any)? (building|house|road|street)s?": r"changes except \1s",
    r"(?:is|are|was|were)(?:n't| not) an? (building|house|road|street)(?!\w)": r"except \1s",
    r"(?:on|in|inside|within|at) (?:no|none of(?: the| our| my)?|neither of(?: the| our)?)(?: single| such)? (§l\d+)(?: at all| whatsoever)?": r"outside \1",
    r"(?:in|inside|within|on) (?:any|one|either|some)(?: one)?(?: of)?(?: the| our| my)? (§l\d+)": r"inside \1",
    r"outside(?: of)? (?:any|each|every|either|all)(?: one| single)?(?: of)?(?: the| our| my)? (§l\d+)": r"outside \1",
}
_REVIEWING = {
    r"confirmed,? (?:(?:and|or) )?rejected,? (?:and|or) (?:left |marked |as )?unsure|(?:which|what) verdicts?(?: (?:did|do|have|has|were|was|are|is))*(?= )": "by review",
    r"(?:how many )?(?:appeared|are new|new),? (?:(?:and|or) )?(?:disappeared|gone|removed),? and (?:were |are |got )?(?:changed|altered|modified)(?! (?:roads|houses|buildings))": "by action",
    r"(?:did|do|have|has) (?:the |our |any |your )?(?:analysts?|reviewers?|team|colleagues?|experts?|operators?|inspectors?|people|users?|we|i|they|you|anyone|somebody|someone) (?:already )?(?:reject|rejected|throw out|thrown out|dismiss|dismissed|discard|discarded)": "rejected",
    r"(?:did|do|have|has) (?:the |our |any |your )?(?:analysts?|reviewers?|team|colleagues?|experts?|operators?|inspectors?|people|users?|we|i|they|you|anyone|somebody|someone) (?:already )?(?:confirm|confirmed|approve|approved|accept|accepted|sign off|signed off)": "confirmed",
    r"(?:(?:do|does|will|must|should) )?(?:we|i|you|they|the (?:team|reviewers?|analysts?))(?: still| yet)* (?:have|need|got|has|ought) (?:yet |still |got )?to (?:review|check|look at|judge|verify|inspect|validate|assess|go through|examine)": "unreviewed",
    r"(?<=confirmed )(?:by|from) (?:a |the |an |our |any |some )?(?:human|person|reviewer|analyst|expert|colleague|inspector|team|operator|people|hand|user|someone|somebody|anyone)s?|(?<=rejected )(?:by|from) (?:a |the |an |our |any |some )?(?:human|person|reviewer|analyst|expert|colleague|inspector|team|operator|people|hand|user|someone|somebody|anyone)s?": " ",
    rf"(?:that |which |where )?{_NOBODY}(?: ever| yet| so far)?(?: (?:has|have|had|'s|did))?(?: ever| yet| so far)? {_CHECKED}(?: (?:yet|so far|until now|to date|up to now))*": "unreviewed",
    rf"(?:has|have|had|is|are|was|were)(?:n't| not| never)(?: yet| ever| so far)?(?: been)? {_CHECKED}(?: (?:yet|so far|until now|to date|up to now|at all|by (?:anyone|anybody|a human|a person|a reviewer|reviewers|us|any reviewer|any human)))*(?= |$)": "unreviewed",
    rf"(?:that |which )?(?:has |have |are |is )?(?:still |yet )*(?:yet )?(?:to be|to get|needs? to be|must be|should be|has to be|have to be|need(?:s)?|await(?:s|ing)?|waiting (?:to be|for)|due to be) (?:{_CHECKED}|a check|checking|reviewing|review|an? (?:review|verdict|decision|inspection|assessment|opinion|judge?ment)|their review|verdict|inspection|judge?ment)(?! (?:confirmed|rejected))": "unreviewed",
    r"(?:have|has|with|having|got|carr(?:y|ies|ying)|bear(?:s|ing)?)? ?(?:no|without(?: an?| any)?|lack(?:s|ing)?(?: an?| any)?|missing(?: a)?) (?:human |reviewer |reviewer's |review |manual )?(?:verdict|review|judge?ment|decision|assessment|opinion|inspection|rating|tick|status)s?(?: yet| so far| at all)*(?= |$)": "unreviewed",
    r"(?:the |our |any |a )?(?:reviewers?|analysts?|team|colleagues?|experts?|humans?|operators?|inspectors?|somebody|someone|anybody|anyone|person|people|users?|we|i|they|you)(?:'ve| have| has| had)?(?: already| so far)? (confirmed|rejected|approved|accepted|verified|validated|dismissed|discarded)(?: so far| already)?": r"\1",
    r"(?:have|has|had|was|were|been|is|are)? ?(?:already |so far )?(?:ruled out|turned down|struck out|struck off|crossed out|crossed off|thrown away|weeded out|vetoed|disapproved|declined|written off|called false|marked (?:as )?(?:false|wrong|incorrect|bad)|judged (?:as )?(?:false|wrong|incorrect)|deemed (?:false|wrong|incorrect)|found (?:to be )?(?:false|wrong)|not accepted|not approved|knocked back|binned)(?= |$)(?: by (?:reviewers?|us|the (?:reviewers?|team|analysts?)|a human|anyone))?": " rejected ",
    r"(?:have|has|had|was|were|been|is|are)? ?(?:already |so far )?(?:signed off|okayed|ok'd|ok'ed|endorsed|authenticated|ratified|ticked off|given the (?:ok|okay|nod|green light|all clear|thumbs up)|got the (?:ok|okay|nod)|greenlit|corroborated|marked (?:as )?(?:true|right|correct|good|ok|okay|real|valid)|judged (?:as )?(?:true|right|correct|real)|deemed (?:true|right|correct|real)|found (?:to be )?(?:true|right|correct|real)|passed review|agreed (?:on|to|with))(?= |$)(?: by (?:reviewers?|us|the (?:reviewers?|team|analysts?)|a human|anyone))?": " confirmed ",
    r"(?:by |according to |per )?(?:the )?(?:review(?:er)?(?:'s|s')? (?:verdicts?|status(?:es)?|states?|results?|outcomes?|decisions?)|verdicts?(?: of review| given| status| category)?|human verdicts?|review outcomes?|review flags?)(?=(?:,? please)?$)": "by review",
    r"counted (?:by|per)": "number by",
}
_TURNING = {
    r"(?:that |which |who )?measur(?:e|es|ing|ed)(?= (?:no |not |at |up to |over|under|more|less|between|above|below|\d))(?: (?=\d))?": "with ",
    r"(?:biggest|largest|hugest|mightiest|bulkiest|roomiest)(?! length)": "largest",
    r"(?:lengthiest|furthest-reaching|longest-running)": "longest",
    r"(?:smallest|shortest|least|minimum|minimal|lowest|tiniest)(?: possible)? distance (?:to|from|with|of|between)(?: it and)?": "nearest to",
    r"(?:with|having|has|have) the nearest to": "nearest to",
    r"(?:is|are|was|were|gets|got|get)(?: the)? (?:busiest|fullest|liveliest|most active|most populated|most affected|most changed|most built|most eventful|worst affected|worst hit|hardest hit|in the lead|on top|in first place|number 1|ahead)(?: (?:with|for|by|in terms of|of|when it comes to))?(?= |$)": " has the most ",
    r"(?:leads|tops the (?:list|table|ranking)|ranks (?:first|highest|top)|comes (?:first|out on top|top)|came (?:first|out on top|top)|stands out|wins|scored the most|takes the lead|bears the brunt|bore the brunt)(?: (?:with|for|by|in terms of|of|in|when it comes to))?(?= |$)": " has the most ",
    r"(?:is|are|was|were)(?: the)? (?:quietest|emptiest|calmest|least active|least affected|least hit|least changed|least populated|least built|least touched|ranks last|comes last|came last|in last place|at the bottom of the (?:list|table|ranking))(?: (?:with|for|by|in terms of|of|when it comes to))?(?= |$)": " has the fewest ",
    r"as many (.*?) as possible": r"densest \1",
    r"(?:a |in |the )*(?:walking distance|easy reach|walking range|cycling distance|driving distance|earshot|reach|striking distance|commuting distance|hearing distance|the vicinity|vicinity|the neighbou?rhood|proximity|range|radius|buffer)(?:,? \(?(?:i\.?e\.?,?|say|that is|that's|meaning|so|defined as|taken as|which is|e\.?g\.?|about|let's say|of|=|:))+,? ?(\d+(?:\.\d+)? ?(?:m|km|metres?|meters?|kilometres?|kilometers?|miles?|feet|ft|yards?))\)?,? (?=of|from|to|around)": r"\1 ",
    r"(class|action|review|place|verdict)(?: status)? (?:split|breakdown|distribution|mix|composition|statistics|stats|tally|counts|totals|histogram|shares?)(?: (?:of|for|among))?": r"by \1 ",
    r"(?:split|breakdown|distribution|mix|composition|statistics|histogram) (?:of|for|among) (.*) by (class|action|review|place)$": r"\1 by \2",
    r",? (?:and )?(?:over|on|covering|with|across|taking up|spanning|occupying|of) (?:what|which|how much|how large an?|how big an?) (?:total |overall |combined )?(area|surface|ground|space|land)(?: in (?:total|all))?$": " and how much area",
    r",? (?:and )?(?:over|on|covering|with|across|spanning|of) (?:what|which|how much|how great a) (?:total |overall |combined )?lengths?(?: in (?:total|all))?$": " and how long",
    r"(?:logging|forestry|timber|hauling|haul|skid|farm|field|gravel|dirt|earth|unpaved) (?=(?:tracks?|trails?|lanes?|paths?)(?!\w))": "",
    r"(?:open|opened|opening) up": " appeared ",
    r"(?:stack|measure|line|hold|match|shape|square|pair|tie|weigh) up (?:against|to|with)|(?:set|put|place|lay|hold|lined?|weighed?|run|check|verify|test|control|validate|match|measure|bounce)(?: (?:it|them|this|that))? (?:side by side with|against|alongside|up against|off against)|side by side with|in comparison (?:to|with)|relative to|as opposed to|differ(?:s|ing)?(?: at all)? from|deviate(?:s)? from|match(?:es|ed|ing)?(?: up)? (?:to|with|against)|correspond(?:s)? (?:to|with)|agree(?:s)? with|tall(?:y|ies) with|square(?:s)? with|reconcile(?:d)? with|fit(?:s)? with|overlay(?: on| with| over)?(?=.*§)": "compared with",
    r"(?:give|take|allow(?:ing)?|permit(?:ting)?|accept(?:ing)?|assum(?:e|ing)|tolerat(?:e|ing)|grant(?:ing)?|with|using|within|and|at)(?: for)?(?: a| an| up to| the)* (\d+(?:\.\d+)? ?(?:m|metres?|meters?|cm))(?: of)? (?:slack|leeway|offset|play|wiggle room|shift|displacement|margin|error|deviation|difference|uncertainty|inaccuracy|misalignment|mismatch|buffer|grace|room|discrepancy|positional error|clearance)(?! (?:of|around|from))": r"with a tolerance of \1",
    r"(?:slack|leeway|offset|margin|positional error|snapping distance|search distance|matching distance)(?: of| is| ?:| ?=)? (\d+(?:\.\d+)? ?(?:m|metres?|meters?)(?!\w))": r"with a tolerance of \1",
    rf"(?:most|more|absolute) (?P<size>{'|'.join(_SIZES)})(?!\w)": r"superlative-\g<size>",
    rf"(§l\d+|cells?|corners?|parts?|sides?|class|kind|type|category|action|verdict)(?: that| which)? (?!(?:has|had|have|with|is|are|was|were|and|or|in|of|by|for|from|to|than|at|on|per|as|not|no|only|{_DONE})\b)\w+ (?=(?:the )?(?:most|fewest|greatest|highest|largest|least|lowest|biggest|smallest)(?!\w))": r"\1 has ",
    r",? which (?:is|are|was|were)(?: (?:it|they|that|those|these))?$": " ",
    r"bottom (\d+) (?:by|according to|in terms of|in|on) (?:the |their )?(?:area|size|footprint)": r"\1 smallest",
    r"bottom (\d+) (?:by|according to|in terms of|in|on) (?:the |their )?(?:score|confidence|certainty)": r"\1 lowest score",
    r"bottom (\d+) (?:by|according to|in terms of|in|on) (?:the |their )?length": r"\1 shortest",
    r"top one": "top 1",
    r"(?:missing|absent|lacking) (?:from |in |on )?(?:there|it|that layer|this layer)": "not in it",
    r"(?:as|in terms of|with|using) (?=(?:area|length)(?: instead|$))": "by ",
    r"(?:instead of|rather than|not) (?:by |the |as |in )*(?:numbers?|counts?|counting)": " ",
    r"(?:drop|leave out|leaving out|without|exclude|excluding|remove|removing|hide|hiding|ignore|ignoring|skip|skipping|discard|forget|throw out|throw away|kick out|filter out|cut out|weed out|omit|omitting|lose|get rid of|dismiss)(?: the| all| any)*(?: everything| anything| those| ones| buildings| houses| roads| objects| changes)?(?: (?:that|which)(?: is| are)?)? (?:below|under|smaller than|less than|shorter than|up to) (?=\d)": "at least ",
    r"(?:drop|leave out|leaving out|without|exclude|excluding|remove|removing|hide|hiding|ignore|ignoring|skip|skipping|discard|forget|throw out|throw away|kick out|filter out|cut out|weed out|omit|omitting|lose|get rid of|dismiss)(?: the| all| any)*(?: everything| anything| those| ones| buildings| houses| roads| objects| changes)?(?: (?:that|which)(?: is| are)?)? (?:above|over|larger than|bigger than|more than|longer than|greater than|beyond) (?=\d)": "at most ",
    r"(?:road|street|track|path|trail|lane)s? (?:stretch|segment|section|piece|part|line|link|bit|portion|lengths)(?:e?s)?(?= )(?! (?:of|per))|(?:stretch|segment|section|piece|bit)(?:e?s)? of (?:the )?(?:roads?|streets?|tracks?)": "roads",
    r"(?:access|service|feeder|motor|vehicle|vehicular|link) (?=(?:roads?|streets?|tracks?|lanes?)(?!\w))": "",
    r"(?:housing|dwelling|residential|building|living) (?:units?|blocks?|houses)|units of housing|built structures?|building structures?|man-made structures?|house buildings?|building objects?|residential buildings?|bits? of housing": "buildings",
    r"on an? (?:per[- ]year|yearly|annual|year[- ]by[- ]year|per[- ]annum) basis,?|per[- ]year basis,?|year (?:on|by|after|over) year|each and every year|every single year|in (?:the )?(?:average|typical|mean) year|in an (?:average|ordinary) year|p\.?a\.?(?= |$)|in 1 year|(?:with|as|in) each (?:passing )?year|every 12 months|per 12 months|a(?:n average)? year on average|yearly on average|in the course of a year|over (?:a|1) year(?= |$)|within a year(?= |$)": "per year",
    r"(?:what|which) (?:is|was|'s)? ?(?:the )?(?:yearly|annual) (?:pace|rate|speed|tempo|average|figure|tally|count|number|total|toll|output)(?: at which| of| for)?": "per year",
    r"(?:pockets?|knots?|clumps?|agglomerations?|swarms?|nests?|huddles?|bunches|hot ?bed|honey ?pot|hub|concentrations?|accumulations?|cluster(?:ing)?s?|massing|gatherings?)(?= of )": "cluster",
    r"(?:with|of|in|at|and|,)? ?(?:a )?r(?:adius)? ?(?:=|:|is)? ?(?=\d)": " radius of ",
    r"(?<=where |which )r|r(?= (?:there|the|new|old|in|we|they|these|those|any))": "are",
    r"(?:with|of|in|at|and|,)? ?(?:a )?(?:diameter|width) ?(?:=|:|is|of)? ?(\d+(?:\.\d+)?) ?(m|km|metres|meters|kilometres|kilometers)(?!\w)(?=.*)": r" diameter \1 \2",
    r"(?:which |what |the |a )*circle(?: that is| of| measuring| with)? (\d+(?:\.\d+)?) ?(m|km|metres|meters|kilometres|kilometers) (?:across|wide|in diameter|in width|broad|diameter)": r"densest circle diameter \1 \2",
    r"(?:catch(?:es|ing)?|captur(?:e|es|ing)|encompass(?:es|ing)?|embrac(?:e|es|ing)|enclos(?:e|es|ing)|tak(?:e|es|ing) in|contain(?:s|ing)?|hold(?:s|ing)?|includ(?:e|es|ing)|has|have|having|fit(?:s|ting)?|gather(?:s|ing)?|round(?:s)? up|cover(?:s|ing)?|with) (?:the )?(?:most|greatest number of|highest number of|largest number of|maximum number of|maximum)(?= (?:new|removed|of|\w+ed)?.*)(?=.*(?:circle|radius|diameter))": "holds the most",
}
_SAVING = {
    r"(?:to|on|onto) (?:the |my |our |a )?(?:disk|disc|drive|hard drive|usb(?: stick)?|computer|laptop|storage|harddisk|hard disk|machine|pc)(?!\w)": "to a file",
    r"(?:spit|write|print|put|give|send|output|extract|export|pull|save|dump|store|package|bundle|archive|offload|ship|copy|stash|convert|turn)(?: me| us)?(?: out| off)? (?=.*(?:to|in|into|as|on) (?:an? |one |my |our |some )?(?:new |separate |single |extra |own )?(?:file|geopackage|gpkg|geojson|shape ?file|csv|kml|layer|dataset|spreadsheet|disk)(?!\w))": "export ",
    r"(?:make|create|produce|build|prepare|generate) (?:me |us )?(?:a |an )?(?:export|extract|copy|download|subset)(?: file)?(?: of| with| from| containing)": "export",
    r"(?:i|we) (?:need|want|would like|'d like) (?:to )?(?:have |keep |get )?(.*) as (?:a |an )?(?:file|geopackage|gpkg|geojson|shape ?file|csv|layer)$": r"export \1",
    r"(?:extract|keep a copy of|back up|backup|archive)(?= (?:the|all|every|any|only|those|these|them|just|new|removed))": "export",
}
_ALL = (_SHOWING, _TELLING, _MEASURING, _CHANGING, _PLACING, _BESIDE, _REVIEWING, _TURNING, _SAVING)


def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    found = [
        (re.compile(rf"(?<![\w§'])(?:{pattern})(?:(?<=\s)|(?!\w))"), put)
        for family in (_HOW_MANY, *_ALL)
        for pattern, put in family.items()
    ]
    found += [
        (re.compile(rf"(?<!\w)superlative-{word}(?!\w)"), best) for word, best in _SIZES.items()
    ]
    return tuple(found)


PHRASES = _phrases()
"""Applied in this order, after signs and numbers."""
