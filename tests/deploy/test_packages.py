"""What is in deploy/ fits the program: names that exist, nothing runs as root, and tools are content."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from bot.ops import metrics
from bot.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
SETTINGS = {str(field.validation_alias) for field in Settings.model_fields.values()} | {"ADVISOR_SECRETS_DIR"}
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
COMPOSE = sorted(DEPLOY.glob("compose*.yaml"))


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words], check=False, capture_output=True, text=True, timeout=60
    )


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not on this machine")


def series() -> set[str]:
    """The names under which this program's metrics are scraped."""
    names = set()
    for made in vars(metrics).values():
        if isinstance(made, Counter | Gauge | Histogram):
            for family in made.collect():
                names |= {family.name, *(sample.name for sample in family.samples)}
                if isinstance(made, Counter):
                    names.add(f"{family.name}_total")
    return names


def pods(path: Path) -> Iterator[dict[str, Any]]:
    for part in yaml.safe_load_all(path.read_text()):
        if "template" in part.get("spec", {}):
            yield part["spec"]["template"]["spec"]


def test_alerts_and_dashboard_speak_of_metrics_that_exist() -> None:
    text = (DEPLOY / "prometheus/alerts.yml").read_text()
    board = json.loads((DEPLOY / "grafana/dashboard.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    named = set(re.findall(r"\badvisor_[a-z_]+", " ".join([text, *asked])))
    assert len(named) > 8
    assert named - series() == set()


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_a_composed_bot_cannot_write_its_root_and_has_no_capability(path: Path) -> None:
    composed = yaml.safe_load(path.read_text())
    bot = composed["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert {name.removesuffix("_FILE") for name in bot["environment"]} <= SETTINGS
    assert {file["file"] for file in composed["secrets"].values()} == {
        f"./secrets/{name}" for name in composed["secrets"]
    }
    assert "deploy/secrets/" in (DEPLOY.parent / ".gitignore").read_text().split()


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_pod_runs_as_nobody_in_particular_and_cannot_write_its_root(path: Path) -> None:
    found = list(pods(path))
    assert found
    for pod in found:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["livenessProbe"]["exec"]["command"] == ["advisor", "healthcheck"]
            assert {one["name"] for one in container["env"]} <= SETTINGS


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_manifest_sets_nothing_that_the_program_does_not_know(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"\b(?:ADVISOR|TELEGRAM)_[A-Z_]+", text)) <= SETTINGS


def test_the_image_is_built_from_files_that_exist_and_runs_as_no_root() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    root = DEPLOY.parent
    ignored = (root / ".dockerignore").read_text().split()
    for source in (one for group in copied for one in group):
        assert (root / source).exists()
        assert f"!{source.rstrip('/')}" in ignored
    named = re.findall(r"-r (requirements/\S+\.txt)", "\n".join(lines))
    assert named
    assert all((root / name).exists() for name in named)
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 10001:0"]


@needs("systemd-analyze")
def test_the_unit_is_hardened_to_an_exposure_of_two_at_most() -> None:
    done = run(
        "systemd-analyze", "security", "--offline=true", "--no-pager", DEPLOY / "privacy-advisor.service"
    )
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    if found is None:
        pytest.skip("this systemd-analyze cannot look at a file")
    assert float(found[1]) <= 2.0


@needs("promtool")
def test_prometheus_takes_the_alert_rules_and_their_tests() -> None:
    for words in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")):
        done = run("promtool", *words[:2], DEPLOY / "prometheus" / words[2])
        assert done.returncode == 0, done.stdout + done.stderr


@needs("hadolint")
def test_hadolint_has_nothing_to_say_of_the_dockerfile() -> None:
    done = run("hadolint", DEPLOY / "Dockerfile")
    assert done.returncode == 0, done.stdout


@needs("caddy")
def test_caddy_takes_its_sample() -> None:
    done = run("caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "proxy/Caddyfile")
    assert done.returncode == 0, done.stderr
