"""What is in deploy/ speaks of commands, settings and files that exist, and gives away no secret and no privilege."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.house import deployments
from tests.house.sources import ROOT, files, modules, report

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
EXAMPLES = tuple(name for name, _ in deployments.texts() if name.endswith(".example"))
NOT_IN_THE_IMAGE = {"benchmarks", "sandbox", "tests"}


@cache
def stages() -> dict[str, str]:
    """Each stage of the Dockerfile with all that it is made of, its base first."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, str] = {}
    for base, name, body in re.findall(r"^FROM (\S+) AS (\S+)\n(.*?)(?=^FROM |\Z)", text, re.MULTILINE | re.DOTALL):
        found[name] = found.get(base, "") + body
    return found


def copied(stage: str) -> list[str]:
    """What of the repository a stage copies."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", stages()[stage], re.MULTILINE)
    return [word for line in lines for word in line.split()[:-1] if not word.startswith("--")]


def test_every_setting_that_is_named_exists() -> None:
    known = deployments.settings_that_exist()
    offences = [
        f"{name}: {word}"
        for name, text in deployments.texts()
        for word in deployments.SETTING.findall(text)
        if word not in known
    ]
    assert not offences, report("Nothing reads these settings:", offences)


def test_every_command_that_is_started_exists() -> None:
    started = deployments.commands()
    offences = [f"{where}: msb {words}" for where, words in started if not deployments.is_a_command(words)]
    assert len(started) > 10
    assert not offences, report("The command line has no such commands:", offences)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_secret_has_a_value_in_an_example(name: str) -> None:
    secret = deployments.secrets() | {
        "MSB_DATABASE_URL",
        "MSB_ENGINE_STORE_URL",
        "POSTGRES_PASSWORD",
        "GRAFANA_PASSWORD",
    }
    given = deployments.assignments((ROOT / name).read_text(encoding="utf-8"))
    offences = sorted(setting for setting in secret if given.get(setting))
    assert not offences, report(f"{name} gives a value to:", offences)


def test_every_secret_is_named_in_the_example_for_one_host() -> None:
    named = deployments.assignments((ROOT / "deploy" / ".env.example").read_text(encoding="utf-8"))
    offences = sorted(deployments.secrets() - named.keys())
    assert not offences, report("deploy/.env.example doesn't name:", offences)


def test_what_compose_takes_from_the_environment_is_in_its_example() -> None:
    text = (ROOT / "deploy" / "compose.yml").read_text(encoding="utf-8")
    named = deployments.assignments((ROOT / "deploy" / ".env.example").read_text(encoding="utf-8"))
    offences = sorted(set(re.findall(r"\$\{([A-Z_]+)", text)) - named.keys())
    assert not offences, report("deploy/.env.example doesn't name:", offences)


@pytest.mark.parametrize("target", ["app", "engine"])
def test_an_image_runs_as_a_user_without_rights_and_says_whether_it_is_well(target: str) -> None:
    stage = stages()[target]
    assert re.findall(r"^USER (.+)$", stage, re.MULTILINE)[-1:] == ["10001:10001"]
    assert "STOPSIGNAL SIGTERM" in stage
    assert re.search(r"^HEALTHCHECK .*CMD \[", stage, re.MULTILINE)
    assert "pip uninstall" in stage
    assert not re.search(r"apt-get|gcc|curl", stage)


def test_images_install_only_what_is_locked_by_hash() -> None:
    installs = re.findall(r"\bpip [^&\n]*\b(?:install|sync)\b[^&\n]*", DOCKERFILE.read_text().replace("\\\n", " "))
    assert len(installs) == 3
    offences = [line for line in installs if "--require-hashes" not in line]
    assert not offences, report("Say --require-hashes in:", offences)


@pytest.mark.parametrize("stage", ["app", "engine", "app-packages", "engine-packages"])
def test_what_an_image_copies_is_there_and_gets_into_the_build(stage: str) -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    there = files()
    offences = [
        name
        for name in copied(stage)
        if not any(one == name or one.startswith(f"{name}/") for one in there)
        or not any(name == one or name.startswith(f"{one}/") for one in allowed)
    ]
    assert copied(stage)
    assert not offences, report("Missing in the repository or held back by .dockerignore:", offences)


def test_the_image_of_the_application_holds_every_package_that_it_imports() -> None:
    ours = {module.package for module in modules() if "/" in module.path}
    reached, waiting = set[str](), {"app"}
    while waiting:
        package = waiting.pop()
        reached.add(package)
        named = {name.split(".")[0] for m in modules() if m.package == package for _, name in m.imports()}
        waiting |= (named & ours) - reached - NOT_IN_THE_IMAGE
    assert reached <= set(copied("app"))
    assert {"migrations", "journeys"} <= set(copied("app"))


def test_only_the_gateway_and_the_console_are_published_and_only_to_this_machine() -> None:
    published = {name: one["ports"] for name, one in deployments.compose()["services"].items() if "ports" in one}
    assert published == {
        "console": ["${CONSOLE_BIND:-127.0.0.1}:8100:8100"],
        "gateway": ["${GATEWAY_BIND:-127.0.0.1}:8000:8000"],
        "grafana": ["127.0.0.1:3000:3000"],
    }
    example = (ROOT / "deploy" / ".env.example").read_text()
    assert {"GATEWAY_BIND=127.0.0.1", "CONSOLE_BIND=127.0.0.1"} <= set(example.splitlines())


def test_what_is_private_in_compose_has_no_way_out() -> None:
    content = deployments.compose()
    inside = {name for name, network in content["networks"].items() if (network or {}).get("internal")}
    for name in ("database", "actions", "engine-1", "engine-2"):
        assert set(content["services"][name]["networks"]) <= inside, name


def test_every_service_of_ours_is_hardened() -> None:
    for name, service in deployments.services_of_ours().items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name


def test_nothing_starts_before_the_migration() -> None:
    for name, service in deployments.services_of_ours().items():
        if name != "migrate" and not name.startswith("engine"):
            assert service["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}, name


def test_the_application_knows_all_engines_of_compose() -> None:
    services = deployments.compose()["services"]
    engines = sorted(name for name in services if name.startswith("engine-"))
    assert services["worker"]["environment"]["MSB_ENGINE_URL"] == ",".join(f"http://{name}:5005" for name in engines)


def test_the_engines_get_no_secret_of_a_provider() -> None:
    services = deployments.compose()["services"]
    for name in (name for name in services if name.startswith("engine-")):
        assert "env_file" not in services[name]
        assert deployments.secrets() & services[name]["environment"].keys() == {"MSB_ENGINE_TOKEN", "MSB_ACTIONS_TOKEN"}
