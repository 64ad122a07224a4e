"""Signing in on both databases: the code, the yes in chat, the six digits; and everything that is refused, said and recorded."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.access import NotYours
from domain.authenticators import AuthenticatorLocked, DigitsUsed, DigitsWrong, NoAuthenticator
from domain.logins import LoginCodeSpent, LoginCodeWrong, LoginNotConfirmed, LoginOver, LoginState, TooManyCodes
from domain.people import NotRegistered
from domain.sessions import Factor, NoSession, RolesGone, SessionUnknown
from services.actors import Actor
from tests import cast
from tests.databases import a_place_for_one
from tests.houses import BOT, Town, a_town
from tests.signing import Apps


@pytest.fixture(params=["sqlite", "postgres"])
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with a_place_for_one(request.param, tmp_path) as url, a_town(tmp_path, database_url=url) as town:
        yield town


async def actions(town: Town) -> list[str]:
    async with town.house.works.read() as work:
        return [row.action for row, _ in await work.audit.all()]


async def test_a_confirmed_code_and_six_digits_open_a_session_in_that_browser_alone(town: Town) -> None:
    services, apps = town.house.services, Apps(town)
    first = await apps.sign_in(cast.APPROVER)
    assert (first.session.factor, first.session.family) == (Factor.BOTH, "Firefox · Linux")
    assert (await services.sessions.actor(first.secret)).factor == "chat+totp"
    again = await apps.sign_in(cast.APPROVER)
    assert again.secret != first.secret
    assert len(await services.sessions.mine(by=await services.sessions.actor(again.secret))) == 2
    assert {"logins.confirm", "authenticators.set_up", "sessions.open"} <= set(await actions(town))


async def test_nothing_opens_before_the_yes_and_nothing_after_a_no(town: Town) -> None:
    logins, approver = town.house.services.logins, await town.actor(cast.APPROVER)
    secret = await logins.begin(family="")
    with pytest.raises(LoginNotConfirmed):
        await logins.finish(secret, "123456")
    login = await logins.ask(logins.code_of(secret), by=approver)
    with pytest.raises(LoginNotConfirmed):
        await logins.set_up(secret, "123456")
    await logins.answer(login.id, yes=False, by=approver)
    assert (await logins.get(secret)).state is LoginState.DENIED
    with pytest.raises(LoginOver):
        await logins.set_up(secret, "123456")
    with pytest.raises(LoginCodeSpent):
        await logins.answer(login.id, yes=True, by=approver)
    assert "logins.deny" in await actions(town)


async def test_a_code_works_once_for_one_person_and_for_ten_minutes(town: Town) -> None:
    logins, approver, officer = town.house.services.logins, await town.actor(cast.APPROVER), await town.actor(cast.OFFICER)
    secret = await logins.begin(family="")
    code = logins.code_of(secret)
    login = await logins.ask(code.lower().replace("-", " "), by=approver)
    assert await logins.ask(code, by=approver) == login
    with pytest.raises(LoginCodeSpent):
        await logins.ask(code, by=officer)
    with pytest.raises(LoginCodeSpent):
        await logins.answer(login.id, yes=True, by=officer)
    assert await logins.answer(login.id, yes=True, by=approver) == await logins.answer(login.id, yes=True, by=approver)
    with pytest.raises(LoginCodeSpent):
        await logins.ask(code, by=approver)
    old = logins.code_of(await logins.begin(family=""))
    town.clock.go_on(minutes=10)
    with pytest.raises(LoginCodeSpent):
        await logins.ask(old, by=approver)
    with pytest.raises(LoginOver):
        await logins.finish(secret, "123456")
    with pytest.raises(LoginOver):
        await logins.finish("somebody else's cookie", "123456")


async def test_guessing_codes_ends_after_five_and_stands_in_the_audit(town: Town) -> None:
    logins, approver = town.house.services.logins, await town.actor(cast.APPROVER)
    secret = await logins.begin(family="")
    for guess in range(5):
        with pytest.raises(LoginCodeWrong):
            await logins.ask(f"0000-000{guess}", by=approver)
    with pytest.raises(TooManyCodes):
        await logins.ask(logins.code_of(secret), by=approver)
    assert (await actions(town)).count("logins.refused") == 5
    town.clock.go_on(minutes=10, seconds=1)
    fresh = await logins.begin(family="")
    assert (await logins.ask(logins.code_of(fresh), by=approver)).state is LoginState.ASKED


async def test_whoever_has_no_role_in_the_console_cannot_even_ask(town: Town) -> None:
    logins = town.house.services.logins
    code = logins.code_of(await logins.begin(family=""))
    for nobody in (await town.actor(cast.LIN), Actor(via="chat", bot=BOT, address="chat of a stranger")):
        with pytest.raises((NotYours, NotRegistered)):
            await logins.ask(code, by=nobody)


async def test_six_digits_never_work_twice_also_for_two_at_once(town: Town) -> None:
    services, apps = town.house.services, Apps(town)
    opened = await apps.sign_in(cast.APPROVER)
    approver, digits = await town.actor(cast.APPROVER), apps.digits(cast.APPROVER)
    with pytest.raises(DigitsUsed):
        await services.sessions.step_up(opened.session.id, digits, by=approver)
    fresh = apps.next_digits(cast.APPROVER)
    both = (services.authenticators.confirm(fresh, by=approver, key=key) for key in ("a", "b"))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(map(str, results)) == ["None", "digits_used"]
    assert "authenticators.reused" in await actions(town)


async def test_the_same_update_again_is_the_same_answer(town: Town) -> None:
    apps = Apps(town)
    await apps.sign_in(cast.APPROVER)
    approver, digits = await town.actor(cast.APPROVER), apps.next_digits(cast.APPROVER)
    for _ in range(2):
        await town.house.services.authenticators.confirm(digits, by=approver, key="update 7")


async def test_five_wrong_in_ten_minutes_lock_for_ten_minutes_and_that_is_recorded_and_told(town: Town) -> None:
    services, apps = town.house.services, Apps(town)
    await town.linked(cast.APPROVER)
    opened = await apps.sign_in(cast.APPROVER)
    approver = await town.actor(cast.APPROVER)
    town.clock.go_on(minutes=1)
    wrong = "000000" if apps.digits(cast.APPROVER) != "000000" else "111111"
    for _ in range(4):
        with pytest.raises(DigitsWrong):
            await services.sessions.step_up(opened.session.id, wrong, by=approver)
    with pytest.raises(AuthenticatorLocked):
        await services.authenticators.confirm(wrong, by=approver, key="fifth")
    with pytest.raises(AuthenticatorLocked):
        await services.sessions.step_up(opened.session.id, apps.next_digits(cast.APPROVER), by=approver)
    assert (await actions(town)).count("authenticators.locked") == 1
    town.clock.go_on(minutes=10)
    with pytest.raises(DigitsWrong):
        await services.sessions.step_up(opened.session.id, wrong, by=approver)
    assert (await services.sessions.step_up(opened.session.id, apps.next_digits(cast.APPROVER), by=approver)).session.fresh(now=town.clock.now())


async def test_a_recovery_code_opens_once(town: Town) -> None:
    services, apps = town.house.services, Apps(town)
    secret = await apps.confirmed(cast.APPROVER)
    apps.secrets[cast.APPROVER[0]] = services.authenticators.offer(secret, office="LS", account="").secret
    made = await services.logins.set_up(secret, apps.digits(cast.APPROVER))
    assert len(set(made.codes)) == 10
    assert await services.logins.finish(await apps.confirmed(cast.APPROVER), made.codes[3].lower())
    with pytest.raises(DigitsWrong):
        await services.logins.finish(await apps.confirmed(cast.APPROVER), made.codes[3])
    state = await services.authenticators.mine(by=await town.actor(cast.APPROVER))
    assert state is not None and state.codes_left == 9
    new = await services.authenticators.renew_codes(by=await town.actor(cast.APPROVER))
    with pytest.raises(DigitsWrong):
        await services.logins.finish(await apps.confirmed(cast.APPROVER), made.codes[4])
    assert await services.logins.finish(await apps.confirmed(cast.APPROVER), new[0])


async def test_a_reset_ends_app_codes_and_sessions_and_the_next_sign_in_sets_up_anew(town: Town) -> None:
    services, apps = town.house.services, Apps(town)
    opened = await apps.sign_in(cast.APPROVER)
    person = (await town.person(cast.APPROVER[0])).id
    await services.authenticators.reset(person, by=Actor.operator())
    with pytest.raises(NoSession):
        await services.sessions.actor(opened.secret)
    with pytest.raises(NoAuthenticator):
        await services.logins.finish(await apps.confirmed(cast.APPROVER), apps.next_digits(cast.APPROVER))
    del apps.secrets[cast.APPROVER[0]]
    assert await apps.sign_in(cast.APPROVER)
    assert "authenticators.reset" in await actions(town)


async def test_a_session_ends_half_an_hour_after_its_last_use_and_twelve_hours_after_its_first(town: Town) -> None:
    sessions, apps = town.house.services.sessions, Apps(town)
    opened = await apps.sign_in(cast.APPROVER)
    for _ in range(24):
        town.clock.go_on(minutes=29, seconds=50)
        await sessions.actor(opened.secret)
    town.clock.go_on(minutes=5)
    with pytest.raises(NoSession):
        await sessions.enter(opened.secret)
    idle = await apps.sign_in(cast.APPROVER)
    town.clock.go_on(minutes=30)
    with pytest.raises(NoSession):
        await sessions.actor(idle.secret)


async def test_a_secret_is_renewed_when_the_persons_roles_change_and_the_old_one_dies(town: Town) -> None:
    from domain.access import Role

    services, apps = town.house.services, Apps(town)
    opened = await apps.sign_in(cast.APPROVER)
    assert (await services.sessions.enter(opened.secret)).secret is None
    person = (await town.person(cast.APPROVER[0])).id
    await services.grants.give(person, Role.AUDITOR, by=Actor.operator(), area=cast.COUNTY.code)
    first, second = await asyncio.gather(*(services.sessions.enter(opened.secret) for _ in range(2)))
    renewed = [present.secret for present in (first, second) if present.secret is not None]
    assert len(renewed) == 1
    assert (await services.sessions.enter(opened.secret)).secret is None
    town.clock.go_on(seconds=10)
    with pytest.raises(NoSession):
        await services.sessions.enter(opened.secret)
    assert (await services.sessions.actor(renewed[0])).person == person
    assert (await services.sessions.still(opened.session.id)).person == person


async def test_whoever_has_no_role_left_is_signed_out_and_that_is_recorded(town: Town) -> None:
    services, apps = town.house.services, Apps(town)
    opened = await apps.sign_in(cast.APPROVER)
    for grant in (await town.actor(cast.APPROVER)).grants:
        await services.grants.revoke(grant.id, by=Actor.operator())
    with pytest.raises(RolesGone):
        await services.sessions.enter(opened.secret)
    with pytest.raises(NoSession):
        await services.sessions.enter(opened.secret)
    assert (await actions(town)).count("sessions.roles_gone") == 1


async def test_sessions_are_listed_and_ended_one_by_one_and_all_others_and_by_an_admin(town: Town) -> None:
    sessions, apps = town.house.services.sessions, Apps(town)
    one, two, three = [await apps.sign_in(cast.APPROVER) for _ in range(3)]
    approver = await sessions.actor(three.secret)
    await sessions.end(one.session.id, by=approver)
    with pytest.raises(SessionUnknown):
        await sessions.end(one.session.id, by=approver)
    with pytest.raises(SessionUnknown):
        await sessions.end(two.session.id, by=await town.actor(cast.OFFICER))
    assert await sessions.end_others(three.session.id, by=approver) == 1
    assert [session.id for session in await sessions.mine(by=approver)] == [three.session.id]
    assert await sessions.end_all(approver.registered(), by=Actor.operator()) == 1
    for opened in (one, two, three):
        with pytest.raises(NoSession):
            await sessions.actor(opened.secret)


async def test_five_minutes_after_the_digits_a_session_is_not_fresh_any_more(town: Town) -> None:
    services, apps = town.house.services, Apps(town)
    opened = await apps.sign_in(cast.APPROVER)
    assert opened.session.fresh(now=town.clock.now())
    town.clock.go_on(minutes=5)
    assert not opened.session.fresh(now=town.clock.now())
    stepped = await services.sessions.step_up(opened.session.id, apps.digits(cast.APPROVER), by=await town.actor(cast.APPROVER))
    assert stepped.session.fresh(now=town.clock.now())
    assert stepped.secret != opened.secret


async def test_only_digests_and_sealed_secrets_are_kept(town: Town) -> None:
    from sqlalchemy import select

    from storage.metadata import metadata

    apps = Apps(town)
    secret = await apps.confirmed(cast.APPROVER)
    apps.secrets[cast.APPROVER[0]] = town.house.services.authenticators.offer(secret, office="LS", account="").secret
    made = await town.house.services.logins.set_up(secret, apps.digits(cast.APPROVER))
    code = town.house.services.logins.code_of(secret).replace("-", "")
    async with town.house.databases.read() as connection:
        everything = "".join([str(row) for table in metadata.sorted_tables for row in await connection.execute(select(table))])
    app = apps.secrets[cast.APPROVER[0]]
    for kept in (secret, code, made.opened.secret, made.codes[0], made.codes[0].replace("-", ""), app.hex(), str(app)):
        assert kept not in everything


