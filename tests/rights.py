"""Who may read a file, where the system knows rights of this kind."""

from __future__ import annotations

import os
from pathlib import Path


def has(path: Path, rights: int) -> bool:
    """Whether a file has these rights; always true on a system that has none."""
    return os.name != "posix" or path.stat().st_mode & 0o777 == rights
