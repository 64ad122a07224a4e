"""The demo's county as a visitor finds it: an order in force, a group with its notice, reports with photos, a site with people inside."""

from pathlib import Path

from app.clock import SystemClock
from app.commands.demo import BOT, setting
from app.commands.init import found_keys
from app.container import opened
from app.seeds import furnished
from app.settings import read
from services.actors import Actor
from storage.migrations.run import upgrade


async def test_the_demo_opens_with_something_of_everything_to_look_at(tmp_path: Path) -> None:
    settings = read({}, data_dir=tmp_path, issuer="DM", public_url="http://127.0.0.1:8080")
    found_keys(settings, issuer="DM", root_key=tmp_path / "root-key.pem", clock=SystemClock())
    await upgrade(settings.database)
    operator = Actor.operator()
    async with opened(settings) as house:
        stage = await furnished(house, setting(1), bot=BOT)
        services = house.services
        [group] = await services.groups.everything(by=operator)
        [notice] = await services.notice_lists.everything(by=operator)
        reports = await services.report_desk.rows(by=operator)
        [site] = await services.sites.listing(by=operator)
        async with house.works.read() as work:
            gate = [event.outcome.value for event in await work.gates.all()]
    assert stage.order.listed == 46
    assert group.members > 8
    assert (notice["state"], notice["drill"], bool(notice["next_due_at"]), notice["runs"]) == ("active", True, True, [])
    assert [(report.state.value, report.photos, report.drill) for report in reports] == [("verified", 2, True), ("assigned", 3, True), ("filed", 1, True)]
    assert (site.inside, sorted(gate)) == (3, ["accepted", "accepted", "accepted", "refused"])
    assert site.card is not None
    assert stage.poster == site.card.short
