"""APScheduler as a carrier, with its job store in a database. Needs `pip install apscheduler`."""

from __future__ import annotations

import asyncio
import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.soak.carrier import Job, Mailbox

_mailbox: Mailbox | None = None
_places: asyncio.Semaphore | None = None


def available() -> bool:
    """Whether it can be imported."""
    return importlib.util.find_spec("apscheduler") is not None


def _scheduler(job: Job) -> Any:
    asyncio_scheduler = importlib.import_module("apscheduler.schedulers.asyncio")
    stores = importlib.import_module("apscheduler.jobstores.sqlalchemy")
    url = f"sqlite:///{Path(job.folder) / 'jobs.db'}"
    return asyncio_scheduler.AsyncIOScheduler(
        jobstores={"default": stores.SQLAlchemyJobStore(url)},
        job_defaults={"misfire_grace_time": None, "max_instances": 1},
        timezone=UTC,
    )


async def deliver(subject: str) -> None:
    """The job."""
    assert _mailbox is not None
    assert _places is not None
    async with _places:
        await _mailbox.put(subject)


async def prepare(job: Job, subjects: list[str]) -> None:
    """Store a job for each subject, due in a moment."""
    scheduler = _scheduler(job)
    scheduler.start(paused=True)
    for subject in subjects:
        when = datetime.now(UTC) + timedelta(seconds=1)
        scheduler.add_job(deliver, "date", run_date=when, args=[subject], id=subject)
    scheduler.shutdown()


async def run(job: Job) -> None:
    """Run what is stored until nothing is left."""
    global _mailbox, _places
    _mailbox, _places = Mailbox(job), asyncio.Semaphore(job.concurrency)
    scheduler = _scheduler(job)
    scheduler.start()
    while scheduler.get_jobs() or len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110 - its jobs are tasks
        await asyncio.sleep(0.1)
    scheduler.shutdown()
