"""All benches, one after the other: python -m bench. Writes their ratios into docs/benchmarks.md, between its marks."""

import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.common import ROOT, Line, say

SIZES = {"measure": ["--districts", "8"]}  # else as each script says; all together in a quarter of an hour
PAPER = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- the last run -->\n", "<!-- end of the last run -->\n"


def main() -> None:
    begun = time.monotonic()
    scripts = sorted(path for path in (ROOT / "bench").glob("[!_]*.py") if path.stem != "common")
    found = {path.stem: ratios_of(path) for path in scripts}
    before, _, rest = PAPER.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAPER.write_text(f"{before}{BEGIN}{table(found, (time.monotonic() - begun) / 60)}{END}{after}", encoding="utf-8")
    failed = [name for name, lines in found.items() if lines is None]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


def ratios_of(script: Path) -> list[Line] | None:
    """None where it ended in an error."""
    say(script.stem)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ratios.json"
        ended = subprocess.run([sys.executable, script, "--json", file, *SIZES.get(script.stem, [])], cwd=ROOT)
        return json.loads(file.read_text()) if ended.returncode == 0 else None


def table(found: dict[str, list[Line] | None], minutes: float) -> str:
    load = f"{os.getloadavg()[2]:.1f}"
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    rows = [
        f"{datetime.date.today()}, {machine}, load {load} over the last quarter of an hour, {minutes:.0f} minutes.\n"
    ]
    rows += ["\n| script | what, against its reference | ratio | aim | |\n|---|---|---|---|---|\n"]
    for name, lines in found.items():
        if lines is None:
            rows.append(f"| {name} | ended in an error | | | ✗ |\n")
        rows += [row(name, one) for one in lines or []]
    return "".join(rows)


def row(script: str, one: Line) -> str:
    more = one["better"] == "higher"
    met = one["ratio"] >= one["aim"] if more else one["ratio"] <= one["aim"]
    aim = f"{'≥' if more else '≤'} {one['aim']}"
    return f"| {script} | {one['name']} | {one['ratio']:.2f} | {aim} | {'' if met else 'missed'} |\n"


if __name__ == "__main__":
    main()
