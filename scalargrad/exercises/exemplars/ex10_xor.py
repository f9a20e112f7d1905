"""Exercise 10: a training loop that solves exclusive or.

You have written all the parts, and from here on you may use those of scalargrad. Its networks, losses and optimizers do what
yours do, and its engine computes the gradients. What remains is the loop.
"""

from scalargrad.losses import binary_cross_entropy
from scalargrad.nn import MLP
from scalargrad.optim import Adam

POINTS, LABELS = [(0, 0), (0, 1), (1, 0), (1, 1)], [0, 1, 1, 0]


def train(model, loss, optimizer, points, labels, steps):
    """Train a model on all points together, and return the list of losses, one float for each step.

    model      takes a point and returns a Value
    loss       takes the list of the model's outputs and the list of labels, and returns a Value
    optimizer  has zero_grad() and step(), as the optimizers in scalargrad.optim do
    steps      the number of steps

    The lists of points and labels are not changed.

    Formula: in each step set the gradients to zero, compute the outputs of all points and their loss, call its backward(),
    and let the optimizer step. The loss of a step is its `.data` before the parameters change.

    >>> model = MLP(1, [1], seed=0)
    >>> losses = train(model, binary_cross_entropy, Adam(model.parameters(), lr=0.1), [(0,), (1,)], [0, 1], steps=3)
    >>> len(losses), losses[2] < losses[0]
    (3, True)

    Hint: the order is zero_grad, outputs, loss, backward, step. Without zero_grad the gradients of all steps add up.
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
    """Return the list of classes, 1 or 0, that a model with one output predicts for points.

    Formula: 1 if the output, a logit, is greater than 0, else 0.

    >>> predict(lambda point: point[0] - 0.5, [(0,), (1,)])
    [0, 1]

    Hint: a logit of 0 means a probability of one half. Values can be compared with numbers.
    """
    ### SOLUTION
    return [int(model(point) > 0) for point in points]
    ### END


def solve_xor():
    """Make a network, train it on POINTS and LABELS by `train`, and return the model and the list of the losses.

    Formula: no straight line separates the classes, so the network needs a hidden layer. MLP(2, [4, 1], "tanh", seed=0) has
    one with four neurons. The loss is binary_cross_entropy; train until it is below 0.1. Each call trains a new network.

    >>> model, losses = solve_xor()
    >>> predict(model, POINTS), losses[0] > 0.1 > losses[-1]
    ([0, 1, 1, 0], True)

    Hint: try numbers of steps and learning rates, and print the losses. Adam with lr=0.05 needs a few hundred steps.
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
