"""What has to happen before the first import of Rasa. Every entry point calls `prepare` first."""

from __future__ import annotations

import logging
import os
import warnings

from msb_engine import no_tensorflow


def prepare() -> None:
    """Makes Rasa importable without TensorFlow, silent, and unable to call home."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    no_tensorflow.install()
    _be_quiet()


def stay_with_one_thread() -> None:
    """For serving: a turn's arithmetic is small, and a second thread of BLAS only spins for it (half the processor
    time of a turn was measured). To be called before numpy is imported; who sets the variables decides."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def _be_quiet() -> None:
    """Only warnings and errors are logged, by Rasa's two ways of logging; what is deprecated in it stays so."""
    import sanic  # noqa: F401 - it asks for deprecation warnings when it is imported
    import structlog

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning)
    # Said of every domain that has slots.
    warnings.filterwarnings("ignore", message="Slot auto-fill has been removed", category=UserWarning)

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
        processors=[structlog.processors.KeyValueRenderer(key_order=["event"])],
    )
    for name in ("rasa", "sanic", "sanic.root", "apscheduler", "matplotlib", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
