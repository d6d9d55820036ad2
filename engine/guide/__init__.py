"""The vision-guided module at inference: reads tile pairs, says what changed where."""

from engine.guide.caption import CaptionSession
from engine.guide.session import GuideOutputs, GuideSession

__all__ = ["CaptionSession", "GuideOutputs", "GuideSession"]
