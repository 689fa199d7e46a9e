"""Static files that an installed package carries."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FILE = "plotly.min.js"


class PlotlyFinder(BaseFinder):
    """Serves ``vendor/plotly.min.js`` out of the installed plotly package, without importing it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        package = importlib.util.find_spec("plotly")
        self.storage = FileSystemStorage(Path(package.origin).parent / "package_data")
        self.storage.prefix = "vendor"

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = self.storage.path(FILE) if path == f"vendor/{FILE}" else None
        return [found] if find_all and found else found or []

    def list(self, ignore_patterns: list[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        yield FILE, self.storage
