"""Decision values of a model: one number for all classes, or one for each."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, field_validator

PerClass = float | dict[str, float]


class Thresholds(BaseModel):
    """Decision values chosen with the model, overridable by the user.

    Each is a number that holds for every class, or a mapping with a number for each class.

    Attributes
    ----------
    change : float or dict
        Probability from which a pixel counts as changed, above 0 and below 1.
    min_area_m2 : float or dict
        Objects below this geodesic area (m²) are dropped.
    min_score : float or dict
        Objects below this mean probability (0…1) are dropped.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    change: PerClass = 0.5
    min_area_m2: PerClass = 0.0
    min_score: PerClass = 0.0

    @field_validator("change")
    @classmethod
    def _inside(cls, value: PerClass) -> PerClass:
        if not all(0 < number < 1 for number in _numbers(value)):
            raise ValueError("a probability lies above 0 and below 1")
        return value

    @field_validator("min_area_m2")
    @classmethod
    def _no_less_than_nothing(cls, value: PerClass) -> PerClass:
        if not all(0 <= number < float("inf") for number in _numbers(value)):
            raise ValueError("an area is 0 or more")
        return value

    @field_validator("min_score")
    @classmethod
    def _share(cls, value: PerClass) -> PerClass:
        if not all(0 <= number <= 1 for number in _numbers(value)):
            raise ValueError("a score lies between 0 and 1")
        return value

    def check(self, classes: Sequence[str]) -> None:
        """Compare the mappings' names with a model's classes.

        Raises
        ------
        ValueError
            A class has no value, or a value has no class.
        """
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, dict) and set(value) != set(classes):
                raise ValueError(
                    f"thresholds.{name} names {', '.join(sorted(value))}; "
                    f"the classes are {', '.join(classes)}"
                )


def for_classes(
    value: PerClass, classes: Sequence[str], override: float | None = None
) -> dict[str, float]:
    """The number of each class, in the classes' order.

    Parameters
    ----------
    value : float or dict
        What the model says.
    override : float, optional
        What the user says; holds for every class.
    """
    if override is not None:
        return dict.fromkeys(classes, override)
    if isinstance(value, dict):
        return {name: value[name] for name in classes}
    return dict.fromkeys(classes, value)


def _numbers(value: PerClass) -> list[float]:
    return list(value.values()) if isinstance(value, dict) else [value]
