"""One assistant is trained and served for all tests: the real configuration, domain and rules, and few sentences."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from msb_engine import bootstrap

bootstrap.prepare()

from actions_server import TOKEN as ACTIONS_TOKEN  # noqa: E402
from actions_server import ActionsServer  # noqa: E402
from engine_process import Answered, EngineProcess, run  # noqa: E402

from msb_engine.settings import Paths  # noqa: E402

REPOSITORY = Path(__file__).resolve().parents[2]
SENTENCES = Path(__file__).with_name("sentences.yml")

_ids = itertools.count()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small assistant. Its action calls may last half a second."""
    root = tmp_path_factory.mktemp("assistant")
    for name in ("config.yml", "domain.yml", "credentials.yml"):
        shutil.copy(REPOSITORY / name, root / name)
    shutil.copytree(REPOSITORY / "data" / "rules", root / "data" / "rules")
    (root / "data" / "nlu").mkdir()
    shutil.copy(SENTENCES, root / "data" / "nlu" / "sentences.yml")
    endpoints = (REPOSITORY / "endpoints.yml").read_text()
    patient = "url: ${MSB_ACTIONS_URL}\n"
    assert patient in endpoints
    (root / "endpoints.yml").write_text(endpoints.replace(patient, f"{patient}  seconds_to_wait: 0.5\n"))
    return root


@pytest.fixture(scope="session")
def model(assistant: Path) -> Path:
    """The trained model of that assistant."""
    done = run(assistant, "train")
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of the engine that is served for all tests."""
    return tmp_path_factory.mktemp("store") / "engine.db"


@pytest.fixture(scope="session")
def shared_actions() -> Iterator[ActionsServer]:
    server = ActionsServer()
    yield server
    server.close()


@pytest.fixture
def actions(shared_actions: ActionsServer) -> ActionsServer:
    """The action server, with nothing remembered of other tests."""
    shared_actions.forget()
    return shared_actions


@pytest.fixture(scope="session")
def start(
    assistant: Path, model: Path, shared_actions: ActionsServer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], EngineProcess]:
    """Starts an engine whose conversations are in the given SQLite file."""
    assert model.is_file()
    logs = tmp_path_factory.mktemp("logs")

    def begin(database: Path) -> EngineProcess:
        log = logs / f"{next(_ids)}.log"
        return EngineProcess(assistant, shared_actions.url, ACTIONS_TOKEN, f"sqlite:///{database}", log)

    return begin


@pytest.fixture(scope="session")
def engine(start: Callable[[Path], EngineProcess], store: Path) -> Iterator[EngineProcess]:
    """The engine that is served for all tests; it must end well when it is asked to."""
    process = start(store)
    yield process
    assert process.stop() == 0


@pytest.fixture
def copy(assistant: Path, tmp_path: Path) -> Paths:
    """The files of the assistant, to be changed."""
    root = tmp_path / "copy"
    shutil.copytree(assistant, root, ignore=shutil.ignore_patterns("models", "var"))
    return Paths(root, root / "models")


class Member:
    """Somebody in a conversation of their own."""

    def __init__(self, engine: EngineProcess) -> None:
        self.engine = engine
        self.id = f"member-{next(_ids)}"

    def turn(self, **fields: Any) -> dict[str, Any]:
        """The body of a turn with a message id of its own."""
        return {"conversation_id": self.id, "message_id": f"message-{next(_ids)}", "channel": "sms", **fields}

    def says(self, text: str, **fields: Any) -> Answered:
        return self.engine.turn(self.turn(kind="text", text=text, **fields))

    def means(self, intent: str, **fields: Any) -> Answered:
        return self.engine.turn(self.turn(kind="intent", intent=intent, **fields))


@pytest.fixture
def member(engine: EngineProcess, actions: ActionsServer) -> Member:
    """A member who has never written."""
    return Member(engine)


@pytest.fixture
def another(engine: EngineProcess) -> Callable[[], Member]:
    """Makes further members."""
    return lambda: Member(engine)
