"""The text of every setting, from the first place that has it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from dotenv import dotenv_values

OUTSIDE = ("ADVISOR_ENV_FILE", "ADVISOR_SECRETS_DIR")
"""Settings about where settings are; from the environment alone."""
_LARGEST_FILE = 65_536


def gather(names: Collection[str], environ: Mapping[str, str], faults: dict[str, str]) -> dict[str, str]:
    """The text of each of `names` that is set; what is wrong with one goes into `faults`."""
    found: dict[str, str] = {}
    for layer in (dict(environ), _env_file(environ, faults)):
        for name in names:
            if name in found or name in faults:
                continue
            text, file = (layer.get(key, "").strip() for key in (name, f"{name}_FILE"))
            if text and file:
                faults[name] = f"{name} and {name}_FILE are both set: take one of them out."
            elif text:
                found[name] = text
            elif file:
                _take_file(name, Path(file), f"{name}_FILE", found, faults)
    for folder in _secret_folders(environ, faults):
        for name in names:
            for candidate in (folder / name, folder / name.lower()):
                if name not in found and name not in faults and candidate.is_file():
                    _take_file(name, candidate, f"The secret {candidate}", found, faults)
    return found


def _take_file(name: str, path: Path, said_by: str, found: dict[str, str], faults: dict[str, str]) -> None:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            faults[name] = f"{said_by} names a file larger than 64 KiB: it must hold the value alone."
            return
        text = data.decode("utf-8").strip()
    except OSError as fault:
        faults[name] = f"{said_by} names a file that cannot be read ({fault.strerror}): correct the path."
        return
    except UnicodeDecodeError:
        faults[name] = f"{said_by} names a file that is not text: it must hold the value alone."
        return
    if text:
        found[name] = text
    else:
        faults[name] = f"{said_by} names an empty file: write the value into it."


def _env_file(environ: Mapping[str, str], faults: dict[str, str]) -> dict[str, str]:
    name = "ADVISOR_ENV_FILE"
    chosen = environ.get(name, "").strip()
    path = Path(chosen or ".env")
    if not chosen and not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8") as file:
            return {key: value or "" for key, value in dotenv_values(stream=file, interpolate=False).items()}
    except OSError as fault:
        faults[name] = f"{name} names a file that cannot be read ({fault.strerror}): correct the path."
    except UnicodeDecodeError:
        faults[name] = f"{name} names a file that is not text: it must hold lines of NAME=value."
    return {}


def _secret_folders(environ: Mapping[str, str], faults: dict[str, str]) -> Iterator[Path]:
    name = "ADVISOR_SECRETS_DIR"
    chosen = environ.get(name, "").strip()
    if chosen and Path(chosen).is_dir():
        yield Path(chosen)
    elif chosen:
        faults[name] = f"{name} names no folder: correct the path."
    given = environ.get("CREDENTIALS_DIRECTORY", "").strip()
    if given and Path(given).is_dir():
        yield Path(given)
