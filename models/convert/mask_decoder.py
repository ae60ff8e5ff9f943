"""Takes the mask's decoder out of a landmark network, for the program to compute it itself.

The decoder is all that leads from two maps of 8 channels, at 64x64 and 128x128, to the mask: it doubles the first, adds the
second, and goes on with two residual blocks, another doubling, two more blocks and a last convolution to one channel.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

COARSE = "mask_coarse"  # 1x8x64x64
FINE = "mask_fine"  # 1x8x128x128
CHANNELS = 8
BLOCKS = 4


def weights(model):
    """The decoder's numbers as the program reads them: fp32, lowest byte first; of each block the depthwise convolution
    ([3, 3, channel]) and its bias, the pointwise one ([input, output]) and its bias; then the last one ([3, 3, channel]) and its
    bias. `model` is one that nothing has rewritten yet, and is refused if its decoder is any other."""
    constants = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    nodes = _decoder(model)
    kinds = [node.op_type for node in nodes if node.op_type != "Resize"]
    if kinds != ["Add"] + ["Conv", "Clip", "Conv", "Add", "Clip"] * BLOCKS + ["Conv"]:
        raise ValueError(f"the mask's decoder is another: {kinds}")
    clips = [[constants[name].item() for name in node.input[1:]] for node in nodes if node.op_type == "Clip"]
    if any(limits != [0, 6] for limits in clips):
        raise ValueError(f"the mask's decoder clips to {clips}")
    convolutions = [node for node in nodes if node.op_type == "Conv"]
    shapes = [(CHANNELS, 1, 3, 3), (CHANNELS, CHANNELS, 1, 1)] * BLOCKS + [(1, CHANNELS, 3, 3)]
    numbers = []
    for node, shape in zip(convolutions, shapes, strict=True):
        kernel, bias = (constants[name] for name in node.input[1:])
        if kernel.shape != shape or bias.shape != shape[:1]:
            raise ValueError(f"{node.name} has weights {kernel.shape} and biases {bias.shape}, not {shape}")
        # Depthwise [channel, 1, 3, 3] and last [1, channel, 3, 3] to [3, 3, channel]; pointwise [output, input] to its transpose.
        channels_last = kernel.reshape(CHANNELS, -1).T
        numbers += [channels_last.ravel(), bias.ravel()]
    return np.concatenate(numbers).astype("<f4").tobytes()


def split(model):
    """Cuts the decoder off: `model` ends with the two maps in place of the mask. Returns the rest, an incomplete model: its bytes
    behind those of `model` are the whole network again (messages of one type in a row are one message), with all outputs."""
    decoder = {node.name for node in _decoder(model)}
    used = {name for node in model.graph.node if node.name in decoder for name in node.input}
    decoder |= {node.name for node in model.graph.node if node.op_type == "Cast" and node.output[0] in used}
    rest = onnx.ModelProto()
    rest.graph.node.extend(node for node in model.graph.node if node.name in decoder)
    read = {name for node in rest.graph.node for name in node.input}
    kept = [node for node in model.graph.node if node.name not in decoder]
    still_read = {name for node in kept for name in node.input}
    rest.graph.initializer.extend(i for i in model.graph.initializer if i.name in read - still_read)
    rest.graph.output.extend(output for output in model.graph.output if output.name == "mask")
    constants = [i for i in model.graph.initializer if i.name in still_read]
    outputs = [output for output in model.graph.output if output.name != "mask"]
    for name, side in ((COARSE, 64), (FINE, 128)):
        outputs.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, CHANNELS, side, side]))
    for field, values in (("node", kept), ("initializer", constants), ("output", outputs)):
        values = [type(value).FromString(value.SerializeToString()) for value in values]
        model.graph.ClearField(field)
        getattr(model.graph, field).extend(values)
    return rest


def name_maps(model):
    """Names the two maps that the decoder begins with."""
    doubled, add = _decoder(model)[:2]
    fine = next(name for name in add.input if name != doubled.output[0])
    names = {doubled.input[0]: COARSE, fine: FINE}
    for node in model.graph.node:
        for values in (node.input, node.output):
            values[:] = [names.get(name, name) for name in values]


def _decoder(model):
    """The nodes from the two maps to the mask, in their order: from the mask back to the second doubling and no further, and not
    into the sum's other side."""
    producers = {output: node for node in model.graph.node for output in node.output}
    found, doublings, waiting = set(), 0, ["mask"]
    while waiting:
        node = producers.get(waiting.pop())
        if node is None or node.op_type == "Cast" or node.name in found:
            continue
        found.add(node.name)
        doublings += node.op_type == "Resize"
        doubled = [name for name in node.input if name in producers and producers[name].op_type == "Resize"]
        if doublings < 2:
            waiting += doubled if doublings == 1 and node.op_type == "Add" and doubled else node.input
    return [node for node in model.graph.node if node.name in found]
