"""Rewrites a converted model into the same function in a form that ONNX Runtime's CPU provider runs faster or stores smaller.

None of these changes a value the network computes beyond the order of floating-point sums; `store_as_half` changes none at all.
"""

import numpy as np
from onnx import helper, numpy_helper

MASK_BLOCK = 4


def keep_clips_blocked(model):
    """Puts an identity depthwise 1x1 convolution before each Clip that follows something else than a convolution.

    ONNX Runtime computes convolutions in a blocked layout (NCHWc) and fuses a Clip into the convolution before it. A Clip after
    a residual Add has no such convolution: the runtime then leaves the blocked layout, un-fuses the Add and the Resize around
    it and inserts reorders. One multiplication by 1 per element is far cheaper than that. Clip and Relu6 are the same thing.
    """
    producers = {output: node for node in model.graph.node for output in node.output}
    channels = _channels(model)
    rewritten = []
    for node in model.graph.node:
        if node.op_type == "Clip" and producers[node.input[0]].op_type != "Conv":
            source = node.input[0]
            count = channels[source]
            name = f"{source}_identity"
            _add_constant(model, f"{name}_weights", np.ones((count, 1, 1, 1), np.float32))
            _add_constant(model, f"{name}_bias", np.zeros(count, np.float32))
            rewritten.append(_convolution([source, f"{name}_weights", f"{name}_bias"], name, kernel=1, group=count))
            node.input[0] = name
        rewritten.append(node)
    _replace_nodes(model, rewritten)


def block_mask_convolution(model):
    """Replaces the mask's last 3x3 convolution (8 channels -> 1, at 256x256) by a 6x6 one of stride 4 (8 -> 16) and DepthToSpace.

    Each of the 16 output channels is the old kernel shifted to one of the 4x4 positions of a block. A single output channel
    leaves the blocked kernels 15/16 idle; this form is about four times faster although it does more multiplications.
    """
    weights_of = {i.name: i for i in model.graph.initializer}
    rewritten = []
    for node in model.graph.node:
        if "mask" not in node.output:
            rewritten.append(node)
            continue
        source, weights_name, bias_name = node.input
        weights = numpy_helper.to_array(weights_of[weights_name])
        bias = numpy_helper.to_array(weights_of[bias_name])
        if node.op_type != "Conv" or weights.shape[0] != 1 or weights.shape[2:] != (3, 3):
            raise ValueError(f"the mask comes from {node.op_type} {weights.shape}, not from a 3x3 convolution to one channel")
        side = MASK_BLOCK + 2
        shifted = np.zeros((MASK_BLOCK * MASK_BLOCK, weights.shape[1], side, side), np.float32)
        for row in range(MASK_BLOCK):
            for column in range(MASK_BLOCK):
                shifted[row * MASK_BLOCK + column, :, row : row + 3, column : column + 3] = weights[0]
        _add_constant(model, "mask_weights", shifted)
        _add_constant(model, "mask_bias", np.full(MASK_BLOCK * MASK_BLOCK, bias[0], np.float32))
        rewritten.append(
            _convolution(
                [source, "mask_weights", "mask_bias"], "mask_blocks", kernel=side, stride=MASK_BLOCK, padding=1
            )
        )
        rewritten.append(
            helper.make_node("DepthToSpace", ["mask_blocks"], ["mask"], name="mask", blocksize=MASK_BLOCK, mode="DCR")
        )
        model.graph.initializer.remove(weights_of[weights_name])
        model.graph.initializer.remove(weights_of[bias_name])
    _replace_nodes(model, rewritten)


def store_as_half(model):
    """Stores weights and biases as fp16 with a Cast to fp32 behind each, which ONNX Runtime folds away when it loads the file.

    The originals are fp16, so this loses nothing. It is refused for a value that would change.
    """
    float_readers = ("Conv", "Add")
    stored = {i.name: i for i in model.graph.initializer}
    used = [name for node in model.graph.node if node.op_type in float_readers for name in node.input if name in stored]
    casts = []
    for name in dict.fromkeys(used):
        values = numpy_helper.to_array(stored[name])
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            raise ValueError(f"{name} holds values that fp16 cannot: {np.abs(half - values).max()} away at most")
        stored[name].CopyFrom(numpy_helper.from_array(half, f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], name=name, to=1))
    _replace_nodes(model, casts + list(model.graph.node))


def _channels(model):
    """Channel count of each value on the way of convolutions, additions, resizes and clips (those that keep or set it)."""
    sizes = {i.name: list(i.dims) for i in model.graph.initializer}
    channels = {v.name: v.type.tensor_type.shape.dim[1].dim_value for v in model.graph.input}
    for node in model.graph.node:
        if node.op_type == "Conv":
            channels[node.output[0]] = sizes[node.input[1]][0]
        elif node.op_type == "Pad":
            pads = next(numpy_helper.to_array(i) for i in model.graph.initializer if i.name == node.input[1])
            channels[node.output[0]] = int(channels[node.input[0]] + pads[1] + pads[5])
        elif node.op_type == "Concat" or node.op_type == "DepthToSpace":
            continue  # none of these feeds a Clip; a missing entry would stop the conversion
        elif node.input[0] in channels:
            channels[node.output[0]] = channels[node.input[0]]
    return channels


def _convolution(inputs, name, kernel, stride=1, padding=0, group=1):
    return helper.make_node(
        "Conv",
        inputs,
        [name],
        name=name,
        kernel_shape=[kernel, kernel],
        strides=[stride, stride],
        dilations=[1, 1],
        group=group,
        pads=[padding] * 4,
    )


def _add_constant(model, name, values):
    model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), name))


def _replace_nodes(model, nodes):
    copies = [type(node).FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(copies)
