"""What a file may contain of what people wrote."""

import re
from typing import Any

# Neither XML 1.0 nor a spreadsheet takes these: controls, halves of pairs, two that are no characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(content: Any) -> Any:
    """JSON with every text in it freed of characters that no document can hold."""
    if isinstance(content, str):
        return _UNPRINTABLE.sub("", content)
    if isinstance(content, dict):
        return {key: printable(value) for key, value in content.items()}
    return [printable(value) for value in content] if isinstance(content, list) else content
