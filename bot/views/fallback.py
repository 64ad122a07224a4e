"""Answers to what nobody asked for."""

from domain.text import N_

MENU = N_("I did not understand that. Choose below what you need.")
NOT_AN_ANSWER = N_("I cannot use this here. Please answer the question, or send /cancel.")
IN_WORDS = N_("Please answer in words.")
OLD_ANSWER = N_("This button belongs to an earlier question. Please answer the last one, or send /cancel.")
OLD_BUTTON = N_("This button is no longer valid. Please start again from the menu below.")
