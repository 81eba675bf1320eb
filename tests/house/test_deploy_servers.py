"""The manifests for Kubernetes and the units for systemd are valid, agree with each other, and give no rights away."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]
import pytest

from tests.house import deployments
from tests.house.sources import ROOT

OLDEST, NEWEST = "1.29", "1.37"
SECONDS_TO_FINISH = 60
UNITS = ROOT / "deploy" / "systemd"


def settings() -> dict[str, str]:
    return deployments.assignments((deployments.KUBERNETES / "settings.properties").read_text(encoding="utf-8"))


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_manifest_fits_the_schema_of_kubernetes(version: str) -> None:
    assert len(deployments.manifests()) > 20
    for manifest in deployments.manifests():
        kubernetes_validate.validate(manifest, version, strict=True)


def test_no_secret_is_among_the_manifests() -> None:
    assert deployments.of_kind("Secret") == []
    assert deployments.secrets() & settings().keys() == set()


@pytest.mark.parametrize(("name", "pod"), deployments.pods())
def test_a_pod_has_no_rights(name: str, pod: dict[str, Any]) -> None:
    context = pod["securityContext"]
    assert (context["runAsNonRoot"], context["runAsUser"]) == (True, 10001)
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize(("name", "pod"), deployments.pods())
def test_a_pod_gets_no_address_of_a_service_in_place_of_a_setting(name: str, pod: dict[str, Any]) -> None:
    assert pod["enableServiceLinks"] is False


@pytest.mark.parametrize(("name", "pod"), [(name, pod) for name, pod in deployments.pods() if name != "migrate"])
def test_a_pod_is_probed_and_has_time_to_finish(name: str, pod: dict[str, Any]) -> None:
    [container] = pod["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] in ports, probe
    assert pod["terminationGracePeriodSeconds"] >= (30 if name == "engine" else SECONDS_TO_FINISH)


def test_the_ports_of_the_manifests_are_those_of_the_settings() -> None:
    by_name = {
        name: pod["containers"][0]["ports"][0]["containerPort"] for name, pod in deployments.pods() if name != "migrate"
    }
    given = settings()
    assert by_name == {
        "gateway": int(given["MSB_GATEWAY_PORT"]),
        "console": int(given["MSB_CONSOLE_PORT"]),
        "worker": int(given["MSB_OPS_PORT"]),
        "scheduler": int(given["MSB_OPS_PORT"]),
        "actions": int(given["MSB_ACTIONS_PORT"]),
        "engine": 5005,
    }


def test_the_application_knows_each_engine_by_its_stable_name() -> None:
    [engines] = deployments.of_kind("StatefulSet")
    names = [f"http://engine-{n}.engine:5005" for n in range(engines["spec"]["replicas"])]
    assert settings()["MSB_ENGINE_URL"].split(",") == names


def test_whatever_has_several_replicas_is_not_taken_away_at_once() -> None:
    budgets = {one["metadata"]["name"] for one in deployments.of_kind("PodDisruptionBudget")}
    assert budgets == {"gateway", "worker", "actions", "engine"}


def test_a_scaled_deployment_says_no_number_of_replicas_itself() -> None:
    scaled = {one["spec"]["scaleTargetRef"]["name"] for one in deployments.of_kind("HorizontalPodAutoscaler")}
    assert scaled == {"gateway", "worker"}
    for one in deployments.of_kind("Deployment"):
        assert ("replicas" in one["spec"]) is (one["metadata"]["name"] not in scaled)


def test_the_engine_is_reached_by_the_application_alone_and_reaches_nothing_outside() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in deployments.of_kind("NetworkPolicy")}
    assert policies["nothing-comes-in"] == {"podSelector": {}, "policyTypes": ["Ingress"]}
    [way_in] = policies["app-to-engine"]["ingress"]
    assert way_in["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/component": "app"}}}]
    assert policies["engine-stays-inside"]["policyTypes"] == ["Egress"]
    ports = {port["port"] for rule in policies["engine-stays-inside"]["egress"] for port in rule["ports"]}
    assert ports == {53, 5055, 5432}


def test_every_unit_belongs_to_the_target_or_is_started_by_hand() -> None:
    for name, text in deployments.units():
        if name.endswith(".service") and "Type=oneshot" not in text:
            assert "WantedBy=msb.target" in text, name
            assert "PartOf=msb.target" in text, name
            assert "Restart=always" in text, name


def test_every_unit_is_named_so_that_the_hardening_is_its_own() -> None:
    for name, _ in deployments.units():
        assert name == "deploy/systemd/msb.target" or re.match(r"deploy/systemd/msb-", name), name


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A root folder with the units where systemd looks for them, and the programs that they start."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    shutil.copytree(UNITS, tmp_path / "etc/systemd/system")
    for known in Path("/lib/systemd/system").iterdir():
        if known.is_file() and known.suffix in (".target", ".slice", ".socket"):
            (tmp_path / "usr/lib/systemd/system").mkdir(parents=True, exist_ok=True)
            shutil.copyfile(known, tmp_path / "usr/lib/systemd/system" / known.name)
    for program in ("opt/msb/.venv/bin/msb", "opt/msb/engine/.venv/bin/python", "usr/bin/env"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o755)
    return tmp_path


def instances() -> list[str]:
    names = [Path(name).name for name, _ in deployments.units()]
    return [name.replace("@.", "@9464.") for name in names]


def test_systemd_finds_no_fault_in_the_units(machine: Path) -> None:
    command = ["systemd-analyze", "verify", f"--root={machine}", "--man=no", *instances()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", [name for name in instances() if name.endswith(".service")])
def test_a_unit_is_locked_in(machine: Path, unit: str) -> None:
    command = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=20",
        f"--root={machine}",
        "--no-pager",
        unit,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
