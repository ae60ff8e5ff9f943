"""A network that knows a body by its own movement: beside the frame and the standing one it gets the mean code of the clip's bends.

    python -m experiments.context DATA… OUT.pt --steps N [--seed S] [--without MAKER]
"""
import torch
from torch import nn

import dataset
import network
import train


class ContextNetwork(network.Network):
    """`network.Network` whose change also reads the mean code of the bent frames of the same person and camera."""

    def __init__(self, code=160):
        super().__init__(code)
        self.change = nn.Sequential(nn.Linear(4 * code, 192), nn.ReLU(), nn.Linear(192, 3 + 5))

    def heads(self, now, standing, context):
        return self.alone(now), self.change(torch.cat([now, standing, now - standing, context - standing], 1))


def loss_of(model, inputs, levels, seen, true):
    """As `train.loss_of`; the context of a frame is the mean of its clip's bent frames."""
    codes = model.encoder(inputs)
    by_clip = codes.reshape(-1, train.FRAMES, codes.shape[-1])
    # A random number of bends, as a session grows from the first frame on.
    kept = int(torch.randint(1, train.BENT + 1, ()))
    context = by_clip[:, train.STANDING:train.STANDING + kept].mean(1, keepdim=True).expand(-1, train.FRAMES, -1).reshape(codes.shape)
    alone, change = model.heads(codes, train.of_last_standing(codes), context)
    moved = (true - train.of_last_standing(true))[:, :3]
    of_frame = train.laplace(network.measures(alone[:, :3]) - network.measures(true[:, :3]), alone[:, 10:15]).mean(1)
    of_change = train.laplace(network.measures(change[:, :3]) - network.measures(moved), change[:, 3:8]).mean(1)
    yaw = (alone[:, 3] - true[:, 3]) ** 2
    points = (alone[:, 4:10] - levels).abs().mean(1)
    return ((of_change + .5 * of_frame + .5 * yaw + 2 * points) * seen).mean()


def main():
    given = train.arguments(__doc__)
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    views = dataset.Views(*given.data)
    train.fit(ContextNetwork(), loss_of, views, train.rows_to_train_on(views, given.without), given)


if __name__ == '__main__':
    main()
