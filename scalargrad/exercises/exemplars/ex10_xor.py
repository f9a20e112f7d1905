"""Exercise 10: a training loop that solves exclusive or.

All parts are there now, and from here on you may use those of scalargrad: its networks, losses and optimizers do what
yours of the exercises before do, with an engine below that computes the gradients. What is left is the loop.
"""

from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import Adam

POINTS, LABELS = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]


def train(model, loss, optimizer, points, labels, steps):
    """Train a model on all points together for a number of steps; return the list of losses, one float for each step.

    model      takes a point and returns a Value
    loss       takes the list of the model's outputs and the list of labels, and returns a Value
    optimizer  has zero_grad() and step(), as those in scalargrad.optim

    Formula: in each step forget the gradients, compute the outputs of all points, then their loss, call its backward(), and
    let the optimizer step. The loss of a step, its `.data`, is that before the parameters move.

    >>> model = MLP(1, [1], seed=0)
    >>> losses = train(model, binary_cross_entropy, Adam(model.parameters(), lr=0.1), [(0,), (1,)], [0, 1], steps=3)
    >>> len(losses), losses[2] < losses[0]
    (3, True)

    Hint: the order is zero_grad, outputs, loss, backward, step. Without zero_grad gradients of all steps add up.
    """
    ### SOLUTION
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss([model(point) for point in points], labels)
        value.backward()
        optimizer.step()
        losses.append(value.data)
    return losses
    ### END


def predict(model, points):
    """Return the list of classes, 1 or 0, that a model with one output gives to points.

    Formula: 1 where the output, a logit, is greater than 0, else 0.

    >>> predict(lambda point: point[0] - 0.5, [(0,), (1,)])
    [0, 1]

    Hint: a logit of 0 is a probability of one half. Values can be compared with numbers.
    """
    ### SOLUTION
    return [int(model(point) > 0) for point in points]
    ### END


def solve_xor():
    """Make a network, train it on POINTS and LABELS, and return the model and the list of its losses.

    Formula: no line divides these points, so a hidden layer is needed: MLP(2, [4, 1], "tanh", seed=0) has one of four
    neurons. The loss is binary_cross_entropy, and in the end below 0.1.

    >>> model, losses = solve_xor()
    >>> predict(model, POINTS), losses[0] > 0.1 > losses[-1]
    ([0, 1, 1, 0], True)

    Hint: try steps and learning rates; print the losses now and then. Adam with lr=0.05 needs a few hundred steps.
    """
    ### SOLUTION
    model = MLP(2, [4, 1], "tanh", seed=0)
    optimizer = Adam(model.parameters(), lr=0.05)
    losses = train(model, binary_cross_entropy, optimizer, POINTS, LABELS, steps=200)
    return model, losses
    ### END


if __name__ == "__main__":
    trained, course = solve_xor()
    for step in range(0, len(course), 20):
        print(f"step {step}: loss {course[step]:.4f}")
    print(f"predicted {predict(trained, POINTS)}, expected {LABELS}")
