"""Signing in from the chat's side: a code is confirmed by two buttons; a yes to an order asks for six digits; the first admin."""

from bot.keyboards import evacuations as order_keyboards
from bot.keyboards import logins as keyboards
from bot.keyboards import start as start_keyboards
from bot.views import digits, evacuations, founders, logins
from bot.views import start as start_views
from domain.access import May
from domain.authenticators import DigitsUsed, DigitsWrong
from domain.evacuations import Destination, OrderState
from domain.founders import FounderCodeWrong
from domain.logins import LoginCodeSpent, LoginCodeWrong, LoginState, TooManyCodes
from domain.people import NotRegistered
from services.actors import Actor
from tests import cast
from tests.handlers.stage import Phone, Stage, words
from tests.handlers.test_evacuations import only_order
from tests.signing import Apps
from tests.waiting import until

BROWSER = "Firefox · Windows"


async def begun(stage: Stage) -> tuple[str, str]:
    logins = stage.town.house.services.logins
    secret = await logins.begin(family=BROWSER)
    return secret, logins.code_of(secret)


async def state_of(stage: Stage, secret: str) -> LoginState:
    return (await stage.town.house.services.logins.get(secret)).state


async def test_the_bot_says_which_browser_asks_and_only_the_yes_lets_it_go_on(stage: Stage) -> None:
    approver = await stage.phone_of(cast.APPROVER)
    secret, code = await begun(stage)
    await approver.says("/login")
    await approver.hears("https://ls.example.org/login")
    await approver.says(f"/login {code.lower()}")
    asked = await approver.hears(BROWSER)
    assert code in words(asked)
    assert await state_of(stage, secret) is LoginState.ASKED
    await approver.taps(asked, stage.say(keyboards.YES))
    await approver.hears("✅")
    assert await state_of(stage, secret) is LoginState.CONFIRMED
    await approver.says(f"/login {code}")
    await approver.hears(stage.say(LoginCodeSpent.text))


async def test_a_link_with_the_code_only_asks_and_a_no_ends_it_with_a_warning(stage: Stage) -> None:
    approver = await stage.phone_of(cast.APPROVER)
    secret, code = await begun(stage)
    await approver.says(f"/start login-{code.replace('-', '')}")
    asked = await approver.hears(BROWSER)
    assert await state_of(stage, secret) is LoginState.ASKED
    await approver.taps(asked, stage.say(keyboards.NO))
    await approver.hears("✖️")
    assert await state_of(stage, secret) is LoginState.DENIED


async def test_a_press_by_somebody_else_confirms_nothing(stage: Stage) -> None:
    approver, officer = await stage.phone_of(cast.APPROVER), await stage.phone_of(cast.OFFICER)
    secret, code = await begun(stage)
    await approver.says(f"/login {code}")
    asked = await approver.hears(BROWSER)
    yes = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await stage.forged(yes, by=officer.user)
    assert await state_of(stage, secret) is LoginState.ASKED


async def test_strangers_residents_and_guessers_are_refused_with_a_sentence(stage: Stage) -> None:
    stranger, lin, approver = await stage.stranger(), await stage.phone_of(cast.LIN), await stage.phone_of(cast.APPROVER)
    secret, code = await begun(stage)
    await stage.lab.start(stranger.user)
    await stranger.says(f"/login {code}")
    await stranger.hears(stage.say(NotRegistered.text))
    await lin.says(f"/login {code}")
    await lin.hears("⛔")
    for _ in range(5):
        await approver.says("/login 0000-0000")
        await approver.hears(stage.say(LoginCodeWrong.text))
    await approver.says(f"/login {code}")
    await approver.hears(stage.say(TooManyCodes.text, minutes=10))
    assert await state_of(stage, secret) is LoginState.WAITING


async def an_order(stage: Stage) -> None:
    where = Destination(stage.town.hall, "平乐村文化礼堂", "沿村道向东")
    await stage.town.house.services.evacuations.draft([cast.VILLAGE.code], where, by=await stage.town.actor(cast.OFFICER), key="d")


async def with_app(stage: Stage, phone: Phone, apps: Apps) -> None:
    """An authenticator is set up, its person has read so, and the chat has rested since."""
    await apps.sign_in(cast.APPROVER)
    stage.town.house.wakeups.publish("deliveries")
    await phone.hears("🔐")
    stage.town.clock.go_on(minutes=1)


async def factors(stage: Stage) -> dict[str, str]:
    async with stage.town.house.works.read() as work:
        return {row.action: str(row.facts["factor"]) for row, _ in await work.audit.all() if "factor" in row.facts}


async def test_whoever_has_an_authenticator_types_its_digits_before_an_order_goes_out_and_before_it_is_lifted(stage: Stage) -> None:
    approver, apps = await stage.phone_of(cast.APPROVER), Apps(stage.town)
    await with_app(stage, approver, apps)
    await an_order(stage)
    await approver.taps(await approver.hears("沿村道向东"), stage.say(order_keyboards.APPROVE))
    await approver.hears(stage.say(digits.ASKED))
    assert await only_order(stage) is OrderState.DRAFT
    await approver.says("12345")
    await approver.hears(stage.say(DigitsWrong.text))
    assert await only_order(stage) is OrderState.DRAFT
    typed = apps.next_digits(cast.APPROVER)
    await approver.says(typed)
    await approver.hears("5")
    assert await only_order(stage) is OrderState.ISSUED
    assert typed not in str(await stage.lab.chat(approver.user, after=0, timeout=0))
    await approver.says("/lift")
    await approver.taps(await approver.hears(stage.say(evacuations.LIFT_WHICH)), "lif")
    await approver.taps(await approver.hears(cast.VILLAGE.name), "lif")
    await approver.hears(stage.say(digits.ASKED))
    await approver.says(typed)
    await approver.hears(stage.say(DigitsUsed.text))
    assert await only_order(stage) is OrderState.ISSUED
    await approver.says(apps.next_digits(cast.APPROVER))
    await approver.hears("E-")
    assert await only_order(stage) is OrderState.LIFTED
    assert (await factors(stage))["evacuations.approve"] == (await factors(stage))["evacuations.lift"] == "chat+totp"


async def test_whoever_has_none_decides_by_the_button_alone_and_the_log_says_so(stage: Stage) -> None:
    approver = await stage.phone_of(cast.APPROVER)
    await an_order(stage)
    await approver.taps(await approver.hears("沿村道向东"), stage.say(order_keyboards.APPROVE))
    await approver.hears(stage.say(evacuations.APPROVED, time="", listed=5)[-6:])
    assert (await factors(stage))["evacuations.approve"] == "chat"


async def test_a_dialogue_that_was_open_goes_on_after_the_digits_and_after_stopping(stage: Stage) -> None:
    approver, apps = await stage.phone_of(cast.APPROVER), Apps(stage.town)
    await with_app(stage, approver, apps)
    await approver.says("/report")
    await approver.hears(lambda message: "rpf" in str(message))
    await stands_at(stage, approver, "Reporting:who")
    await an_order(stage)
    asked = await approver.hears("沿村道向东")
    await approver.taps(asked, stage.say(order_keyboards.APPROVE))
    await approver.hears(stage.say(digits.ASKED))
    await approver.says("/cancel")
    await approver.hears(stage.say(start_views.STOPPED))
    await stands_at(stage, approver, "Reporting:who")
    assert await only_order(stage) is OrderState.DRAFT
    await approver.taps(asked, stage.say(order_keyboards.APPROVE))
    await approver.hears(stage.say(digits.ASKED))
    await approver.says(apps.next_digits(cast.APPROVER))
    await approver.hears("5")
    await stands_at(stage, approver, "Reporting:who")
    assert await only_order(stage) is OrderState.ISSUED


async def stands_at(stage: Stage, phone: Phone, state: str) -> None:
    async def there() -> bool:
        return (await stage.town.house.dialogues.load(str(phone.user)))[0] == state

    await until(there)


async def test_the_code_that_init_printed_makes_a_stranger_the_admin(stage: Stage) -> None:
    code = await stage.town.house.services.founders.make_code(by=Actor.operator())
    founder = await stage.stranger()
    await stage.lab.start(founder.user)
    await founder.taps(await founder.hears("语言"), "中文")
    await founder.taps(await founder.hears(lambda message: "cns" in str(message)), stage.say(start_keyboards.AGREE))
    await founder.taps(await founder.hears(stage.say(start_views.ENTRANCE)), stage.say(start_keyboards.HAVE_CODE))
    await founder.hears(stage.say(start_views.LINK_CODE))
    await founder.says("0000-0000-0000-0000")
    await founder.hears(stage.say(FounderCodeWrong.text))
    await founder.says(code.lower())
    await founder.hears(stage.say(start_views.NAME))
    await founder.says("孙建国")
    await founder.hears(stage.say(start_views.PHONE))
    await founder.says("13705780099")
    await founder.hears(stage.say(founders.FOUND, name="孙*国")[:20])
    person = await stage.town.house.services.grants.with_phone("13705780099")
    actor = await stage.town.house.services.people.actor_of(person.id, via="chat")
    assert actor.can(May.GRANT, now=stage.town.clock.now(), area=cast.OTHER_VILLAGE.code)
    await founder.says("/login")
    await founder.hears(stage.say(logins.HOW, address="https://ls.example.org/login")[:10])


async def test_an_admin_code_out_of_place_is_answered_with_the_way(stage: Stage) -> None:
    code = await stage.town.house.services.founders.make_code(by=Actor.operator())
    stranger = await stage.stranger()
    await stranger.says(code)
    await stranger.hears(stage.say(founders.BEGIN_FIRST))
    lin = await stage.phone_of(cast.LIN)
    await lin.says(code)
    await lin.hears("/login")
