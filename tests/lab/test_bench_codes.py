"""The benchmarks of codes: forged ones are counted honestly, and a reader that believes them is noticed."""

import json
from collections import Counter
from random import Random

from typer.testing import CliRunner

from app.__main__ import cli
from codes.errors import Problem
from codes.reading import Reading
from lab.bench import fuzz, verify
from lab.bench.forging import FORGERS


def test_of_three_thousand_forged_codes_none_is_taken_and_none_is_an_exception() -> None:
    figures = fuzz.measured(tokens=3_006, seed=11)
    assert (figures["exceptions"], figures["false_accepts"], figures["two_answers"]) == (0, 0, 0)
    assert figures["per_kind"] == dict.fromkeys(sorted(FORGERS), 3_006 // len(FORGERS))
    assert {"bad_signature", "malformed", "not_canonical", "wrong_algorithm", "unknown_key", "wrong_kind_for_key", "too_long"} <= set(figures["problems"])
    assert figures["unchanged"] < 100
    assert not fuzz.missed(figures)


def test_the_same_seed_forges_the_same_ways_in_the_same_numbers() -> None:
    office = fuzz.Office(Random(5))
    texts = [list(fuzz.forged(office.forge, tokens=200, chance=Random(7))) for _ in range(2)]
    assert texts[0] == texts[1]


def test_a_reader_that_believes_or_falls_over_is_counted() -> None:
    office = fuzz.Office(Random(5))
    honest = {one.text: one.payload for one in office.forge.honest}
    found = Counter[str]()
    believing, payload = "HTTPS://LS.EXAMPLE.ORG/S/AAAA", office.forge.honest[0].payload
    fuzz.judge(believing, reader=lambda text: Reading(None, payload), honest=honest, found=found)
    fuzz.judge(office.forge.honest[0].text, reader=lambda text: Reading(Problem.EXPIRED), honest=honest, found=found)

    def falling(text: str) -> Reading:
        raise RecursionError(text)

    fuzz.judge(believing, reader=falling, honest=honest, found=found)
    assert (found["false_accepts"], found["exceptions"], found["unchanged"]) == (2, 1, 1)
    assert len(fuzz.missed({"exceptions": 1, "false_accepts": 2, "two_answers": 0})) == 2


def test_the_rate_of_reading_is_printed_beside_bare_checks_of_signatures() -> None:
    done = CliRunner().invoke(cli(), ["bench", "verify", "--tokens", "1000", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout.splitlines()[0])
    assert figures["codes"] == 1000
    assert figures["per_second"] >= figures["one_thread_per_second"] > 500
    assert figures["by_bare"] > 0.5
    assert bool(verify.slow(figures)) is (figures["per_second"] < verify.GOAL)


def test_a_run_of_forged_codes_by_command_exits_0_only_without_a_false_one() -> None:
    done = CliRunner().invoke(cli(), ["bench", "fuzz", "--tokens", "1000", "--seed", "3", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["tokens"] == 1000
