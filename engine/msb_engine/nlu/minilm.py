"""A sentence embedding as the feature of a message: all-MiniLM-L6-v2 in int8, by ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from msb_engine.nlu import weights
from msb_engine.nlu.wordpiece import WordPiece

Vector = npt.NDArray[np.float32]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MiniLMFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """Gives each message one vector of 384 numbers whose length is `scale`.

    Config:
        weights_sha256, vocabulary_sha256: the digests of the files, so that other weights make another model.
        scale: stands in for the inverse regularisation that Rasa's logistic regression has no setting for (C = scale²).
        longest: tokens after which a text is cut.
        remembered: how many embeddings are kept in memory (1.5 kB each).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            **DenseFeaturizer.get_default_config(),
            "weights_sha256": None,
            "vocabulary_sha256": None,
            "scale": 3.2,
            "longest": 64,
            "remembered": 4096,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        for key in ("weights_sha256", "vocabulary_sha256"):
            if not config.get(key):
                raise ValueError(f"MiniLMFeaturizer needs `{key}`")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MiniLMFeaturizer:
        return cls(config, execution_context.node_name)

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        weights.check_sha256(weights.weights_path(), config["weights_sha256"])
        weights.check_sha256(weights.vocabulary_path(), config["vocabulary_sha256"])
        self._tokenizer = WordPiece.from_file(weights.vocabulary_path())
        self._session = _open_session()
        self._vector_of = lru_cache(maxsize=config["remembered"])(self._embed)

    def process(self, messages: list[Message]) -> list[Message]:
        said = [message for message in messages if message.get(TEXT)]
        for message, vector in zip(said, self._vectors([message.get(TEXT) for message in said]), strict=True):
            self._add_features(message, vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        texts = {example.get(TEXT) for example in training_data.training_examples} - {None, ""}
        vectors = dict(zip(texts, _side_by_side(self._embed, texts), strict=True))
        for example in training_data.training_examples:
            if example.get(TEXT):
                self._add_features(example, vectors[example.get(TEXT)])
        return training_data

    def _vectors(self, texts: list[str]) -> list[Vector]:
        return _side_by_side(self._vector_of, texts) if len(texts) > 1 else [self._vector_of(text) for text in texts]

    def _add_features(self, message: Message, vector: Vector) -> None:
        """Features of the sentence alone: nothing in the pipeline looks at those of tokens."""
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        message.add_features(Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, alias))

    def _embed(self, text: str) -> Vector:
        """The mean of the token vectors, shape (384,), brought to length `scale`."""
        ids = np.array([self._tokenizer.ids(text, self._config["longest"])], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = self._session.run(None, inputs)[0][0].mean(axis=0)
        return np.asarray(mean / (np.linalg.norm(mean) + 1e-9) * self._config["scale"], dtype=np.float32)


def _side_by_side(embed: Callable[[str], Vector], texts: Collection[str]) -> list[Vector]:
    """On all processors: ONNX Runtime lets go of the interpreter's lock while it computes."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(embed, texts))


def _open_session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(weights.weights_path()), options, providers=["CPUExecutionProvider"])
