"""The build hook: makes what is not in the repository (compiled catalogues) and puts it into the wheel."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Compiles every catalogue; `MASHANG_SKIP_ASSETS=1` builds without, and the app reads the sources instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if os.environ.get("MASHANG_SKIP_ASSETS") == "1":
            return
        for made in compiled(Path(self.root) / "locales"):
            build_data["artifacts"].append(made.relative_to(self.root).as_posix())


def compiled(folder: Path) -> list[Path]:
    """Every .po under `folder` as .mo beside it; one that is newer than its source stays as it is."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as po:
                catalogue = read_po(po)
            with target.open("wb") as mo:
                write_mo(mo, catalogue)
        made.append(target)
    return made


if __name__ == "__main__":
    compiled(Path(__file__).parent / "locales")
