"""The classifier of intents: its embedding in int8, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from msb_engine.nlu import weights
from msb_engine.nlu.embedding import Embedding
from msb_engine.nlu.intents import SentenceClassifier
from msb_engine.nlu.quantize import quantized
from msb_engine.nlu.weights import WeightsMissing
from msb_engine.nlu.wordpiece import WordPiece

ALIKE = [("I have finished the form", "the form is done now"), ("stop texting me", "no more messages please")]
UNLIKE = "will it rain in Cork tomorrow"
LEARNT = {
    "report_done": ["all done", "finished it", "it is done", "completed that today", "sent it off, done"],
    "snooze": ["remind me later", "not now, next week", "ask me tomorrow", "later please", "try again on monday"],
}


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    return _embedding(quantized(weights.weights_path()))


def _embedding(model: bytes) -> Embedding:
    return Embedding(model, WordPiece.from_file(weights.vocabulary_path()), longest=64, remembered=10)


def _config() -> dict[str, object]:
    return {
        **SentenceClassifier.get_default_config(),
        "weights_sha256": weights.sha256(weights.weights_path()),
        "vocabulary_sha256": weights.sha256(weights.vocabulary_path()),
    }


def _trained(folder: Path) -> SentenceClassifier:
    classifier = SentenceClassifier(_config(), LocalModelStorage(folder), Resource("intents"))
    examples = [Message.build(text, intent) for intent, texts in LEARNT.items() for text in texts]
    classifier.train(TrainingData(examples))
    return classifier


def test_the_embedding_multiplies_in_int8_and_is_the_same_each_time() -> None:
    made = quantized(weights.weights_path())
    quantized.cache_clear()
    assert quantized(weights.weights_path()) == made
    multiplications = [node.op_type for node in onnx.load_from_string(made).graph.node if "MatMul" in node.op_type]
    assert multiplications.count("MatMulInteger") > multiplications.count("MatMul")


def test_it_says_nearly_what_the_full_weights_say(embedding: Embedding) -> None:
    full = _embedding(weights.weights_path().read_bytes())
    for text in (*ALIKE[0], *ALIKE[1], UNLIKE):
        assert float(full.vector(text) @ embedding.vector(text)) > 0.95


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_means_the_same_is_nearer(embedding: Embedding, one: str, other: str) -> None:
    near = float(embedding.vector(one) @ embedding.vector(other))
    assert near > float(embedding.vector(one) @ embedding.vector(UNLIKE)) + 0.2


def test_many_texts_at_once_give_what_one_at_a_time_gives(embedding: Embedding) -> None:
    texts = [text for pair in ALIKE for text in pair]
    assert np.array_equal(embedding.vectors(texts), np.stack([embedding.vector(text) for text in texts]))


def test_what_was_learnt_comes_back_from_the_model_s_storage(tmp_path: Path) -> None:
    trained = _trained(tmp_path)
    storage = LocalModelStorage(tmp_path)
    loaded = SentenceClassifier.load(_config(), storage, Resource("intents"), None)  # type: ignore[arg-type]
    asked = [Message(data={"text": text}) for text in ("done with it", "ask me again later")]
    answers = [[one.get("intent_ranking") for one in model.process(asked)] for model in (trained, loaded)]
    assert answers[0] == answers[1]
    assert [ranking[0]["name"] for ranking in answers[0]] == ["report_done", "snooze"]
    assert sum(entry["confidence"] for entry in answers[0][0]) == pytest.approx(1, abs=1e-5)


def test_a_model_without_a_classifier_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        SentenceClassifier.load(
            _config(),
            LocalModelStorage(tmp_path),
            Resource("intents"),
            None,  # type: ignore[arg-type]
        )


def test_other_weights_than_the_configured_ones_are_refused(tmp_path: Path) -> None:
    classifier = SentenceClassifier(
        {**_config(), "weights_sha256": "0" * 64}, LocalModelStorage(tmp_path), Resource("x")
    )
    with pytest.raises(WeightsMissing, match=r"model\.onnx is not the file"):
        classifier.train(TrainingData([Message.build("done", "report_done")]))


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"weights_sha256": None}, "weights_sha256"), ({"shortest": 6}, "shortest"), ({"shortest": 0}, "shortest")],
)
def test_a_configuration_that_makes_no_sense_is_refused(change: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        SentenceClassifier.validate_config({**_config(), **change})
