"""Areas as people call them."""

import pytest

from domain.places import Area, AreaLevel


@pytest.mark.parametrize(
    ("listed", "called"),
    [("上陈村委会", "上陈村"), ("周村村委会", "周村"), ("白云社区居委会", "白云社区"), ("平乐村", "平乐村"), ("雅溪镇", "雅溪镇"), ("村委会", "村委会")],
)
def test_a_list_names_the_committee_and_people_name_the_village(listed: str, called: str) -> None:
    assert Area("331102104218", listed, AreaLevel.VILLAGE, "331102104").called == called
