"""Cuts back.onnx into the parts that the program loads.   python cut.py ../back.onnx [--check]

The whole network encodes two frames for each answer, although one of them is the same standing frame again and again, and the
survey of a recording asks of most frames only whether something hides the legs:

    back-hidden.onnx    frame -> neck_hidden, back_hidden, legs_hidden: what hides something, in this frame and if somebody stands so
    back-frame.onnx     frame -> inclination, inclination_interval, yaw, points; and code: what the change from another frame depends on
    back-change.onnx    codes of now and standing -> change, change_interval

Nodes and weights are those of the whole, so every output has the same bits.
"""
import argparse
import hashlib
import pathlib
import sys

import onnx
from onnx import TensorProto, helper

HIDDEN = ['neck_hidden', 'back_hidden', 'legs_hidden']
FRAME = ['inclination', 'inclination_interval', 'yaw', 'points']
CHANGE = ['change', 'change_interval']
ROW = 'frames'      # the name of the free dimension


def dependencies(nodes):
    """Of each value, the names of the whole network's inputs that it depends on."""
    found = {'now': {'now'}, 'standing': {'standing'}}
    for node in nodes:
        on = set().union(*(found.get(name, set()) for name in node.input))
        found.update((name, on) for name in node.output)
    return found


def codes(nodes):
    """The names of the codes of `now` and of `standing`, one pair for each network in the mean: what is subtracted from each other."""
    on = dependencies(nodes)
    pairs = [node.input for node in nodes if node.op_type == 'Sub' and [on.get(name) for name in node.input] == [{'now'}, {'standing'}]]
    return [now for now, _ in pairs], [standing for _, standing in pairs]


def renamed(node, names):
    """A copy of a node that reads other values."""
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.input[:] = [names.get(name, name) for name in node.input]
    return copy


def of_one_frame(nodes):
    """The nodes for one frame that is both `now` and `standing`; what would be computed twice, once."""
    names, known, kept = {'now': 'frame', 'standing': 'frame'}, {}, []
    for node in nodes:
        node = renamed(node, names)
        work = node.op_type, tuple(node.input), tuple(attribute.SerializeToString(deterministic=True) for attribute in node.attribute)
        same = known.setdefault(work, node)
        if same is node:
            kept.append(node)
        else:
            names.update(zip(node.output, same.output))
    return kept


def leading_to(nodes, outputs):
    """Those of `nodes` that `outputs` need, in their order."""
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.insert(0, node)
    return kept


def rows(name, width):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [ROW, width])


def part(whole, nodes, inputs, outputs):
    """A model of these nodes, with the weights that they need."""
    read = {name for node in nodes for name in node.input}
    weights = [weight for weight in whole.graph.initializer if weight.name in read]
    graph = helper.make_graph(nodes, 'back', inputs, outputs, weights)
    model = helper.make_model(graph, producer_name='bendwise', opset_imports=whole.opset_import, ir_version=whole.ir_version)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def parts(path):
    """The bytes of each part of the whole network, by the name of its file."""
    whole = onnx.load(path)
    nodes, outputs = list(whole.graph.node), {output.name: output for output in whole.graph.output}
    width = {weight.name: weight.dims for weight in whole.graph.initializer}
    one, (now, standing) = of_one_frame(nodes), codes(nodes)
    code = sum(width[node.input[1]][1] for node in nodes if node.op_type == 'Gemm' and node.input[0] in now)
    size = whole.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    frame, joined = [rows('frame', size)], helper.make_node('Concat', now, ['code'], axis=1)
    apart = [helper.make_node('Split', [name], each, axis=1) for name, each in (('now', now), ('standing', standing))]
    heads = apart + leading_to([node for node in nodes if not set(node.output) & set(now + standing)], CHANGE)
    of = lambda names: [outputs[name] for name in names]
    return {
        'back-hidden.onnx': part(whole, leading_to(one, HIDDEN), frame, of(HIDDEN)),
        'back-frame.onnx': part(whole, leading_to(one, FRAME + now) + [joined], frame, of(FRAME) + [rows('code', code)]),
        'back-change.onnx': part(whole, heads, [rows('now', code), rows('standing', code)], of(CHANGE)),
    }


def write(path):
    """Writes the parts beside the whole network."""
    for name, content in parts(path).items():
        (pathlib.Path(path).parent / name).write_bytes(content)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('whole')
    parser.add_argument('--check', action='store_true', help='compare with the SHA256SUMS beside it and write nothing')
    given = parser.parse_args()
    if not given.check:
        return write(given.whole)
    sums = (pathlib.Path(given.whole).parent / 'SHA256SUMS').read_text().splitlines()
    wrong = [name for name, content in parts(given.whole).items() if f'{hashlib.sha256(content).hexdigest()}  {name}' not in sums]
    if wrong:
        sys.exit(f'SHA256SUMS names another {" and ".join(wrong)}')


if __name__ == '__main__':
    main()
