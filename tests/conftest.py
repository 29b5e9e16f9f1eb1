"""Fixtures that several folders of tests share."""

import os

from tests.support.cache import CACHE
from tests.support.databases import data_dir, database, database_url, postgres_only, sqlite_database
from tests.support.members import house

__all__ = ["data_dir", "database", "database_url", "house", "postgres_only", "sqlite_database"]

# Processes that tests start read it, too.
os.environ.setdefault("ADVISOR_CACHE_DIR", str(CACHE))
