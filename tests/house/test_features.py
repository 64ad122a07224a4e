"""The features that no other system has together: each is proven by a marked test, or stands in the list of those to come."""

import ast

from tests.house.sources import dotted, files, parsed

FEATURES = {
    1: "full service without a phone",
    2: "one honest list of who is not yet safe",
    3: "answers never expire and may change",
    4: "a call for help goes straight to dispatch",
    5: "delivery truth per person",
    6: "a call-and-answer chain that survives anything",
    7: "cannot hit the wrong area",
    8: "drill and real cannot be mixed",
    9: "offline verification that stays right",
    10: "offline scans merged without a double",
    11: "a check-in that explains",
    12: "presence that does not lie",
    13: "a rotating place code",
    14: "a report for me or for somebody else",
    15: "a closed loop that the reporter can see",
    16: "an honest send plan",
    17: "household and dependants",
    18: "shelter balance",
    19: "privacy by construction",
    20: "plain words for everybody",
    21: "a roll-up that officials can trust",
    22: "standards both ways",
    23: "evidence",
    24: "self-watch",
    25: "a ten-minute start",
}
NOT_YET = {1, 4, 6, 8, 11, 12, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25}


def proven() -> set[int]:
    """The numbers in `@pytest.mark.feature(…)` anywhere in the tests."""
    marks = (node for file in files("tests") for node in ast.walk(parsed(file)) if isinstance(node, ast.Call) and dotted(node.func) == "pytest.mark.feature")
    return {argument.value for mark in marks for argument in mark.args if isinstance(argument, ast.Constant) and isinstance(argument.value, int)}


def test_there_are_25_features() -> None:
    assert set(FEATURES) == set(range(1, 26))


def test_every_feature_is_proven_or_known_to_be_missing() -> None:
    assert not set(FEATURES) - proven() - NOT_YET


def test_no_feature_is_both_proven_and_missing() -> None:
    assert not proven() & NOT_YET


def test_every_marked_number_is_a_feature() -> None:
    assert proven() <= set(FEATURES)
