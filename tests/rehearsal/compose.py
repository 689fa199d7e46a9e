"""docker-compose.yml as data: the processes in the order in which they start, with commands and variables as a
container would get them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import yaml

from tests.worker import ROOT

FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
DONE, HEALTHY = "service_completed_successfully", "service_healthy"


@dataclass(frozen=True)
class Service:
    name: str
    command: list[str]
    environment: dict[str, str]
    health: list[str]  # the command that tells whether it lives; none of one that ends by itself
    after: dict[str, str]  # service → condition
    said: dict[str, Any]  # all that the file says

    @property
    def is_ours(self) -> bool:
        return "build" in self.said

    @property
    def ends(self) -> bool:
        return self.said["restart"] == "no"


def services(given: Mapping[str, str]) -> list[Service]:
    """In the order in which they start; ``given`` is the operator's .env."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    order = TopologicalSorter({name: one.get("depends_on", {}) for name, one in said.items()}).static_order()
    return [service(name, said[name], given) for name in order]


def service(name: str, said: dict[str, Any], given: Mapping[str, str]) -> Service:
    return Service(
        name,
        said.get("command", []),
        {key: filled_in(str(value), given) for key, value in said.get("environment", {}).items()},
        said.get("healthcheck", {}).get("test", [])[1:],
        {other: one["condition"] for other, one in said.get("depends_on", {}).items()},
        said,
    )


def filled_in(text: str, given: Mapping[str, str]) -> str:
    """``${NAME:-default}`` and ``${NAME:?why}``, as Compose does."""

    def value(found: re.Match[str]) -> str:
        name, sign, rest = found.groups()
        if given.get(name):
            return given[name]
        if sign == "?":
            raise KeyError(f"{name}: {rest}")
        return rest or ""

    return VARIABLE.sub(value, text)


def environment_of(one: Service, here: Mapping[str, str]) -> dict[str, str]:
    """What its process gets on this machine: the file's variables, with what ``here`` is at another place."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
    kept["PATH"] = f"{ROOT / '.venv' / 'bin'}:{kept['PATH']}"
    return kept | one.environment | here
