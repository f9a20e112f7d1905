"""A small convolutional network, which tells upright bars from lying ones wherever they are in an image.

Each output of a convolution looks at one window of the image (local connections), and all windows share one kernel
(weight sharing): two kernels of 3 x 3 weights serve 16 windows each. Pooling keeps the strongest answer of each kernel, so
that it does not matter where the bar is.
"""

import random

from scalargrad import Value, relu
from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import Module, Neuron, first_weight
from scalargrad.optim import Adam
from scalargrad.vectors import convolve2d, max_pool2d, reshape


class ConvolutionalNetwork(Module):
    """(6, 6) to one logit: two convolutions of 3 x 3, relu, pooling of all 4 x 4 answers, and a neuron for the two left."""

    def __init__(self, seed=0):
        generator = random.Random(seed)
        self.kernels = [
            [[Value(first_weight(relu, 9, 9, generator), f"k{n}[{i}][{j}]") for j in range(3)] for i in range(3)]
            for n in range(2)
        ]
        self.output = Neuron(2, nonlin=False, seed=generator)

    def __call__(self, image):
        features = []
        for kernel in self.kernels:
            answers = [[relu(x) for x in row] for row in convolve2d(image, kernel)]
            features.extend(reshape(max_pool2d(answers, 4), -1))
        return self.output(features)


def bars(n, seed=0):
    """n noisy images, (6, 6), of a bar of three pixels, and whether it is upright, 0 or 1."""
    generator = random.Random(seed)
    images, labels = [], []
    for i in range(n):
        image = [[0.2 * generator.random() for _ in range(6)] for _ in range(6)]
        along, across, upright = generator.randrange(4), generator.randrange(6), i % 2
        for k in range(3):
            row, column = (along + k, across) if upright else (across, along + k)
            image[row][column] += 1
        images.append(image)
        labels.append(upright)
    return images, labels


def train(steps=60, seed=1):
    """Train on 40 images, the full batch at each step; return the model."""
    model = ConvolutionalNetwork(seed)
    images, labels = bars(40)
    optimizer = Adam(model.parameters(), lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        binary_cross_entropy([model(image) for image in images], labels).backward()
        optimizer.step()
    return model


def main():
    model = train()
    images, labels = bars(100, seed=1)
    right = sum((model(image) > 0) == (label == 1) for image, label in zip(images, labels))
    print(f"{len(model.parameters())} parameters, {right} of {len(images)} new images right")


if __name__ == "__main__":
    main()
