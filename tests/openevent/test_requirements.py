"""The pinned packages fit what is asked for."""

import re

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "requirements"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(name: str) -> set[str]:
    lines = (line.partition("#")[0].strip() for line in (FOLDER / f"{name}.in").read_text().splitlines())
    return {normal(re.split(r"[\[~=<>!]", line)[0]) for line in lines if line and not line.startswith("-r")}


def pinned(name: str) -> set[str]:
    return set((FOLDER / f"{name}.txt").read_text().split())


@pytest.mark.parametrize("name", ["base", "prod", "local", "dev"])
def test_everything_that_is_asked_for_is_pinned(name):
    names = {normal(line.partition("==")[0]) for line in pinned(name)}
    assert asked_for(name) - names == set()
    assert all("==" in line for line in pinned(name))


@pytest.mark.parametrize(("smaller", "larger"), [("base", "prod"), ("prod", "local"), ("local", "dev")])
def test_larger_sets_hold_the_smaller_ones_in_the_same_versions(smaller, larger):
    assert pinned(smaller) - pinned(larger) == set()
