"""Named groups in chat: the list, one group, who is in it, the Telegram group tied to it."""

from html import escape

from domain.chats import ChatState
from domain.text import N_
from locales.catalogue import Catalogue
from services.groups import GroupView

LIST = N_("<b>Groups</b> that notices can go to. Tap one, or make a new one.")
NO_GROUPS = N_("There is no group in your area yet. Make one: then a notice reaches all its people with one tap.")
WHERE = N_("For which area is the group? Tap it, or type a part of the name of a village.")
NAME = N_("What is the group called? For example: flood watch. Type it.")
CARD = N_("👥 <b>{group}</b> · {area}")
IN_IT = N_("People in it: {count}")
OURS = N_("You keep this group.")
NOT_OURS = N_("Somebody else keeps this group. You can send notices to it, but not change it.")
NO_CHAT = N_("No Telegram group is tied to it.")
POSTS = N_("Its notices are posted in the Telegram group that is tied to it.")
THROWN_OUT = N_("⚠️ This bot was put out of the Telegram group: nothing is posted there any more. Tie one again.")
WHOM = N_("Whom do you want to add to “{group}”? Type a phone number or a part of a name.")
PICK = N_("Tap the person.")
ADDED = N_("{name} is in “{group}” now. People in it: {count}. Type the next one, or go back.")
MEMBERS = N_("In “{group}”: {count}. Tap a name to take that person out. To find somebody, type a part of the name.")
NOBODY_SO_CALLED = N_("Nobody in “{group}” is called that. Type another part of the name, or go back.")
NOBODY_IN = N_("Nobody is in “{group}” yet.")
MORE = N_("The first {shown} of {count} are shown.")
REMOVED = N_("{name} is out of “{group}”. People in it: {count}.")
BIND = N_(
    'Add this bot to your Telegram group with this link: <a href="{link}">choose the group</a>. It works once, for {minutes} minutes, and only '
    "from your own account. I ask you here to confirm it then."
)
BIND_TYPED = N_("Or add the bot by hand and write there: <code>{command}</code>")
CONFIRM = N_(
    "Tie “{group}” to the Telegram group “{title}”? From then on its notices are posted there. Everybody in that chat reads them; "
    "names of people are never posted."
)
TO_PRIVATE = N_("Almost done: please confirm it in your private chat with me.")
BOUND = N_("Done: notices to “{group}” are posted in that Telegram group too.")
NOT_BOUND = N_("Not tied. Nothing is posted there.")
UNBOUND = N_("Done: nothing more is posted in that Telegram group.")
OVER = N_("This question is no longer open. Send /group.")


def card(view: GroupView, area: str, catalogue: Catalogue, *, ours: bool) -> str:
    states = {None: NO_CHAT, ChatState.ACTIVE: POSTS}
    lines = [catalogue.say_html(CARD, group=view.group.called, area=area), catalogue.say(IN_IT, count=view.members)]
    lines.append(catalogue.say(states.get(view.posts, THROWN_OUT)))
    return "\n".join([*lines, catalogue.say(OURS if ours else NOT_OURS)])


def members(view: GroupView, shown: int, catalogue: Catalogue) -> str:
    if not view.members:
        return catalogue.say_html(NOBODY_IN, group=view.group.called)
    if not shown:
        return catalogue.say_html(NOBODY_SO_CALLED, group=view.group.called)
    text = catalogue.say_html(MEMBERS, group=view.group.called, count=view.members)
    return text if shown >= view.members else f"{text}\n{catalogue.say(MORE, shown=shown, count=view.members)}"


def bind(link: str, command: str, minutes: int, catalogue: Catalogue) -> str:
    lines = [catalogue.say_html(BIND, link=link, minutes=minutes)] if link else []
    return "\n\n".join([*lines, catalogue.say_html(BIND_TYPED, command=command)])


def under(first: str, then: str) -> str:
    """Something that happened, and below it what stands now. The first is escaped, the second is HTML."""
    return f"{escape(first)}\n\n{then}"
