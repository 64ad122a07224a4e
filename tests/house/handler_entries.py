"""Handlers that ask for no right: why, and which tables they may write for whoever comes. One that stands here nowhere fails the walk."""

from collections.abc import Mapping

Entry = tuple[str, frozenset[str]]
NOTHING: frozenset[str] = frozenset()
SAFE = frozenset({"member_events", "members"})
HELP = SAFE | {"audit", "deliveries", "messages"}
OWN_REPORT = frozenset({"reports", "chats", "media", "receipts", "audit", "deliveries", "messages"})
REGISTERING = frozenset({"people", "households", "contacts", "consents", "link_codes", "link_tries", "receipts", "audit", "chats", "codes"})
GATE = frozenset({"gate_events", "stays", "receipts", "audit"})


def _all(room: str, names: str, why: str, tables: frozenset[str] = NOTHING) -> dict[str, Entry]:
    return {f"{room}.{name}": (why, tables) for name in names.split()}


OPEN: Mapping[str, Entry] = {
    **_all("codes", "show_code", "one's own code", frozenset({"codes", "audit"})),
    **_all("codes", "show_live", "one's own code anew", frozenset({"codes", "audit"})),
    **_all("crossings", "take_post", "a keeper's own shelter, or a guard's own checkpoint; the use cases ask"),
    **_all("fallback", "answer_any_tap answer_anything", "the open question again, or the menu"),
    **_all("founders", "take_code take_name take_phone", "whoever has the founder's code; wrong ones are counted", frozenset({"audit", "link_tries"})),
    **_all("glass", "end", "whoever holds it ends it, and whoever approves or administers; the use case asks"),
    **_all("groups", "met_in_group moved put_out", "a group says what happened to it; the code that ties it is asked for the right of its owner"),
    **_all("lists", "send_lists", "whoever scans or sees the board; the use case asks", frozenset({"published"})),
    **_all("logins", "ask answer", "one's own browser; who has nothing to do in the console is refused", frozenset({"audit", "link_tries"})),
    **_all("people", "ask_language show_me", "one's own language and card"),
    **_all("report_desk", "ask_words close let_be", "who was told to handle a report may close it without a role; the use case asks"),
    **_all("report_photos", "refuse_file take_photo too_early", "photos of one's own report", OWN_REPORT),
    **_all("reports", "again back begin look_for_village reopen send stop", "everybody reports, and sees the own reports", OWN_REPORT),
    **_all("reports", "take_count take_pin take_place take_text take_typed tap", "everybody reports, and sees the own reports", OWN_REPORT),
    **_all("rollcall", "add_note call_for_help press_help", "help is taken from anybody", HELP),
    **_all("rollcall", "ask_where choose finish over take_kind take_outside take_where", "an answer for oneself and the own household", SAFE),
    **_all("sites", "ask_when come_in go_out show_site still_here take_when", "one's own way through a gate; the use case asks who works there", GATE),
    **_all("start", "agree cancel choose_language enter greet look_for_village open_link", "coming in, before anybody is known", REGISTERING),
    **_all("start", "link register take_name take_phone take_village tap_instead type_code", "coming in, before anybody is known", REGISTERING),
    **_all("visits", "add_nothing open_card over show_visits take_note take_outcome turn_page", "the visits that one was asked to make; the use case asks"),
}  # fmt: skip
