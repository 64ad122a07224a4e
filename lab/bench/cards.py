"""Ten thousand cards by the command: signed, registered, drawn into PDF; what one core does, how much memory it takes, and how much faster than qrcode."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any, Final

from codes.qr import modules
from lab.bench.start import house, mashang, once

AREA: Final = "3311"
AREAS: Final = f"code,name,level,parent_code\n{AREA},丽水市,city,\n"
FEW: Final = 1000
MODULES: Final = 49
DRAWN: Final = 30
GOAL, MOST_GROWTH = 500, 1.3


def measured(cards: int) -> dict[str, Any]:
    """Cards for each second of processor time, start-up included; the peak with a tenth of them beside it tells whether memory is flat."""
    with tempfile.TemporaryDirectory(prefix="mashang-bench-") as place:
        folder = Path(place)
        environment = house(folder / "data") | {"MASHANG_PUBLIC_URL": "https://ls.example.gov.cn", "MASHANG_OFFICE_PHONE": "0578-2012345"}
        (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
        once([*mashang(), "init", "--root-key", str(folder / "root.pem")], environment)
        once([*mashang(), "areas", "import", str(folder / "areas.csv")], environment)
        _, _, few_mb = printed(folder, environment, FEW)
        seconds, processor, peak_mb = printed(folder, environment, cards)
    return {
        "cards": cards, "per_second": round(cards / processor, 1), "peak_mb": round(peak_mb, 1), "qrcode_ratio": round(by_qrcode() * cards / processor, 1),
        "peak_mb_of_1000": round(few_mb, 1), "by_the_clock_per_second": round(cards / seconds, 1),
    }  # fmt: skip


def printed(folder: Path, environment: dict[str, str], cards: int) -> tuple[float, float, float]:
    """One print of blank cards: seconds by the clock, seconds of the processor, and the most memory in MB."""
    target = folder / f"cards-{cards}.pdf"
    command = [*mashang(), "cards", "print", "--area", AREA, "--kind", "card", "--blank", str(cards), "--pdf", str(target), "--json"]
    began = time.monotonic()
    with (folder / "answer").open("w+b") as answer:
        process = subprocess.Popen(command, env=environment, stdout=answer, stderr=subprocess.DEVNULL)  # noqa: S603
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        told = json.loads(answer.read())
    if process.returncode or told["cards"] != cards or not all(Path(file).stat().st_size for file in told["files"]):
        raise RuntimeError(f"the print came to {told}")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def by_qrcode() -> float:
    """Processor seconds in which the `qrcode` library makes the modules of one code of the same size."""
    random = Random(1)
    texts = ["HTTPS://LS.EXAMPLE.GOV.CN/S/" + "".join(random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=189)) for _ in range(DRAWN)]
    assert len(modules(texts[0])) == MODULES
    began = time.process_time()
    for text in texts:
        modules(text)
    return (time.process_time() - began) / DRAWN


def slow(figures: dict[str, Any]) -> list[str]:
    """What is below the goals, in words."""
    said = []
    if figures["per_second"] < GOAL:
        said.append(f"{figures['per_second']} cards a second on one core; the goal is {GOAL}")
    if figures["peak_mb"] > MOST_GROWTH * figures["peak_mb_of_1000"]:
        said.append(f"memory grew from {figures['peak_mb_of_1000']} MB to {figures['peak_mb']} MB")
    return said
