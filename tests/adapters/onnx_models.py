"""Small models that stand in for an office's own; what they answer depends on the pixels they are given."""

from __future__ import annotations

from pathlib import Path

import onnx.parser

_HEAD = '<ir_version: 8, opset_import: ["": 17]>'

BLUE_IS_ALIVE = """passive (float[1,3,80,80] picture) => (float[1,3] answer) {
    mean = ReduceMean <axes = [2, 3], keepdims = 0> (picture)
    weights = Constant <value = float[3,3] {0, 0.05, 0, 0, 0, 0, 0, -0.05, 0}> ()
    answer = MatMul (mean, weights)
}"""
"""A passive check for which the mean of the first plane speaks for life and that of the third against it."""

BLUE_IS_ALIVE_IN_SHARES = BLUE_IS_ALIVE.replace("answer = MatMul", "logits = MatMul").replace(
    "(mean, weights)", "(mean, weights)\n    answer = Softmax (logits)"
)
"""The same, with the last step of the published code inside the file."""

TINY = """embedder (float[N,3,112,112] picture) => (float[N,196] answer) {
    grey = ReduceMean <axes = [1], keepdims = 1> (picture)
    pooled = AveragePool <kernel_shape = [8, 8], strides = [8, 8]> (grey)
    answer = Flatten (pooled)
}"""
"""An embedder whose vector is the aligned face itself, 14 x 14 grey pixels of it."""

WRONG_SIZE = TINY.replace("112,112", "128,128")

TWO_CLASSES = BLUE_IS_ALIVE.replace("float[1,3] answer", "float[1,2] answer").replace(
    "float[3,3] {0, 0.05, 0, 0, 0, 0, 0, -0.05, 0}", "float[3,2] {0, 1, 0, 0, 0, -1}"
)


def write(path: Path, graph: str) -> Path:
    """Write one of the graphs above as an ONNX file."""
    path.write_bytes(onnx.parser.parse_model(f"{_HEAD}\n{graph}").SerializeToString())
    return path
