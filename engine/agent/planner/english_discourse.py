"""English discourse: headings, corrections, words said again in others, topics, two in one."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re

from engine.agent.planner import english_words as words
from engine.agent.planner.english_patterns import alternatives
from engine.guide.words import word_set

CORRECTION = re.compile(
    r"(?:^|(?:\.{2,}|…|[?!.;:,–—-]+|(?<=\w))\s*)(?:(?:oh |ah |er |uh |hm+ |well,? )?(?:"
    r"(?<=[.…?!–—-] )no(?= just| only| make| let| wait| rather| i | actually| the |[,.:;!…–—-])|(?<=[.…?!–—-] )(?:nope|nah|naw|wait|rather|or rather|actually)(?=[,:.]? )|(?<=[.…] )(?:ok|okay|fine|right|well|alright)[, ]+(?:just|simply|only|then|so|make it|let's)|"
    r"(?<=, )no,|actually,? no|no,? (?:wait|sorry|rather|actually)|(?:sorry|apologies|pardon|correction|oops|whoops)(?=[,:] )|"
    r"(?:scratch|scrap|strike|delete|cancel|skip|forget|drop) that(?! (?:is|are|was|were|have|has)\b)|forget (?:it|about it|(?:the )?[\w']+)(?=[,:;.] )|never ?mind(?: that(?: idea)?| it)?|"
    r"let me (?:rephrase|start over|start again|try again|put it differently)|(?:hang|hold) on|on second thoughts?|what i (?:meant|mean) (?:is|was)|i meant(?: to (?:say|ask))?|better(?: still| put)?(?=: )))"
    r"(?!\w)[\s,:.;!…–—-]*"
)
"""Behind the last of these stands what is meant; before it, what is taken back."""

ASIDE = re.compile(
    r"(?<!\w)(?:i|i'm|i've|i'd|we|we're|we've|my|our|you|he|she|he's|she's|they're|it's|that's|is|are|was|were|am|needs?|wants?|must|should|asks?|asked|says?|said|speaking|writing|calling|here|please|thanks|thank|waiting|due|wonders?|hopes?|begins?|starts?|deadline)(?!\w)"
)
"""In a clause that names nothing: it leads up to the question, or remarks on it."""
ASKS = re.compile(
    r"^(?:and |so |now |then |please |just )*(?:how|which|what|what's|where|where's|show|list|count|give|tell|describe|export|save|measure|rank|sort|are there|is there|did|do|does|have|has|can|could|find|get|i need|i want|we need|display|zoom|map|name|number of|total|compare|summari[sz]e)(?!\w)"
)
"""How the question behind such a clause begins."""
CONTINUES = re.compile(
    r"^(?!\w+ (?:which|what|how)\b)(?:within|inside|outside|beyond|in|on|near|at|from|to|of|over|under|above|below|north|south|east|west|more than|less than|at (?:least|most)|only|with|without|not|\d+(?:\.\d+)? ?(?:m|km|ha|m²|%|metres|meters|hectares|feet)\b)(?!\w)"
)
OPEN_END = re.compile(
    r"(?:,? (?:near|within|inside|outside|beyond|in|on|at|from|to|of|over|under|above|below|than|by|the|a|with|without|around|close to|next to|and|or|more|less|\d+(?:\.\d+)? ?(?:m|km|ha|m²|%|metres|meters|hectares|feet)?))+$"
)
"""What such a correction mends."""

GLOSS = re.compile(
    r"(?<!\w)(?:i\.?e\.?(?=,? )|that is(?: to say)?(?=[,:])|that's to say|i mean|meaning|in other words|namely|viz\.?|to wit|read:|to be (?:exact|precise|clear)|"
    r"which (?:means|is to say)|by which i mean|or rather|(?=, class other)|(?<=, )so(?= (?:the |new |all |any |buildings?|houses|roads?))|"
    r"(?P<weak>\((?=[^)]*(?:\d|§|\w{3,}))))"
)
_NARROWING = (
    "recently illegally legally lawfully unlawfully privately publicly commercially industrially agriculturally residentially partially half hardly nearly rarely scarcely seldom "
    "temporarily permanently formerly originally previously wrongly falsely incorrectly correctly likely unlikely unofficially informally formally seasonally only early weekly monthly "
    "daily quarterly hourly nightly family assembly reply supply apply steeply densely sparsely thinly widely narrowly cheaply poorly badly highly slowly friendly stately woolly costly homely "
    "lonely lovely lively elderly orderly july italy fly rally belly ugly oily hilly silly jelly newly least lately yearly annually multiply anomaly butterfly comply ally bully rely tally "
    "manually automatically doubtfully environmentally ecologically heavily lightly slightly barely almost severely"
)
IDLE = re.compile(rf"(?!(?:{alternatives(_NARROWING.split())})$)[a-z]{{3,}}ly")
"""Adverbs of manner and comment; not those that could narrow."""

_HEADS = (
    "action activity agenda appendix application appraisal assessment assignment atlas audit band batch benchmark bill board brief briefing bulletin "
    "calculation campaign candidates case chapter checklist check clerk column commission committee complaint complaints conclusion control council crew "
    "damage debrief department dept desk detail details dig digest directorate division document dossier draft drill editor engineer entry evaluation "
    "evidence exercise exhibit experiment extra fact facts factsheet figure file filing focus follow-up form handout headline help homework idea "
    "index info inquiry inspection inspections inspector instruction invoice issue item items job journal kpi lead leader lecture leg lesson letter list log "
    "manager map maintenance matter meeting memo message metric minister ministry minutes mission monitor monitoring newsletter note notes notice objective "
    "office officer order outlook output page panel paper part patrol plan planner planning plot poll portfolio post poster preparation press priority probe programme "
    "progress project prompt proposal protocol purpose qa qc quality query question questionnaire quiz rationale recap record records reference "
    "register reminder report reporter reporting request requirement research researcher result results review reviewer roll round-up routine runner-up schedule scope "
    "seminar service sheet sitrep sketch slide slides statement statistics stats step story student study subject submission summary supervisor support survey surveyor "
    "table talk target task team template test thesis ticket title tool topic tour training trial unit update use user vacancy verification view "
    "warden developer farmer teacher journalist insurer lawyer notary mayor architect forester ranger geologist hydrologist ecologist archaeologist historian economist "
    "broker ngo charity trust foundation agency authority bureau institute university company firm utility contractor police brigade battalion watch website week wish worklist work workload workpackage works workshop year zone-in"
)
HEADING = re.compile(
    rf"(?:^|[\s-])(?:{alternatives(_HEADS.split())})(?: (?:no\.? ?|number |#)?[\w.-]{{1,6}})?$|^(?:exhibit|appendix|annex|table|figure|fig|item|step|part|section|question|q|task|case|chapter|point|slide|page|box|day|phase)\.? ?(?:\d+|[a-z])?$|"
    r"^(?:the )?(?:[\w'§·-]+ )+(?:that|who|which|where|of|for) (?:[\w'-]+ ?)+$"
)
"""Offices, papers and works in whose name something is asked."""
ACTIVITY = re.compile(
    r"(?:^|[\s-])(?:check|inspection|watch|control|monitoring|survey|audit|patrol|creep|encroachment|violations?|breach(?:es)?|protection|works|surveillance|intrusions?|conflicts?|"
    r"overview|situation|report|assessment|status|update|check-?up|screening|review|issues?|trouble|pressure|damage|loss(?:es)?|damage (?:report|assessment)|question|matter|file|case|story|analysis|study|summary|list|only|first|now|again|please)$"
)
PLACE = re.compile(
    r"(?<!\w)(?:(?:outside|inside)(?: of)? (?:the |our |any )?|(?:(?:break|split|group|divide|sort)[\w ]* by|per|for each|in each) (?:the )?)§l\d+"
)
NAMING = word_set("in at near around behind beside opposite to towards")

TOPIC = re.compile(
    r"^(?:(?:and|now|so|ok|for|on|in|re|regarding|concerning|about|as to|as for|as regards|with regard to|in the matter of|speaking of|take|consider|the|our|my|all|these|those|any|each|every|brief me on|tell me about|of) )*§[lb]\d+(?= | ?[,:;(·–-]| and their| with| where| having| in which| on which| ranked| ordered| sorted| intact| only|'s?(?!\w)|$)"
)
EACH = re.compile(
    r"(?<!\w)(?:each|every|apiece|respectively|individually|separately|one by one|one at a time|line by line|row by row|(?:one )?(?:line|row|figure|number|value|count|total) (?:each|per)|"
    r"for all of them separately|league table|ranking|ranked|rank|ordered|sorted|(?:top|bottom|first|last|best|worst) \d+|(?:most|worst|biggest|largest|highest|fewest|least|smallest|lowest) (?:on top|at the top|first|at the bottom)|"
    r"higher than elsewhere|more than elsewhere|which one|which ones|(?:and|with) their|(?:\d+ )?(?:with|having) (?:the )?(?:most|fewest|least|highest|lowest|largest|biggest|greatest|smallest))(?!\w)"
)
PARTITIONS = re.compile(
    r"(?:district|countie|parishe|ward|commune|municipalitie|province|oblast|rayon|region|state|canton|borough|arrondissement|prefecture|department|township|precinct|"
    r"quarter|neighbou?rhood|suburb|block|square|cell|tile|hexagon|section|sector|parcel|lot|plot|tract|field|catchment|watershed|basin|postcode|zip_code|service_area|"
    r"stand|compartment|area_code)s(?![a-z])|(?:gemeinden|kommuner|kommunen|comuni|kreise|bezirke|landkreise|admin_?\d|adm\d|grid)(?![a-z])"
)
"""Names of layers that divide the whole area."""

_APP = alternatives(
    word
    for word, action in words.ACTIONS.items()
    if action == "appeared" and word not in ("add", "adds", "form", "established")
)
_GONE = alternatives(word for word, action in words.ACTIONS.items() if action == "disappeared")
_ALT = alternatives(
    word for word, action in words.ACTIONS.items() if action == "changed" and word != "reduced"
)
_DONE = rf"(?:{_APP}|{_GONE}|{_ALT})"
_NOUN = rf"(?:{alternatives(words.KNOWN_NOUNS)})"
_OR = r"(?:,? (?:and|or|vs\.?|versus|against|compared (?:to|with)|as against|as opposed to|as well as|plus|and also|or rather|than)(?: were| was| the| of)?|,|/| -)"
_M = r"(?:metres|meters|km|m|kilomet(?:re|er)s|hectares|ha|m²|km²|area|length|footprint|surface|size)"
_REL = r"(?:(?:to the |on the )?(?:north|south|east|west)(?:ern)?(?: side)? of|inside(?: of)?|outside(?: of)?|in|within|within \d+(?:\.\d+)? ?\w+ of|beyond \d+(?:\.\d+)? ?\w+ (?:of|from))"
_STAT = r"(?:(?:the )?(?:mean|average|median|total|sum|overall total|typical))"
PAIRS = tuple(
    re.compile(rf"(?<![\w§'-])(?:{pattern})(?!\w)")
    for pattern in (
        rf"(?:more |fewer |both |either )?(?P<a>{_REL} (?:the |our |any )?§[lb]\d+){_OR} (?P<b>(?!in )(?:{_REL}) (?:the |our |any )?§[lb]\d+)(?= |,|:|$)",
        r"(?:the )?(?P<a>count|number|how many)(?:,? (?:and|plus|as well as)(?: also)?|/) (?P<b>(?:the )?(?:total |combined |overall )*(?:area|length|footprint)s?(?= of)|how (?:large|big|long)(?= (?:are|is|were|was)))",
        rf"(?:both )?(?P<a>{_STAT})(?:,? (?:and|as well as|plus|vs\.?|versus|or)|/|,) (?P<b>{_STAT})(?= |$)(?! (?:number|count)|.*(?:{_STAT} .*{_STAT}))",
        rf"(?:both:? )?(?P<a>(?:{_APP})){_OR} (?P<b>(?:{_GONE}))(?= {_M})",
        r"(?P<a>(?:per|by|for each) (?:class|action|review|verdict|place|§l\d+))(?:,? (?:and|as well as|plus|then|and also|and then)|,) (?P<b>(?:(?:per|by|for each) )(?:class|action|review|verdict|place|§l\d+))(?= ?$| ?[,.?]| please)",
        rf"(?P<a>{_NOUN} (?:{_APP})){_OR} (?P<b>{_NOUN} (?:{_GONE}))(?= ?$| ?,)",
        rf"(?P<a>{_NOUN} (?:{_GONE})){_OR} (?P<b>{_NOUN} (?:{_APP}))(?= ?$| ?,)",
        rf"(?:(?<=size of )|(?<=area of )|(?<=ength of )|(?<=score of )|(?<=tance of ))(?:the |all )?(?P<a>{_DONE} {_NOUN})(?: (?:vs\.?|versus|compared (?:to|with)|differ(?:s|ent)? from|against|(?:larger|bigger|smaller|longer|shorter|higher|lower|greater|more|less) than|and|or|relative to|as opposed to)(?: that of| those of| the| of)*) (?P<b>{_DONE} {_NOUN})",
    )
)
"""``a`` and ``b`` are asked for one after the other."""
