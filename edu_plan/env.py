"""Reading settings from the environment; a value that can't be read stops the start with its name."""

import datetime
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_LENGTH, KEY_LETTERS = 50, 5  # as Django's own security.W009 wants them


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"缺少环境变量 {name}")
    return value


def secret(name: str, default: str | None = None) -> str:
    """From ``name``, or from the file that ``name``_FILE names (a docker secret); both at once are a mistake."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return text(name, default)
    if os.environ.get(name):
        raise ImproperlyConfigured(f"环境变量 {name} 和 {name}_FILE 只能设一个")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"环境变量 {name}_FILE 指的文件“{file}”读不出来") from error


def strong_key(name: str) -> str:
    """A secret that nobody guesses."""
    key = secret(name)
    if len(key) < KEY_LENGTH or len(set(key)) < KEY_LETTERS or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(f"{name} 太弱：应是至少 {KEY_LENGTH} 个字符的随机串，见 docs/operations.md")
    return key


def hosts(name: str) -> list[str]:
    """The names under which the installation is reached; no pattern for any name at all."""
    found = words(name, "")
    if not found or "*" in found:
        raise ImproperlyConfigured(f"环境变量 {name} 应列出访问本系统的域名，用逗号分开，不能为空，也不能是 *")
    return found


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"环境变量 {name} 应为 0 或 1，现为“{value}”")
    return value == "1"


def date(name: str) -> datetime.date | None:
    value = os.environ.get(name)
    if not value:
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"环境变量 {name} 应为 2025-07-03 样的日期，现为“{value}”") from error


def seconds(name: str, default: float) -> float:
    value = os.environ.get(name)
    try:
        return float(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"环境变量 {name} 应为秒数，现为“{value}”") from error


def whole(name: str, default: int) -> int:
    value = os.environ.get(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"环境变量 {name} 应为整数，现为“{value}”") from error


def words(name: str, default: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
