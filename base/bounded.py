"""Taking files of strangers apart in a process of its own, which may use so much time and memory and no more.

However small, a file may unpack to gigabytes, or keep a parser busy for hours; no list of tricks is complete. A child
that exceeds its limits dies, and the process that asked for it goes on. What runs there imports no Django, or each
call would wait for it. Run as ``python -m base.bounded MODULE FUNCTION``, the content on its standard input.
"""

import importlib
import json
import logging
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS, CPU_SECONDS = 5, 2  # by the clock, and reckoned: a busy machine keeps nobody out
BYTES = 300 * 1024 * 1024  # of address space
MOST_TOLD = 40 * 1024 * 1024  # bytes of JSON
ROOT = Path(__file__).resolve().parent.parent
log = logging.getLogger(__name__)


class Refused(Exception):
    """Nothing can be made of the content; why, in Chinese, begins after the file's name: 打不开：…"""


def bounded(function: Callable[[bytes], Any], content: bytes) -> Any:
    """What ``function``, of the top level of its module, makes of ``content``: JSON. Raises Refused, also where it
    takes too long, too much memory or fails on what nobody foresaw."""
    command = [sys.executable, "-m", "base.bounded", function.__module__, function.__name__]
    try:
        # The command is ours; the content comes by a pipe.
        ended = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, cwd=ROOT, check=False)  # noqa: S603  # nosec B603
        told = json.loads(ended.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise Refused("内容太多或太复杂，没有读完。请删去无关的工作表和内容再上传。") from error
    if ended.stderr:
        log.warning("a file was refused: %s", _kind_of(ended.stderr.decode(errors="replace")))
    if "refused" in told:
        raise Refused(told["refused"])
    return told["made"]


def _kind_of(errors: str) -> str:
    """Of the last error its class: what it says may quote the file."""
    return errors.strip().rpartition("\n")[2].partition(":")[0][:80]


def work(function: Callable[[bytes], Any], content: bytes) -> dict[str, Any]:
    """As the child tells it."""
    try:
        return {"made": function(content)}
    except Refused as error:
        return {"refused": str(error)}
    except MemoryError:
        raise
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201  the parent's log
        return {"refused": "打不开：文件已损坏，或设有打开密码。请用 Excel 或 WPS 另存为 .xlsx 再上传。"}


def main(module: str, name: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told = json.dumps(work(getattr(importlib.import_module(module), name), sys.stdin.buffer.read()))
    if len(told) <= MOST_TOLD:
        sys.stdout.write(told)


if __name__ == "__main__":
    from base import bounded as named  # not this one, called __main__, whose Refused would be another

    named.main(*sys.argv[1:])
