"""A software bill of materials from requirements/run.txt: CycloneDX 1.6, JSON, with nothing but Python.

    python requirements/sbom.py [FILE]

The same lock gives the same bytes. Hashes are those of every file that the lock allows; which requirement
brought a package along stands in the lock's remarks.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PINNED = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+))?"
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(slots=True)
class Package:
    """One line of the lock."""

    name: str
    version: str
    marker: str = ""
    hashes: list[str] = field(default_factory=list)
    wanted_by: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> list[Package]:
    """The packages of a lock, in its order.

    Raises:
        ValueError: a package has no hash, or a line is not understood.
    """
    packages: list[Package] = []
    for line in text.splitlines():
        words = line.strip()
        if found := _HASH.search(words):
            packages[-1].hashes.append(found[1])
        elif words.startswith("#"):
            wanted = words.lstrip("# ").removeprefix("via").strip()
            if wanted and not wanted.startswith("-") and packages:
                packages[-1].wanted_by.append(wanted.split(" ")[0])
        elif found := _PINNED.match(words):
            marker = (found["marker"] or "").strip()
            packages.append(Package(_normal(found["name"]), found["version"], marker))
        elif words:
            raise ValueError(f"not understood: {words}")
    for package in packages:
        if not package.hashes:
            raise ValueError(f"{package.name} has no hash")
    return packages


def bill(lock: str, project: dict[str, str]) -> dict[str, object]:
    """The bill of materials.

    Args:
        lock: the text of requirements/run.txt.
        project: `name`, `version` and `license` of pyproject.toml.
    """
    packages = read_lock(lock)
    root = f"pkg:pypi/{project['name']}@{project['version']}"
    purls: dict[str, list[str]] = {project["name"]: [root]}  # one name may have a version for each Python
    for package in packages:
        purls.setdefault(package.name, []).append(package.purl)
    needs: dict[str, list[str]] = {purl: [] for some in purls.values() for purl in some}
    for package in packages:
        for name in package.wanted_by:
            for purl in purls[_normal(name)]:
                needs[purl].append(package.purl)
    digest = hashlib.sha256(lock.encode()).hexdigest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{root}#{digest}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": root,
            }
        },
        "components": [_component(package) for package in packages],
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(refs))} for ref, refs in sorted(needs.items())],
    }


def _component(package: Package) -> dict[str, object]:
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "hashes": [{"alg": "SHA-256", "content": content} for content in sorted(set(package.hashes))],
    }
    if package.marker:
        component["properties"] = [{"name": "python:marker", "value": package.marker}]
    return component


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Print it, or write it into a file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    made = bill((ROOT / "requirements" / "run.txt").read_text("utf-8"), project)
    text = json.dumps(made, indent=1) + "\n"
    if sys.argv[1:]:
        target = Path(sys.argv[1])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        sys.stderr.write(f"{target} is written\n")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
