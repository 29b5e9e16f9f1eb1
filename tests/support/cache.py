"""Where tests keep what the matcher computes from the knowledge, by its hash: it is computed once for all."""

from __future__ import annotations

import tempfile
from pathlib import Path

CACHE = Path(tempfile.gettempdir()) / "privacy-advisor-test-cache"
