"""Coming in: consent, the warden's code, registering alone, deep links."""


from bot.keyboards import start as keyboards
from bot.views import start as views
from domain.people import LinkCodeWrong, PhoneInvalid
from services.actors import Actor
from tests import cast
from tests.handlers.stage import Stage, words


async def test_a_stranger_registers_in_chat_and_gets_a_code(stage: Stage) -> None:
    anna = await stage.stranger()
    await anna.says("/start")
    await anna.taps(await anna.hears(stage.say(views.CHOOSE)), "中文")
    await anna.taps(await anna.hears("2026-1"), stage.say(keyboards.AGREE))
    await anna.taps(await anna.hears(stage.say(views.ENTRANCE)), stage.say(keyboards.REGISTER))
    await anna.hears(stage.say(views.NAME))
    await anna.says("安 娜")
    await anna.hears(stage.say(views.PHONE))
    await anna.says("12345")
    assert stage.say(PhoneInvalid.text) in words(await anna.hears(stage.say(views.PHONE)))
    await anna.says("13905780099")
    await anna.hears(stage.say(views.VILLAGE))
    await anna.says("没有这样")
    await anna.hears("没有这样")
    await anna.says("平乐")
    await anna.taps(await anna.hears(stage.say(views.VILLAGES)), cast.VILLAGE.name)
    await anna.taps(await anna.hears(cast.VILLAGE.name), stage.say(keyboards.RIGHT))
    photo = await anna.hears(lambda message: "photo" in message)
    scanned = await stage.lab.scan(photo["photo"][-1]["file_id"])
    assert scanned[0]["text"].startswith("HTTPS://LS.EXAMPLE.ORG/S/")
    person = await stage.town.person("安 娜")
    assert (person.area, person.phone, person.confirmed) == (cast.VILLAGE.code, "+8613905780099", False)


async def test_only_ones_own_contact_card_is_taken_as_ones_phone(stage: Stage) -> None:
    anna = await stage.stranger(phone="+8613905780098")
    await anna.says("/start")
    await anna.taps(await anna.hears(stage.say(views.CHOOSE)), "中文")
    await anna.taps(await anna.hears("2026-1"), stage.say(keyboards.AGREE))
    await anna.taps(await anna.hears(stage.say(views.ENTRANCE)), stage.say(keyboards.REGISTER))
    await anna.hears(stage.say(views.NAME))
    await anna.says("安娜")
    await anna.hears(stage.say(views.PHONE))
    await stage.lab.act(anna.user, "contact", phone_number="+8613900000000", first_name="别人", user_id=99)
    await anna.hears(stage.say(views.PHONE))
    await stage.lab.act(anna.user, "contact")
    await anna.hears(stage.say(views.VILLAGE))


async def test_not_now_keeps_nothing(stage: Stage) -> None:
    anna = await stage.stranger(language="en")
    await anna.says("/start")
    await anna.taps(await anna.hears("Welcome"), "English")
    await anna.taps(await anna.hears("What we keep"), "Not now")
    await anna.hears("Nothing was kept")
    await anna.says("hello")
    await anna.hears("not registered")


async def test_a_warden_makes_a_link_code_and_the_named_person_uses_it(stage: Stage) -> None:
    warden, lin = await stage.phone_of(cast.WARDEN), await stage.stranger()
    await warden.says("/linkcode")
    home = await warden.hears(lambda message: any("林" in str(button) for button in message.get("reply_markup", {}).get("inline_keyboard", [])))
    await warden.taps(home, "林")
    await warden.taps(await warden.hears(""), "lnk")
    shown = words(await warden.hears("24"))
    digits = "".join(character for character in shown.splitlines()[1] if character.isdigit())
    assert len(digits) == 8
    await lin.says("/start")
    await lin.taps(await lin.hears(stage.say(views.CHOOSE)), "中文")
    await lin.taps(await lin.hears("2026-1"), stage.say(keyboards.AGREE))
    await lin.taps(await lin.hears(stage.say(views.ENTRANCE)), stage.say(keyboards.HAVE_CODE))
    await lin.hears(stage.say(views.LINK_CODE))
    await lin.says("0000 0000")
    await lin.hears(stage.say(LinkCodeWrong.text))
    await lin.says(f"{digits[:4]} {digits[4:]}")
    await lin.hears("林*山")


async def test_a_deep_link_opens_the_public_answer_and_names_nobody(stage: Stage) -> None:
    hu = await stage.town.person(cast.GRANNY_HU[0])
    card = await stage.town.house.services.codes.of_person(hu.id, by=await stage.town.actor(cast.OFFICER))
    parameter = card.link.partition("start=")[2]
    assert parameter
    for phone in (await stage.stranger(), await stage.phone_of(cast.LIN), await stage.phone_of(cast.KEEPER)):
        await stage.lab.start(phone.user, parameter)
        answer = words(await phone.hears(stage.say(views.VALID)))
        assert "胡" not in answer
    async with stage.town.house.works.read() as work:
        assert await work.scans.all() == []


async def test_a_person_of_the_house_gets_the_menu_of_their_roles_and_cancel_works_anywhere(stage: Stage) -> None:
    officer = await stage.phone_of(cast.OFFICER)
    await officer.says("/order")
    await officer.hears("")
    await officer.says("/cancel")
    await officer.hears(stage.say(views.STOPPED))
    shown = str((await stage.lab.chat(officer.user))["keyboard"])
    assert "📣" in shown
    assert "📋" not in shown
    await officer.says("随便说说")
    await officer.hears("")


async def test_me_shows_what_is_kept_with_the_phone_masked(stage: Stage) -> None:
    lin = await stage.phone_of(cast.LIN)
    await lin.says("/me")
    about = await lin.hears("林*山")
    shown = words(about)
    assert "139****0011" in shown
    assert cast.VILLAGE.name in shown
    await lin.taps(about, "English")
    await lin.hears("From now on I write to you in English.")
    actor = await stage.town.house.services.people.actor(channel="telegram", bot=4242, address=str(lin.user), language="zh_CN")
    assert isinstance(actor, Actor)
    assert actor.language == "en"
