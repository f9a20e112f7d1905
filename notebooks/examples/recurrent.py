"""A recurrent cell, unrolled over 20 steps: one set of weights, used at every step.

The cell reads a sequence of numbers one by one, and hands a state from step to step. Unrolled, it is a network of 20
layers with shared weights, and `backward` goes back through time. Here it learns to say whether the first number of the
sequence was positive, whatever follows.
"""

import random

from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import Layer, Module, Neuron
from scalargrad.optim import Adam


class RecurrentNetwork(Module):
    """A sequence of numbers to one logit: state = tanh(W [input, state] + b) at each step, and a neuron for the last."""

    def __init__(self, size=2, seed=0):
        generator = random.Random(seed)  # one for both, or their first weights would be the same numbers
        self.size = size
        self.cell = Layer(1 + size, size, activation="tanh", seed=generator)
        self.output = Neuron(size, nonlin=False, seed=generator)

    def __call__(self, sequence):
        state = [0.0] * self.size
        for x in sequence:
            state = self.cell([x, *state])
        return self.output(state)


def sequences(n, length=20, seed=0):
    """n sequences whose first number is 1 or -1 and whose others are small, and whether the first is positive, 0 or 1."""
    generator = random.Random(seed)
    labels = [i % 2 for i in range(n)]
    return [[2.0 * label - 1] + [generator.gauss(0, 0.1) for _ in range(length - 1)] for label in labels], labels


def train(steps=100, seed=0):
    """Train on 20 sequences, the full batch at each step; return the model and the loss after each step."""
    model = RecurrentNetwork(seed=seed)
    inputs, labels = sequences(20)
    optimizer = Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = binary_cross_entropy([model(sequence) for sequence in inputs], labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    return model, losses


def main():
    model, losses = train()
    inputs, labels = sequences(100, seed=1)
    right = sum((model(sequence) > 0) == (label == 1) for sequence, label in zip(inputs, labels))
    print(f"loss {losses[0]:.3f} at first, {losses[-1]:.3f} at last; {right} of {len(inputs)} new sequences right")


if __name__ == "__main__":
    main()
