"""Tells the intent of a message: by what it means (a sentence embedding), by its words and by the letters of these.

An embedding takes neighbouring meanings for one: words tell them apart. What is mistyped is hardly ever what it knows:
runs of letters are. All are features of one logistic regression. It is a component of its own, and not featurizers
and Rasa's classifier, because most of the time for a message went into handing sparse matrices from one to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from msb_engine.nlu import weights
from msb_engine.nlu.embedding import DIMENSIONS, Embedding
from msb_engine.nlu.wordpiece import WordPiece

RANKED = 10
NETWORK, LEARNT = "embedding.onnx", "classifier.npz"
SEED = 42
WORD = r"\b\w+\b|[^\w\s]"
"""Signs count too: a question is not an answer."""
Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Learnt:
    """The intents, shape (n,), and what speaks for each: shapes (384, n), twice (hashed, n), and (n,)."""

    intents: npt.NDArray[np.str_]
    of_meaning: Numbers
    of_words: Numbers
    of_letters: Numbers
    bias: Numbers


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Ranks the intents of a message.

    Config:
        weights_sha256, vocabulary_sha256: the digests of the files, so that other weights make another model.
        meaning, words, letters: the lengths of the three vectors, and so how much each has to say; longer ones are less
            regularised.
        shortest, longest: how many characters a run has. Of words, one and two in a row count.
        hashed: how many numbers the vectors of words and of runs have each.
        balance: 0 takes each training message alike, 1 each intent.
        iterations, tolerance: when learning ends.
        tokens: after how many a text is cut for the embedding.
        remembered: how many embeddings are kept in memory.
    """

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime", "sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "weights_sha256": None,
            "vocabulary_sha256": None,
            "meaning": 3.2,
            "words": 3.0,
            "letters": 5.0,
            "shortest": 2,
            "longest": 5,
            "hashed": 8192,
            "balance": 0.5,
            "iterations": 80,
            "tolerance": 0.001,
            "tokens": 64,
            "remembered": 4096,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        for key in ("weights_sha256", "vocabulary_sha256"):
            if not config.get(key):
                raise ValueError(f"SentenceClassifier needs `{key}`")
        if not 1 <= config["shortest"] <= config["longest"]:
            raise ValueError("SentenceClassifier: `shortest` is not between 1 and `longest`")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceClassifier:
        """Raises: ValueError: the model has no classifier; Rasa would serve an untrained one."""
        loaded = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            loaded._open((folder / NETWORK).read_bytes())
            with np.load(folder / LEARNT, allow_pickle=False) as stored:
                loaded._learnt = Learnt(**stored)
        return loaded

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        weights.check_sha256(weights.vocabulary_path(), config["vocabulary_sha256"])
        runs, hashed = (config["shortest"], config["longest"]), config["hashed"]
        self._words = HashingVectorizer(token_pattern=WORD, ngram_range=(1, 2), n_features=hashed)
        self._letters = HashingVectorizer(analyzer="char_wb", ngram_range=runs, n_features=hashed)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all messages that have a text and an intent, and stores what it learnt."""
        from msb_engine.nlu.quantize import quantized

        examples = [one for one in training_data.intent_examples if one.get(INTENT) and one.get(TEXT)]
        texts, intents = [one.get(TEXT) for one in examples], [one.get(INTENT) for one in examples]
        weights.check_sha256(weights.weights_path(), self._config["weights_sha256"])
        network = quantized(weights.weights_path())
        self._open(network)
        features = [
            csr_matrix(self._embedding.vectors(texts) * self._config["meaning"]),
            self._words.transform(texts) * self._config["words"],
            self._letters.transform(texts) * self._config["letters"],
        ]
        model = LogisticRegression(
            max_iter=self._config["iterations"],
            tol=self._config["tolerance"],
            class_weight=_weights(intents, self._config["balance"]),
            random_state=SEED,
        ).fit(hstack(features, format="csr"), intents)
        by_feature, bias, hashed = model.coef_.T, model.intercept_, self._config["hashed"]
        if len(bias) == 1:  # of two intents it learns only what speaks for the second
            by_feature, bias = np.hstack([np.zeros_like(by_feature), by_feature]), np.array([0.0, bias[0]])
        self._learnt = Learnt(
            intents=np.array(model.classes_, dtype=np.str_),
            of_meaning=np.float32(by_feature[:DIMENSIONS] * self._config["meaning"]),
            of_words=np.float32(by_feature[DIMENSIONS:-hashed] * self._config["words"]),
            of_letters=np.float32(by_feature[-hashed:] * self._config["letters"]),
            bias=np.float32(bias),
        )
        with self._storage.write_to(self._resource) as folder:
            (folder / NETWORK).write_bytes(network)
            np.savez(folder / LEARNT, **asdict(self._learnt))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if message.get(TEXT):
                ranking = self._ranked(message.get(TEXT))
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _ranked(self, text: str) -> list[dict[str, Any]]:
        """The likeliest intents, the best first."""
        learnt, words, letters = self._learnt, self._words.transform([text]), self._letters.transform([text])
        scores = self._embedding.vector(text) @ learnt.of_meaning + learnt.bias
        scores += np.float32(words.data) @ learnt.of_words[words.indices]
        scores += np.float32(letters.data) @ learnt.of_letters[letters.indices]
        odds = np.exp(scores - scores.max())
        confidences = odds / odds.sum()
        best = np.argsort(-confidences, kind="stable")[:RANKED]
        return [{"name": str(learnt.intents[index]), "confidence": float(confidences[index])} for index in best]

    def _open(self, network: bytes) -> None:
        tokenizer = WordPiece.from_file(weights.vocabulary_path())
        longest, remembered = self._config["tokens"], self._config["remembered"]
        self._embedding = Embedding(network, tokenizer, longest=longest, remembered=remembered)


def _weights(intents: Sequence[str], balance: float) -> dict[str, float]:
    """Of each intent, by how rare it is."""
    counts = Counter(intents)
    usual = len(intents) / len(counts)
    return {intent: (usual / count) ** balance for intent, count in counts.items()}
