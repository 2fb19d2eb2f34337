"""What the rules cost: reading each rule book, and answers by the thousand, with every step of their explanation."""

import json
import random
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.resources import files

from benchmarks.machine import Figure
from joinedup.core.nation import Nation
from joinedup.rules import catalogue
from joinedup.rules.asked_in_json import read_body, read_query
from joinedup.rules.books import TOPICS
from joinedup.rules.charging.finances import Capital, CapitalKind, CareHome, Finances, Income, IncomeKind
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.loading import load_rule_book
from joinedup.rules.openapi import openapi
from joinedup.rules.operations import OPERATIONS, Operation
from joinedup.rules.topics import Topic

CHARGES = 10_000
ANSWERS = 100
DAY = date(2022, 5, 1)
MOST_MS_A_BOOK = 100
MOST_S_FOR_CHARGES = 2.0
NATIONS = (Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES)


def measure() -> list[Figure]:
    """Read every book, work out charges, and answer each question that another system can ask."""
    figures = [_slowest_book()]
    catalogue()
    figures.append(_charges())
    figures += [_answers(name, ask) for name, ask in _questions()]
    seconds = _seconds(lambda: openapi(server="https://example.org", version="1"))
    return [*figures, Figure("The description of every question", seconds * 1000, "ms")]


def _slowest_book() -> Figure:
    """Read each rule book from its file, as the first question after a start does."""
    took = {}
    for topic in TOPICS:
        for nation in Nation:
            name = f"{nation.value}/{topic.name}.yaml"
            text = (files(f"joinedup.rules.{nation.value}") / f"{topic.name}.yaml").read_bytes()

            def read(
                text: bytes = text, name: str = name, nation: Nation = nation, topic: Topic = topic
            ) -> None:
                load_rule_book(text, file=name, nation=nation, topic=topic)

            took[name] = _seconds(read)
    slowest = max(took, key=lambda name: took[name])
    return Figure(
        f"A rule book read, the slowest of {len(took)} ({slowest})",
        took[slowest] * 1000,
        "ms",
        MOST_MS_A_BOOK,
    )


def _charges() -> Figure:
    """Work out charges for a care home with everything that makes them long."""
    chance = random.Random(1)
    cases = [
        (
            chance.choice(NATIONS),
            Finances(
                age=chance.randint(66, 100),
                capital=(
                    Capital(CapitalKind.SAVINGS, Decimal(chance.randint(0, 4_000_000)) / 100),
                    Capital(CapitalKind.HOME, Decimal(chance.randint(0, 20_000))),
                ),
                income=(
                    Income(IncomeKind.STATE_PENSION, Decimal(chance.randint(0, 30_000)) / 100),
                    Income(IncomeKind.OCCUPATIONAL_PENSION, Decimal(chance.randint(0, 30_000)) / 100),
                ),
            ),
            CareHome(Decimal(chance.randint(60_000, 150_000)) / 100),
        )
        for _ in range(CHARGES)
    ]
    start = time.perf_counter()
    for nation, finances, care in cases:
        residential_charge(nation, DAY, finances, care)
    return Figure(
        f"{CHARGES:,} charges, each explained", time.perf_counter() - start, "s", MOST_S_FOR_CHARGES
    )


def _questions() -> list[tuple[str, Callable[[], object]]]:
    """Each question with its own example, read once: what is measured is the answer as JSON types."""
    found = []
    for operation in OPERATIONS:
        asked = _read(operation)

        def ask(answer: Callable[[object], object] = operation.answer, asked: object = asked) -> object:
            return answer(asked)

        found.append((operation.title, ask))
    return found


def _read(operation: Operation) -> object:
    if operation.is_reading:
        return read_query(operation, {name: str(value) for name, value in operation.example.items()})
    return read_body(operation, json.dumps(dict(operation.example)).encode())


def _answers(name: str, ask: Callable[[], object]) -> Figure:
    """Answer the same question again and again."""
    ask()
    start = time.perf_counter()
    for _ in range(ANSWERS):
        ask()
    return Figure(name, (time.perf_counter() - start) / ANSWERS * 1000, "ms")


def _seconds(do: Callable[[], object]) -> float:
    """The best of three."""
    took = []
    for _ in range(3):
        start = time.perf_counter()
        do()
        took.append(time.perf_counter() - start)
    return min(took)
