"""Makes the sentence embedding compute in int8. Only for training: what this needs is not loaded to answer messages.

The installed weights are stored in int8, but their graph turns them into 32-bit floats before it multiplies, which
costs three times as long and four times the memory.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import onnxruntime


@cache
def quantized(weights: Path) -> bytes:
    """The ONNX model of `weights` with multiplications in int8; the same bytes for the same weights and libraries.

    Weights keep to 7 bits: then no processor's arithmetic overflows, and each gets the same results.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        plain, made = Path(folder) / "plain.onnx", Path(folder) / "quantized.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(plain)
        options.log_severity_level = 3
        onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        quantize_dynamic(plain, made, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        return made.read_bytes()
