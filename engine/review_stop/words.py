"""A decision in plain sentences."""

from __future__ import annotations

from engine.review_stop.decision import Decision


def sentence(decision: Decision) -> str:
    """What to do, and what is promised."""
    missed = f"{float(decision.limits.missed):.3%}".replace(".000%", "%").replace("%", " %")
    sure = f"{100 * (1 - decision.limits.risk):.4g} %"
    if decision.reason == "out_of_range":
        out, judged = decision.out_of_range
        return (
            f"No stop: {out:,} of {judged:,} tiles ({out / judged:.0%}) look unlike the imagery "
            "the model was trained on, so its order is not to be relied on. Review all "
            f"{decision.tiles:,} tiles, or use a model trained on such imagery."
        )
    if decision.reason == "reviews":
        return (
            f"No stop yet: {decision.reviewed:,} tiles of the sample are reviewed. Review "
            f"{decision.more_reviews:,} more, in the order of the draw."
        )
    if decision.reason == "changed_tiles":
        return _too_few(decision, missed, sure)
    found = (
        ""
        if decision.expected_found is None
        else f" Expected: {100 * decision.expected_found:.1f} % are found."
    )
    return (
        f"Review the top {decision.stop:,} of {decision.tiles:,} tiles{_score(decision)}; "
        f"{decision.to_review:,} of them are not reviewed yet. With {sure} confidence at most "
        f"{missed} of the changed tiles are then missed.{found} Rests on {decision.reviewed:,} "
        f"tiles of the sample, {decision.changed:,} of them changed{_unsure(decision)}."
    )


def _too_few(decision: Decision, missed: str, sure: str) -> str:
    about = "about" if decision.changed else "at least"
    text = (
        f"No stop yet: {decision.changed:,} of the {decision.reviewed:,} tiles of the sample "
        f"changed{_unsure(decision)}, too few to promise that at most {missed} are missed with "
        f"{sure} confidence."
    )
    whole = decision.reviewed + (decision.more_reviews or 0)
    if whole >= decision.tiles:
        return f"{text} In this list that takes a look at every tile ({decision.tiles:,})."
    text += f" Review {about} {decision.more_reviews:,} more: --draw {whole}."
    if decision.possible_missed is not None:
        text += f" As it is, --missed {decision.possible_missed} would do."
    return text


def _score(decision: Decision) -> str:
    return (
        "" if decision.lowest_score is None else f" (change score {decision.lowest_score} or more)"
    )


def _unsure(decision: Decision) -> str:
    return f" ({decision.unsure:,} unsure)" if decision.unsure else ""
