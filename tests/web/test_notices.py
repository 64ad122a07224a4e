"""Risk notices on our own pages: level, next run and sums, in both languages, for who may cancel them."""

import pytest

from domain.colours import COLOURS, Level
from tests import cast
from tests.announcing import drafted
from tests.web.conftest import Office


@pytest.mark.parametrize(("language", "word", "sums"), [
    ("en", "Yellow", "Sent 0 + failed 4 + pending 1 + unknown 0 = 5"), ("zh-CN", "黄色", "已送达 0 + 未送达 4 + 待发 1 + 结果不明 0 = 5"),
])  # fmt: skip
async def test_an_official_sees_level_state_and_the_truth_of_the_last_run(office: Office, language: str, word: str, sums: str) -> None:
    await office.town.linked(cast.LIN)
    await drafted(office.town, level=Level.YELLOW)
    await office.town.house.services.notice_runs.release()
    officer = await office.sign_in(cast.OFFICER)
    page = await (await officer.get("/notices", headers={"Accept-Language": language})).text()
    for said in ("N-0725-0001", COLOURS[Level.YELLOW].sign, "Ⅲ", word, sums):
        assert said in page, said
    assert cast.LIN[0] not in page


async def test_another_county_sees_none_and_a_resident_nothing(office: Office) -> None:
    await drafted(office.town)
    page = await (await (await office.sign_in(cast.OTHER_OFFICER)).get("/notices")).text()
    assert "N-0725-0001" not in page
    assert (await office.browser().get("/notices", allow_redirects=False)).status in (303, 401, 403)
