"""The vision-guided module at inference: reads tile pairs, says what changed where."""

from engine.guide.session import GuideSession

__all__ = ["GuideSession"]
