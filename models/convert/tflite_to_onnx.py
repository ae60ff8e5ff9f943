"""Writes a TFLite graph as ONNX, channels first, for exactly the operators the MediaPipe pose models use.

Why not a general converter: those need TensorFlow, and they wrap every convolution in layout transposes. Here each operator is
emitted channels first from the beginning, so the landmark networks hold no transpose at all. An operator that is not in the
table below stops the conversion with its name.
"""

import numpy as np
import onnx
import tflite
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
NO_ACTIVATION, RELU, RELU6 = 0, 1, 3
SAME_PADDING = 0
CHANNELS_FIRST_AXIS = (0, 2, 3, 1)


def convert(graph, names):
    """Converts a `tflite_graph.Graph`. `names` maps the file's tensor names to the names the ONNX inputs and outputs get."""
    return _Emitter(graph, names).model()


def _same_padding(size, kernel, stride, dilation=1):
    """Zeros before and after an axis so that the output has ceil(size / stride) elements (TFLite's SAME)."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


class _Emitter:
    def __init__(self, graph, names):
        self.graph = graph
        self.nodes = []
        self.initializers = []
        self.names = {}  # TFLite tensor number -> ONNX value name
        self.pending_padding = {}  # PAD output -> its padding, to be merged into the convolutions that read it
        self.public_names = names
        emitters = {
            "PAD": self.pad,
            "CONV_2D": self.convolution,
            "DEPTHWISE_CONV_2D": self.convolution,
            "ADD": self.add,
            "MAX_POOL_2D": self.max_pool,
            "RESIZE_BILINEAR": self.resize,
            "DEPTH_TO_SPACE": self.depth_to_space,
            "LOGISTIC": self.logistic,
            "RESHAPE": self.reshape,
            "CONCATENATION": self.concatenation,
        }
        self.model_inputs = [self.declare(tensor) for tensor in graph.inputs]
        for operator in graph.operators:
            if operator.name not in emitters:
                raise NotImplementedError(f"TFLite operator {operator.name}")
            emitters[operator.name](operator)

    def model(self):
        outputs = []
        for tensor in self.graph.outputs:
            produced = self.names[tensor]
            outputs.append(self.declare(tensor))
            for node in self.nodes:
                node.input[:] = [self.names[tensor] if n == produced else n for n in node.input]
                node.output[:] = [self.names[tensor] if n == produced else n for n in node.output]
        body = helper.make_graph(self.nodes, "pose", self.model_inputs, outputs, self.initializers)
        model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="bendwise models/convert")
        model.ir_version = IR_VERSION
        return model

    # --- pieces -----------------------------------------------------------------------------------------------------

    def declare(self, tensor):
        """Gives a graph input or output its public name; four-dimensional shapes become channels first."""
        name = self.names[tensor] = self.public_names[self.graph.name(tensor)]
        shape = self.graph.shape(tensor)
        if len(shape) == 4:
            shape = [shape[0], shape[3], shape[1], shape[2]]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    def constant(self, values):
        name = f"c{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, operation, inputs, **attributes):
        name = f"{operation.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def activation(self, value, kind):
        if kind == NO_ACTIVATION:
            return value
        if kind == RELU:
            return self.node("Relu", [value])
        if kind == RELU6:
            return self.node("Clip", [value, self.constant(np.float32(0)), self.constant(np.float32(6))])
        raise NotImplementedError(f"TFLite activation {kind}")

    def operand(self, tensor):
        """An input of an elementwise operator: a computed value, or a constant brought to channels first."""
        if tensor in self.names:
            return self.names[tensor]
        values = self.graph.constants[tensor].astype(np.float32)
        if values.ndim == 1 and values.size > 1:
            values = values.reshape(1, -1, 1, 1)
        elif values.ndim == 4:
            values = values.transpose(0, 3, 1, 2)
        return self.constant(values)

    # --- operators --------------------------------------------------------------------------------------------------

    def pad(self, operator):
        source, output = operator.inputs[0], operator.outputs[0]
        padding = self.graph.constants[operator.inputs[1]]
        readers = [o.name for o in self.graph.operators if output in o.inputs]
        batch, rows, columns, channels = padding.tolist()
        if batch == [0, 0] and channels == [0, 0] and all(name.endswith("CONV_2D") for name in readers):
            self.pending_padding[output] = (rows, columns)
            self.names[output] = self.names[source]
            return
        axes = (batch, channels, rows, columns)
        pads = np.array([before for before, _ in axes] + [after for _, after in axes], np.int64)
        self.names[output] = self.node("Pad", [self.names[source], self.constant(pads)], mode="constant")

    def convolution(self, operator):
        source, weights, bias = operator.inputs
        depthwise = operator.name == "DEPTHWISE_CONV_2D"
        options = operator.options(tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
        kernel = self.graph.constants[weights].transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2))
        _, height, width, channels = self.graph.shape(source)
        kernel_size = kernel.shape[2:]
        strides = [options.StrideH(), options.StrideW()]
        dilations = [options.DilationHFactor(), options.DilationWFactor()]
        if options.Padding() == SAME_PADDING:
            if source in self.pending_padding:
                raise NotImplementedError("PAD before a SAME convolution")
            rows = _same_padding(height, kernel_size[0], strides[0], dilations[0])
            columns = _same_padding(width, kernel_size[1], strides[1], dilations[1])
        else:
            rows, columns = self.pending_padding.get(source, ((0, 0), (0, 0)))
        value = self.node(
            "Conv",
            [self.names[source], self.constant(kernel), self.constant(self.graph.constants[bias])],
            kernel_shape=list(kernel_size),
            strides=strides,
            dilations=dilations,
            group=channels if depthwise else 1,
            pads=[rows[0], columns[0], rows[1], columns[1]],
        )
        self.names[operator.outputs[0]] = self.activation(value, options.FusedActivationFunction())

    def add(self, operator):
        options = operator.options(tflite.AddOptions)
        value = self.node("Add", [self.operand(tensor) for tensor in operator.inputs])
        self.names[operator.outputs[0]] = self.activation(value, options.FusedActivationFunction())

    def max_pool(self, operator):
        options = operator.options(tflite.Pool2DOptions)
        _, height, width, _ = self.graph.shape(operator.inputs[0])
        kernel_size = [options.FilterHeight(), options.FilterWidth()]
        strides = [options.StrideH(), options.StrideW()]
        rows = columns = (0, 0)
        if options.Padding() == SAME_PADDING:
            rows = _same_padding(height, kernel_size[0], strides[0])
            columns = _same_padding(width, kernel_size[1], strides[1])
        pads = [rows[0], columns[0], rows[1], columns[1]]
        value = self.node("MaxPool", [self.names[operator.inputs[0]]], kernel_shape=kernel_size, strides=strides, pads=pads)
        self.names[operator.outputs[0]] = self.activation(value, options.FusedActivationFunction())

    def resize(self, operator):
        options = operator.options(tflite.ResizeBilinearOptions)
        _, height, width, _ = self.graph.shape(operator.inputs[0])
        new_height, new_width = self.graph.constants[operator.inputs[1]].tolist()
        if options.AlignCorners():
            coordinates = "align_corners"
        else:
            coordinates = "half_pixel" if options.HalfPixelCenters() else "asymmetric"
        scales = self.constant(np.array([1, 1, new_height / height, new_width / width], np.float32))
        self.names[operator.outputs[0]] = self.node(
            "Resize",
            [self.names[operator.inputs[0]], "", scales],
            mode="linear",
            coordinate_transformation_mode=coordinates,
        )

    def depth_to_space(self, operator):
        block = operator.options(tflite.DepthToSpaceOptions).BlockSize()
        value = self.node("DepthToSpace", [self.names[operator.inputs[0]]], blocksize=block, mode="DCR")
        self.names[operator.outputs[0]] = value

    def logistic(self, operator):
        self.names[operator.outputs[0]] = self.node("Sigmoid", [self.names[operator.inputs[0]]])

    def reshape(self, operator):
        source, output = operator.inputs[0], operator.outputs[0]
        value = self.names[source]
        shape, new_shape = self.graph.shape(source), self.graph.shape(output)
        if len(new_shape) == 4:
            raise NotImplementedError("RESHAPE to a picture")
        if len(shape) == 4 and shape[3] > 1 and shape[1] * shape[2] > 1:
            # The file means the channels-last order of elements: the only transposes of a converted model.
            value = self.node("Transpose", [value], perm=[0, 2, 3, 1])
        self.names[output] = self.node("Reshape", [value, self.constant(np.array(new_shape, np.int64))])

    def concatenation(self, operator):
        dimensions = len(self.graph.shape(operator.outputs[0]))
        axis = operator.options(tflite.ConcatenationOptions).Axis() % dimensions
        if dimensions == 4:
            axis = CHANNELS_FIRST_AXIS.index(axis)
        self.names[operator.outputs[0]] = self.node("Concat", [self.names[tensor] for tensor in operator.inputs], axis=axis)
