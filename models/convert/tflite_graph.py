"""Reads a TFLite file into plain Python: what each operator is, and every constant as a dense numpy array.

Two things make the MediaPipe files awkward to read, and both end here so that the converter never sees them:

* weights are stored as fp16 behind DEQUANTIZE operators;
* the detector's weights are stored sparse (and behind DENSIFY operators).
"""

from dataclasses import dataclass

import numpy as np
import tflite
from tflite import BuiltinOperator

OPERATOR_NAMES = {code: name for name, code in vars(BuiltinOperator).items() if isinstance(code, int)}
# TFLite TensorType -> numpy, as far as the pose models use it.
ELEMENT_TYPES = {0: np.float32, 1: np.float16, 2: np.int32}
# TFLite SparseIndexVector -> the table class that holds the indices.
INDEX_VECTORS = {1: tflite.Int32Vector, 2: tflite.Uint16Vector, 3: tflite.Uint8Vector}


@dataclass
class Operator:
    """One TFLite operator: its name, the numbers of the tensors it reads and writes, its options still encoded."""

    name: str
    inputs: list
    outputs: list
    table: tflite.Operator

    def options(self, options_class):
        """Decodes the operator's options as `options_class` (for example `tflite.Conv2DOptions`)."""
        options = options_class()
        encoded = self.table.BuiltinOptions()
        options.Init(encoded.Bytes, encoded.Pos)
        return options


class Graph:
    """The one subgraph of a TFLite file. Tensors are referred to by number, as in the file."""

    def __init__(self, path):
        model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
        if model.SubgraphsLength() != 1:
            raise ValueError(f"{path}: {model.SubgraphsLength()} subgraphs where one was expected")
        self._model = model
        self._subgraph = model.Subgraphs(0)
        self._tensors = [self._subgraph.Tensors(i) for i in range(self._subgraph.TensorsLength())]
        self.inputs = [self._subgraph.Inputs(i) for i in range(self._subgraph.InputsLength())]
        self.outputs = [self._subgraph.Outputs(i) for i in range(self._subgraph.OutputsLength())]
        self.constants = {i: a for i in range(len(self._tensors)) if (a := self._constant(i)) is not None}
        self.operators = self._fold_storage(self._read_operators())

    def shape(self, tensor):
        return self._tensors[tensor].ShapeAsNumpy().tolist()

    def name(self, tensor):
        return self._tensors[tensor].Name().decode()

    def _read_operators(self):
        operators = []
        for i in range(self._subgraph.OperatorsLength()):
            table = self._subgraph.Operators(i)
            code = self._model.OperatorCodes(table.OpcodeIndex())
            # Old files fill the deprecated 8-bit field, new ones the other; the unused one is 0.
            name = OPERATOR_NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            inputs = [table.Inputs(k) for k in range(table.InputsLength())]
            outputs = [table.Outputs(k) for k in range(table.OutputsLength())]
            operators.append(Operator(name, inputs, outputs, table))
        return operators

    def _fold_storage(self, operators):
        """Applies DENSIFY and DEQUANTIZE to the constants and returns the operators that really compute."""
        computing = []
        for operator in operators:
            if operator.name in ("DENSIFY", "DEQUANTIZE"):
                stored = self.constants[operator.inputs[0]]
                self.constants[operator.outputs[0]] = stored.astype(np.float32)
            else:
                computing.append(operator)
        return computing

    def _constant(self, tensor):
        table = self._tensors[tensor]
        buffer = self._model.Buffers(table.Buffer())
        if buffer.DataLength() == 0:
            return None
        values = buffer.DataAsNumpy().view(ELEMENT_TYPES[table.Type()])
        if table.Sparsity() is not None:
            return _densify(table, values)
        return values.reshape(self.shape(tensor) if table.ShapeLength() else ())


def _densify(table, values):
    """Decodes a sparse TFLite tensor.

    The file describes a tree of levels, one per (blocked) dimension in traversal order. A dense level has `size` children
    per node; a sparse level lists its children with segments and indices, like CSR. `values` are the leaves in order.
    """
    sparsity = table.Sparsity()
    shape = table.ShapeAsNumpy().tolist()
    order = sparsity.TraversalOrderAsNumpy().tolist()
    blocked = [sparsity.BlockMap(i) for i in range(sparsity.BlockMapLength())]

    def index_vector(kind, encoded):
        vector = INDEX_VECTORS[kind]()
        vector.Init(encoded.Bytes, encoded.Pos)
        return vector.ValuesAsNumpy()

    levels = []
    for i in range(sparsity.DimMetadataLength()):
        metadata = sparsity.DimMetadata(i)
        if metadata.Format() == 0:
            levels.append(metadata.DenseSize())
        else:
            segments = index_vector(metadata.ArraySegmentsType(), metadata.ArraySegments())
            indices = index_vector(metadata.ArrayIndicesType(), metadata.ArrayIndices())
            levels.append((segments, indices))

    block_size = [1] * len(shape)
    for k, dimension in enumerate(blocked):
        block_size[dimension] = levels[order.index(len(shape) + k)]

    dense = np.zeros(shape, values.dtype)
    path = [0] * len(order)

    def descend(level, node):
        if level == len(order):
            position = [0] * len(shape)
            for step, dimension in zip(path, order):
                if dimension < len(shape):
                    position[dimension] += step * block_size[dimension]
                else:
                    position[blocked[dimension - len(shape)]] += step
            dense[tuple(position)] = values[node]
        elif isinstance(levels[level], tuple):
            segments, indices = levels[level]
            for child in range(int(segments[node]), int(segments[node + 1])):
                path[level] = int(indices[child])
                descend(level + 1, child)
        else:
            for step in range(levels[level]):
                path[level] = step
                descend(level + 1, node * levels[level] + step)

    descend(0, 0)
    return dense
