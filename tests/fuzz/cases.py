"""Which requests an operation gets: how many, and of which kinds."""

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode

MOST_COVERED = 150  # cases of the coverage phase that are drawn from
# of ten requests: made up and mended to be meant, made up as they come, made up to be refused, at the edges
SHARES = {"meant": 5, "positive": 1, "negative": 1, "edge": 3}
HEAVY = 3  # an operation with a body or a query weighs so much; others 1


def weights(operations: list[Any]) -> dict[str, int]:
    """How often each operation is asked in comparison with the others."""
    return {o.label: HEAVY if len(o.query) or len(o.body) else 1 for o in operations}


def planned(operations: list[Any], wanted: int) -> dict[str, int]:
    """The number of requests of each operation, ``wanted`` in all."""
    weight = weights(operations)
    whole, before, plan = sum(weight.values()), 0, {}
    for number, operation in enumerate(operations, 1):
        upto = sum(weight[o.label] for o in operations[:number]) * wanted // whole
        plan[operation.label], before = upto - before, upto
    return plan


def made_up(operation: Any, mode: GenerationMode, number: int, rng: random.Random) -> list[Any]:
    """So many cases from schemathesis' generator, or fewer where there are no more."""
    if number <= 0:
        return []
    found: list[Any] = []

    @seed(rng.randrange(2**32))
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return found[:number]


def at_the_edges(operation: Any, number: int, rng: random.Random) -> list[Any]:
    """Cases of the coverage phase: least, most, one more than that, another type, left out."""
    schema = operation.schema
    cases = schema.iter_coverage_cases(
        operation,
        generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
        generation_config=schema.config.generation_for(operation=operation, phase="coverage"),
    )
    return _drawn(list(islice(cases, MOST_COVERED)), number, rng)


def _drawn(cases: list[Any], number: int, rng: random.Random) -> list[Any]:
    return rng.sample(cases, min(number, len(cases)))


def cases_of(operation: Any, number: int, rng: random.Random) -> Iterator[tuple[str, Any]]:
    """``number`` cases with the kind of each, mixed."""
    edges = at_the_edges(operation, _share("edge", number, rng), rng)
    negative: list[Any] = []
    if len(operation.query) or len(operation.body):  # nothing else can be bad: any text may be a key
        negative = made_up(operation, GenerationMode.NEGATIVE, _share("negative", number, rng), rng)
    rest = number - len(edges) - len(negative)
    positive = made_up(operation, GenerationMode.POSITIVE, rest, rng)
    kinds = ["positive" if rng.random() < SHARES["positive"] / 6 else "meant" for _ in positive]
    found = [("edge", c) for c in edges] + [("negative", c) for c in negative] + list(zip(kinds, positive, strict=True))
    rng.shuffle(found)
    yield from found


def _share(kind: str, number: int, rng: random.Random) -> int:
    """A tenth of 13 is one or two."""
    exact = number * SHARES[kind] / sum(SHARES.values())
    return int(exact) + (rng.random() < exact % 1)
