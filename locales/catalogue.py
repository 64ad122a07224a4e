"""Catalogues: a marked sentence in, a sentence in the reader's language out."""

import html
from collections.abc import Iterable, Mapping
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, Self

LANGUAGES = ("zh_CN", "en")
DOMAIN = "mashang"
HERE = Path(__file__).parent


class Catalogue:
    """One language. Sentences are the English marked ones; a missing one is said in English rather than not at all."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def say(self, sentence: str, /, **fields: object) -> str:
        """The sentence in this language with its fields filled in. KeyError when a field is missing: that is a fault of ours."""
        said = self._translations.gettext(sentence) if sentence else ""
        return said.format_map(fields) if fields else said.format_map({}) if "{" in said else said

    def open(self, sentence: str) -> str:
        """The sentence in this language with its fields still open, for a reader that fills them in itself."""
        return self._translations.gettext(sentence)

    def say_many(self, one: str, many: str, count: int, /, **fields: object) -> str:
        """The form that fits `count`, which is also the field {count}. Both forms may also stand in the catalogue as sentences of their own."""
        said = self._translations.ngettext(one, many, count)
        return (self._translations.gettext(said) if said in (one, many) else said).format_map({"count": count, **fields})

    def join(self, parts: Iterable[str]) -> str:
        """As a list is written: 甲、乙 / A, B."""
        return ("、" if self.language == "zh_CN" else ", ").join(parts)

    def say_html(self, sentence: str, /, **fields: object) -> str:
        """Like `say`, for HTML (Telegram, web): fields are escaped, the sentence may hold tags."""
        return self.say(sentence, **{name: html.escape(str(value), quote=True) for name, value in fields.items()})


class Catalogues:
    """Every language the house speaks. Reads .mo files, or the .po beside them when they were not built."""

    def __init__(self, folder: Path, *, default: str = "zh_CN") -> None:
        self._folder = folder
        self.default = default if default in LANGUAGES else LANGUAGES[0]

    @classmethod
    def packaged(cls, *, default: str = "zh_CN") -> Self:
        """The catalogues that came with the program."""
        return cls(HERE, default=default)

    def of(self, language: str | None) -> Catalogue:
        """The catalogue of a language code as Telegram or a browser says it; the default one for a language we do not speak."""
        return self._all[self.match(language)]

    def match(self, language: str | None) -> str:
        """zh_CN for any Chinese, en for any English, else the default. Takes `zh-hans`, `en-US`, also a whole Accept-Language header."""
        for part in (language or "").replace("_", "-").lower().split(","):
            name = part.split(";")[0].strip().split("-")[0]
            if name in ("zh", "en"):
                return "zh_CN" if name == "zh" else "en"
        return self.default

    @cached_property
    def _all(self) -> Mapping[str, Catalogue]:
        return {language: Catalogue(language, loaded(self._folder / language / "LC_MESSAGES" / DOMAIN)) for language in LANGUAGES}


def loaded(stem: Path) -> NullTranslations:
    """The translations at STEM.mo, or compiled in memory from STEM.po when that is newer or alone; empty when there is neither."""
    mo, po = stem.with_suffix(".mo"), stem.with_suffix(".po")
    if mo.is_file() and not (po.is_file() and po.stat().st_mtime > mo.stat().st_mtime):
        with mo.open("rb") as file:
            return GNUTranslations(file)
    return from_po(po) if po.is_file() else NullTranslations()


def from_po(po: Path) -> GNUTranslations:
    """A catalogue straight from its source, for a checkout whose assets were not built."""
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as file:
        catalogue: Any = read_po(file)
    built = BytesIO()
    write_mo(built, catalogue)
    built.seek(0)
    return GNUTranslations(built)
