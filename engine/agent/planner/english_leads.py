"""English clauses that lead up to a question, or say what it is for."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re

from engine.guide.words import word_set

_SOMEBODY = r"(?:i|we|they|he|she|it|you|somebody|someone|everyone|everybody|people|(?:the|my|our|a|an|his|her|their|your|this|that) \w+(?: \w+)?)"
OPENING = re.compile(
    r"(?<!\w)(?:how (?:many|much|large|big|long|far|often|sure|certain|confident)|what(?:'s| is| are| was| were) (?:the|our)|"
    r"the (?:total |overall |exact |current )?(?:number|count|amount|area|length|size|share) of|where (?:the|are|is|were|was|do|did|have|has|all|new)|"
    r"which (?:of )?(?:the |our |\d+ )?(?:new|removed|altered|buildings?|houses?|homes?|roads?|streets?|structures?|changes?|objects?|§))(?!\w)"
)
LEADING = re.compile(
    r"(?:(?<!\w)(?:know|knows|knowing|tell|tells|ask|asks|asked|asking|wonders?|wondered|wondering|say|says|see|find out|figure out|work out|learn|"
    r"hear|understand|determine|establish|report|reports|state|check|explain|mention|curious|interested|question|query|wants?|wanted|needs?|needed|"
    r"requires?|required|requests?|requested|demands?|likes?|loves?|idea|estimate|guess|clue|information|info|figures?|remember|recall|forgot|forget|"
    r"clarify|confirm for me|share|shares|assess|gauge|compute|calculate|count|quantify|evaluate|identify|specify|confirm|reckon|believe|think|but|list|give|gives|get|gets|provide|look up|look into|looking for|after|supposed to (?:say|report|know)|here|there|it)"
    r"(?: (?:to|me|us|him|her|them|you|know|on|in|for|of|out|about|as to|regarding|is|was|whether|just|exactly|please|precisely|right now|today|again|"
    r"from you|from here|with me|with us))*)\s*[,:;–-]*\s*$"
)
LABEL = re.compile(
    r"^(?!(?:the|our|my|this|that|these|those|in|at|on|near|by|within|inside|outside|around|along|from|to|of|with|under|over|above|below|between|"
    r"behind|beyond|off|not|no|only|just|except|but|without|excluding|never|if|unless|when|after|before)\b)(?:[\w'-]+ ){2,}[\w'-]+ ?:\s"
)
"""A heading of three words or more before a question."""
TRAILING = re.compile(
    rf"(?:\s*[,;:–-]+)?\s(?:so(?: that)? {_SOMEBODY} |because |since {_SOMEBODY} (?:need|want|have|has|am|are|must|would|was|were|know|think|don't)|as {_SOMEBODY} (?:need|want|have|has|am|are|must|would|'m|'ve|know|think|don't)|"
    r"in order to |in order that |in case (?:i|we|they|you|my|our|the) |(?:as|like) (?:i|we|you) (?:said|mentioned|asked|discussed|agreed|promised|explained|told)|"
    r"before (?:i|we|my|our|lunch|noon|tomorrow|tonight|friday|monday|the (?:meeting|call|deadline|board|council|hearing|inspection|talk|lecture|class|presentation|workshop|end of))|"
    r"(?:i|we) (?:need|want|have|must|would like|would love|promised|plan|intend|wish|hope) (?:it|this|that|them|to) |(?:it|this|that)(?:'s| is) (?:for|to) |"
    r"to (?:help|support|inform|brief|convince|show (?:to )?(?:my|our|the|it|them to)|send|feed|fill|prepare|plan|decide|justify|settle|finish|complete|update|compare notes|pass on|put in|put into|include in|use in|use for|attach|present|report|report to|double[- ]?check|cross-?check|verify|prove|answer|satisfy|impress|tell|brief|warn|advise|instruct|document|discuss|write|bill|invoice|budget|estimate costs|plan) )"
)
"""What follows must name nothing of the layers; otherwise it is no such clause."""

NEVER_SKIPPED = word_set(
    "no not none never nor neither without unless except hardly scarcely rarely seldom almost nearly half "
    "double twice third quarter percent percentage share fraction ratio net gross balance average old oldest older existing former previous original remaining future only"
)
COMPLETED = word_set(
    "at on in of for with by from to near within inside outside without per about around between behind like than under over "
    "as is are was were be been being has have had get gets got getting do does did having who that only just which what "
    "many much whose how"
)
COMPLETING = frozenset({"of", "for"})
"""See :mod:`engine.agent.planner.skipping`."""
