"""Handwritten digits: two hidden layers of relu, softmax with cross-entropy, Adam, mini-batches.

`python digits.py` trains on the digits of 8 x 8 pixels that scikit-learn brings along; `python digits.py FOLDER` on
MNIST's files in a folder, of which it takes as many images as `--images` says, for 28 x 28 pixels are a lot of Values.
"""

import argparse
import gc
import random

import numpy
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

from scalargrad.datasets import mnist
from scalargrad.losses import cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import Adam


def load(folder=None, images=2000):
    """Return training images (n, pixels) of numbers from 0 to 1, their labels, and the same for testing."""
    if folder is None:
        pixels, labels = load_digits(return_X_y=True)
        x, x_test, y, y_test = train_test_split(pixels / 16, labels, test_size=360, random_state=0, stratify=labels)
    else:
        (x, y), (x_test, y_test) = mnist(folder), mnist(folder, train=False)
        x, y, x_test, y_test = x[:images] / 255, y[:images], x_test[: images // 5 + 1] / 255, y_test[: images // 5 + 1]
    return x.reshape(len(x), -1), y.tolist(), x_test.reshape(len(x_test), -1), y_test.tolist()


def train(model, x, y, epochs=4, batch_size=16, seed=0, progress=False):
    """Train for some epochs, each example's graph by itself to save memory; return the mean loss of each epoch."""
    steps = epochs * -(-len(x) // batch_size)
    optimizer = Adam(model.parameters(), lr=lambda step: 0.02 * (1 - step / steps))
    generator, losses = random.Random(seed), []
    for epoch in range(epochs):
        order = generator.sample(range(len(x)), len(x))
        total = 0.0
        bar = tqdm(range(0, len(x), batch_size), desc=f"epoch {epoch + 1}", unit="batch", disable=not progress)
        for start in bar:
            batch = order[start : start + batch_size]
            optimizer.zero_grad()
            for i in batch:
                loss = cross_entropy(model(x[i].tolist()), y[i])
                loss.backward()
                total += loss.data
            optimizer.step(examples=len(batch))
            bar.set_postfix(loss=f"{total / (start + len(batch)):.3f}")
        losses.append(total / len(x))
    return losses


def predict(model, x):
    """Return for each image the digit with the largest logit."""
    return [max(range(10), key=model(image.tolist()).__getitem__) for image in x]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", help="the folder with MNIST's files")
    parser.add_argument("--images", type=int, default=2000, help="how many of MNIST's images to train with (2000)")
    parser.add_argument("--epochs", type=int, default=4, help="how often each image is seen (4)")
    options = parser.parse_args()
    gc.freeze()  # the garbage collector need not look at what the imports made: twice as fast
    x, y, x_test, y_test = load(options.folder, options.images)
    model = MLP(x.shape[1], [32, 32, 10], seed=1)
    train(model, x, y, options.epochs, progress=True)
    accuracy = numpy.mean(numpy.array(predict(model, x_test)) == y_test)
    print(f"{accuracy:.1%} of {len(x_test)} images that the network has not seen are right")


if __name__ == "__main__":
    main()
