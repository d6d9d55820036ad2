from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agent import TOOLS, Agent, Context, ToolCall, plan
from engine.agent.planner.english import ENGLISH
from engine.agent.planner.score import score
from engine.agent.planner.spelling import spelled

QUESTIONS = Path(__file__).with_name("questions.jsonl")
LEAST_EXACT = 0.95
SENTENCES = (
    "how many new houses roads within 200 m of the rivers districts largest per year not in north",
    "and , which 0.8 score over 5 gone export where it 16.4 e 48.2 n 99999 - % between",
)
WORDS = " ".join(SENTENCES).split()


def test_questions_of_several_writers() -> None:
    shares = score(QUESTIONS)
    held_out = shares["held_out"]
    assert shares["seen"].total >= 200 and held_out.total >= 300
    assert held_out.exact >= LEAST_EXACT * held_out.total, held_out.line("held out")
    # What is not understood is asked back or refused, rather than guessed.
    assert held_out.wrong <= 0.05 * held_out.total, held_out.line("held out")
    # Written by somebody else, who did not know the planner; its misses were looked at since.
    blind = shares["blind_seen"]
    assert blind.exact >= 0.9 * blind.total and blind.wrong <= 0.03 * blind.total, blind.line("")
    second = shares["second_seen"]
    assert second.exact >= 0.9 * second.total and second.wrong <= 0.02 * second.total
    # Written when the planner was finished, and scored once.
    fourth = shares["fourth_seen"]
    assert fourth.exact >= 0.5 * fourth.total and fourth.wrong <= 0.13 * fourth.total
    fresh = shares["fresh"]
    assert fresh.exact >= 0.85 * fresh.total and fresh.wrong <= 0.05 * fresh.total, fresh.line("")


def test_a_conversation_keeps_its_thread() -> None:
    last: ToolCall | None = None
    told = []
    for question in (
        "How many houses were built?",
        "How much ground do they take?",
        "In hectares, please.",
        "And the demolished ones?",
        "Which of them is the largest?",
    ):
        made = plan(question, Context(last=last))
        assert made.kind == "calls", (question, made)
        last = made.calls[-1]
        told.append(last.as_dict())
    assert [one["tool"] for one in told] == ["count", *["measure"] * 3, "list_sorted"]
    assert told[2]["arguments"]["unit"] == "ha"
    assert told[4]["arguments"]["where"] == {"class_name": "building", "action": "disappeared"}


@pytest.mark.parametrize(
    ("first", "then", "meant"),
    [
        (
            "How many new houses are inside the districts?",
            "And outside of them?",
            "How many new houses are outside the districts?",
        ),
        ("How many new houses in the north?", "over the whole area then?", "How many new houses?"),
        (
            "How many new houses within 200 m of the rivers?",
            "and from the districts, same distance?",
            "How many new houses within 200 m of the districts?",
        ),
        (
            "How many new houses with a score of at least 0.8?",
            "lower the bar to 0.6",
            "How many new houses with a score of at least 0.6?",
        ),
        ("List lost roads by length.", "reverse the order", "List lost roads, shortest first."),
        (
            "New houses per district?",
            "only the top one",
            "Which district has the most new houses?",
        ),
        ("Show new houses.", "drop everything below 50 m²", "Show new houses of at least 50 m²."),
    ],
)
def test_a_follow_up_changes_the_question_before(first: str, then: str, meant: str) -> None:
    layers = ("rivers", "districts")
    last = plan(first, Context(layers)).calls[-1]
    made = plan(then, Context(layers, last))
    assert made.kind == "calls", made
    assert made.calls == plan(meant, Context(layers)).calls


def test_asking_for_everything_ends_the_thread() -> None:
    first = plan("How many removed houses are in the top left corner?", Context())
    known = Context(last=first.calls[-1])
    whole = plan("What changed here?", known)
    assert whole.calls[0].as_dict() == {"tool": "describe", "arguments": {}}
    narrow = plan("Describe them.", known)
    assert narrow.calls[0].as_dict()["arguments"]["where"]["place"] == "top left corner"


@pytest.mark.parametrize(
    "question", ["What does the area look like?", "How does it look?", "What is the place like?"]
)
def test_what_a_place_looks_like_is_no_measure_of_what_was_asked_before(question: str) -> None:
    removed = {"where": {"class_name": "building", "action": "disappeared"}}
    for last in (None, ToolCall.of("select", removed)):
        assert plan(question, Context((), last)).kind == "beyond"


def test_one_unknown_word_stops_an_answer() -> None:
    assert plan("How many new houses are there?").kind == "calls"
    made = plan("How many new mauve houses are there?")
    assert made.kind == "beyond" and "mauve" in made.reason


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("how mnay new buidlings are there", "how many new buildings are there"),
        (
            "demolishd houses withn 200 m of the rivrs",
            "demolished houses within 200 m of the rivers",
        ),
        ("new bldgs > 1 000 sqm", "new buildings larger than 1000 m²"),
        ("new houses >= 0,5 ha", "new houses at least 5000 m²"),
        ("new houses larger than half a hectare", "new houses larger than 0.5 ha"),
        ("count features with class = road and score < 0.4", "count roads with a score below 0.4"),
        ("new roads NE", "new roads north-east"),
        ("Hi, quick one: how many new houses are there? Thanks a lot!", "how many new houses"),
        ("The mayor keeps asking how many new houses there are", "how many new houses"),
        (
            "SELECT COUNT(*) FROM changes WHERE class='road' AND action='appeared'",
            "count new roads",
        ),
        (
            "select * from changes where class='building' order by area desc limit 5",
            "the 5 largest buildings",
        ),
        ("count where ST_DWithin(geom, rivers, 50)", "how many changes within 50 m of the rivers"),
        ("new houses over half an acre", "new houses larger than 2023.4282112 m²"),
        ("new houses within 500 ft of the rivers", "new houses within 152.4 m of the rivers"),
        ("new houses that lie in no district", "new houses outside the districts"),
        ("the most big new house", "the biggest new house"),
        # A heading, an office, somebody's own introduction
        ("Site inspection: new houses in the districts", "new houses in the districts"),
        ("As a hydrologist I need the number of new houses", "how many new houses"),
        ("Rivers: new houses, how many", "how many new houses in the rivers"),
        ("districts, lost homes, one line each", "lost homes per district"),
        # What is said again, or taken back
        ("the priciest-looking, i.e. the largest new house", "the largest new house"),
        ("Which houses in... scratch that. How many new roads?", "how many new roads"),
    ],
)
def test_another_way_to_write_it(written: str, meant: str) -> None:
    known = Context(("rivers", "districts"))
    made = plan(written, known)
    assert made.kind == "calls", made
    assert made.calls == plan(meant, known).calls


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "mean and median area of new houses",
            "mean area of new houses",
            "median area of new houses",
        ),
    ],
)
def test_two_alternatives_are_asked_for_one_after_the_other(
    question: str, one: str, other: str
) -> None:
    known = Context(("rivers", "districts"))
    made = plan(question, known)
    assert made.calls == (*plan(one, known).calls, *plan(other, known).calls)


@pytest.mark.parametrize(
    "question",
    [
        "How many new horses are there?",  # not a slip of "houses"
        "How many houses weren't demolished?",
        "Show the houses that have not been removed.",
        "How many new houses within 50 m of the ravers?",  # no layer's name
        "How many new houses? Only those at the harbour.",
        "Is more built in the north or in the south?",
        "How many new houses in Vienna?",
        "How many new houses are inhabited?",
        "What share of the houses is new?",
        "Which hospital was built?",
        "Count houses that are both new and lost.",
        "Vienna: how many new houses?",
        "Old Harbour, how many new houses?",
        "How many houses were built illegally?",
        "How many houses in Vienna (new ones)?",
    ],
)
def test_what_could_turn_a_question_round_is_not_skipped(question: str) -> None:
    assert plan(question, Context(("rivers", "districts"))).kind != "calls"


def test_words_of_the_language_are_no_slips() -> None:
    assert all(spelled(word, ENGLISH, frozenset()) == word for word in ENGLISH.lookalikes)
    kept = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    written = {word for one in kept if one["part"] == "seen" for word in one["question"].split()}
    changed = {
        word for word in written if spelled(word.lower(), ENGLISH, frozenset()) != word.lower()
    }
    assert not {word for word in changed if word.lower() not in ENGLISH.short}


def test_a_question_is_understood_at_once() -> None:
    texts = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    start = time.perf_counter()
    for text in texts:
        plan(text, Context(("rivers", "districts")))
    assert time.perf_counter() - start < 0.1 * len(texts)  # some 10 ms each; tests share the cores


@pytest.mark.parametrize(
    "again", ["do that ", "with an area of ", "how many houses ", "which is ", "is are was "]
)
def test_words_said_over_and_over_take_no_long_time(again: str) -> None:
    start = time.perf_counter()
    plan(again * 60, Context(("rivers", "districts")))
    assert time.perf_counter() - start < 5  # some 0.1 s; minutes, where a pattern backtracks


def test_several_questions_at_once(layers: Path) -> None:
    agent = Agent(layers)
    made = agent.plan(
        "How many houses were built east of the new road, how much ground do they take, and which "
        "is the largest?"
    )
    results = [agent.run(call) for call in made.calls]
    assert [result.value for result in results] == [2, 800.0, 600.0]


@pytest.mark.parametrize("name", ["rivers", "Rivers 2024", "my_rivers", "Flüsse"])
def test_layers_are_known_by_the_callers_names(name: str) -> None:
    made = plan(f"How many houses are within 50 m of {name}?", Context((name,)))
    (call,) = made.calls
    (relation,) = call.as_dict()["arguments"]["where"]["relations"]
    assert relation == {"kind": "within", "of": {"layer": name}, "distance_m": 50.0}
    assert plan(f"How many houses are within 50 m of {name}?").kind != "calls"


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(WORDS),
            max_size=14,
        ).map(" ".join),
    )
)
@settings(max_examples=150, deadline=None)
def test_any_text_gets_checked_calls_or_a_question(text: str) -> None:
    made = plan(text, Context(("rivers", "districts")))
    if made.kind == "calls":
        assert made.calls
        for call in made.calls:
            assert ToolCall.of(call.tool, call.as_dict()["arguments"]) == call
            assert call.tool in TOOLS
    else:
        assert made.question and not made.calls
