"""Tests of the models of the classic tutorials, written as they are read, against NumPy and against PyTorch's numbers."""

import math

import numpy
import pytest
import pytorch
from sklearn.datasets import load_digits

from scalargrad import log, relu, sigmoid
from scalargrad.engine import Parameter
from scalargrad.graph import Graph, Session, Variable, placeholder
from scalargrad.losses import cross_entropy
from scalargrad.optim import SGD, Adam, Momentum
from scalargrad.shapes import Vector, concatenate, elements, reshape
from scalargrad.vectors import convolve2d, log_softmax, max_pool2d, mean, softmax, total

NETWORKS = pytorch.read()["networks"]


def numbers(x):
    """The numbers of a Variable, of any shape."""
    return numpy.array([numbers(part) for part in x]) if isinstance(x, Vector) else x.data


def flat(x):
    """The numbers in nested lists, tuples and arrays."""
    return [number for part in x for number in flat(part)] if isinstance(x, (list, tuple, numpy.ndarray)) else [x]


def close(expected):
    return pytest.approx(flat(expected), rel=1e-10, abs=1e-13)


def probabilities(logits):
    powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def two_clouds(n):
    """Points of two classes, n of each, and their classes as rows of a 1 and a 0."""
    generator = numpy.random.default_rng(0)
    points = generator.normal(size=(2 * n, 2)) + numpy.repeat([[-2, -2], [2, 2]], n, axis=0)
    return points, numpy.repeat([[1, 0], [0, 1]], n, axis=0)


START = [[0.5, -0.25], [0.75, 1.0]], [0.1, -0.2]


def perceptron_by_hand(points, classes, steps, lr):
    """The losses, and W and b in the end, by the gradients of the formula."""
    (W, b), losses = map(numpy.array, START), []
    for _ in range(steps):
        p = probabilities(points @ W + b)
        losses.append(-(classes * numpy.log(p)).sum())
        W, b = W - lr * points.T @ (p - classes), b - lr * (p - classes).sum(axis=0)
    return losses, W, b


def test_a_perceptron_of_all_points_at_once():
    """TensorSlow's perceptron: a graph of all points as one matrix, trained in a session, ends where NumPy ends."""
    points, classes = two_clouds(8)
    X, c = placeholder((16, 2), "X"), placeholder((16, 2), "c")
    W, b = Variable(START[0], "W"), Variable(START[1], "b")
    J = -(c * log(softmax(X @ W + b))).sum()
    train = SGD(lr=0.01).minimize(J)
    feed_dict = {X: points, c: classes}
    losses = []
    with Session() as session:
        for _ in range(10):
            loss, nothing = session.run([J, train], feed_dict)
            losses.append(loss)
            assert nothing is None
        predicted = session.run(softmax(X @ W + b), feed_dict)
    expected, *weights = perceptron_by_hand(points, classes, 10, 0.01)
    assert losses == close(expected) and losses[-1] < losses[0] / 2
    assert flat([numbers(W), numbers(b)]) == close(weights)
    assert flat(predicted) == close(probabilities(points @ weights[0] + weights[1]))


@pytest.mark.parametrize("kind", [numpy.asarray, numpy.ndarray.tolist])
def test_a_perceptron_of_one_point(kind):
    """The same graph of one point, fed with batches of points, and losses that are added up, takes the same steps."""
    points, classes = two_clouds(8)
    x, c = placeholder(2, "x"), placeholder(2, "c")
    W, b = Variable(START[0], "W"), Variable(START[1], "b")
    J = -(c * log(softmax(x @ W + b))).sum()
    train = SGD(lr=0.01).minimize(J, reduction="sum")
    feed_dict = {x: kind(points), c: kind(classes)}
    losses = [sum(Session().run([J, train], feed_dict)[0]) for _ in range(10)]
    expected, *weights = perceptron_by_hand(points, classes, 10, 0.01)
    assert losses == close(expected)
    assert flat([numbers(W), numbers(b)]) == close(weights)


def test_a_multilayer_perceptron():
    """TensorSlow's network with a hidden layer, which XOR takes, ends where backpropagation by hand ends."""
    generator = numpy.random.default_rng(1)
    points = generator.uniform(-1, 1, size=(12, 2))
    classes = numpy.array([[1, 0] if a * b > 0 else [0, 1] for a, b in points])
    start = [generator.normal(size=form) for form in ((2, 3), (3,), (3, 2), (2,))]
    X, c = placeholder((12, 2), "X"), placeholder((12, 2), "c")
    W_hidden, b_hidden, W_output, b_output = variables = [Variable(x) for x in start]
    hidden = sigmoid(X @ W_hidden + b_hidden)
    J = -(c * log(softmax(hidden @ W_output + b_output))).sum()
    train, session, losses, expected = SGD(lr=0.2).minimize(J), Session(), [], []
    V, d, W, b = start
    for _ in range(8):
        losses.append(session.run(J, {X: points, c: classes}))
        session.run(train, {X: points, c: classes})
        h = 1 / (1 + numpy.exp(-(points @ V + d)))
        p = probabilities(h @ W + b)
        expected.append(-(classes * numpy.log(p)).sum())
        at_output = p - classes
        at_hidden = at_output @ W.T * h * (1 - h)
        W, b = W - 0.2 * h.T @ at_output, b - 0.2 * at_output.sum(axis=0)
        V, d = V - 0.2 * points.T @ at_hidden, d - 0.2 * at_hidden.sum(axis=0)
    assert losses == close(expected) and losses[-1] < losses[0]
    assert flat(list(map(numbers, variables))) == close([V, d, W, b])


@pytest.fixture(scope="module")
def digits():
    """Handwritten digits: images (n, 8, 8) from 0 to 1, and their classes (n,)."""
    found = load_digits()
    return found.images / 16, found.target


def convolutional_network(image):
    """A network of two convolutions: its logits, and its weights in the order in which they are kept."""
    p = {name: Variable(x, name) for name, x in pytorch.CONVOLUTIONS.items()}
    first = [max_pool2d(relu(convolve2d(image, kernel, "same") + bias)) for kernel, bias in zip(p["kernels"], p["biases"])]
    second = [
        max_pool2d(relu(sum(convolve2d(each, kernel, "same") for each, kernel in zip(first, kernels)) + bias))
        for kernels, bias in zip(p["more_kernels"], p["more_biases"])
    ]
    return p["W"] @ reshape(second, -1) + p["b"], list(p.values())


@pytest.mark.parametrize("kind", [numpy.asarray, numpy.ndarray.tolist])
def test_a_convolutional_network(kind, digits):
    """MatrixSlow's convolutional network, two steps of Adam on three digits, has PyTorch's losses and weights."""
    images = digits[0][:3]
    assert images.tolist() == pytorch.IMAGES
    x, t = placeholder((8, 8), "x"), placeholder(10, "t")
    logits, weights = convolutional_network(x)
    loss = cross_entropy(logits, t)
    optimizer = Adam(weights, lr=0.02)
    for row in NETWORKS["convolutions"]:
        found = optimizer.minimize(loss, {x: kind(images), t: kind(numpy.eye(10)[:3])})
        assert flat([found, *map(numbers, weights)]) == close(row)


def test_a_convolutional_network_image_by_image(digits):
    """MatrixSlow's loop: a graph of one image, cleared, run forward and backward for each image, and then updated."""
    images = digits[0][:3]
    image, target = Variable(images[0]), Variable(numpy.eye(10)[0])
    logits, weights = convolutional_network(image)
    graph = Graph(cross_entropy(logits, target))
    optimizer = Adam(weights, lr=0.02)
    for row in NETWORKS["convolutions"]:
        losses = []
        graph.zero_grad()
        for content, label in zip(images, numpy.eye(10)):
            for leaf, number in zip((*elements(image), *target), (*content.flat, *label)):
                leaf.data = float(number)
            graph.forward()
            graph.backward()
            losses.append(graph.outputs[0].data)
        optimizer.step(examples=3)
        assert flat([sum(losses) / 3, *map(numbers, weights)]) == close(row)


def test_a_wide_and_deep_network(digits):
    """MatrixSlow's wide-and-deep network: a linear model beside a deep one of embedded pixels, both from the same pixels."""
    images, classes = digits[0][:6].reshape(6, 64), numpy.eye(10)[digits[1][:6]]
    generator = numpy.random.default_rng(2)
    start = [generator.normal(size=form) / 4 for form in ((10, 64), (4, 64), (6, 4), (6,), (10, 6), (10,))]
    wide, embedding, W, b, out, bias = variables = [Variable(x) for x in start]
    x, t = placeholder(64, "x"), placeholder(10, "t")
    deep = relu(W @ (embedding @ x) + b)
    loss = -(t * log_softmax(wide @ x + out @ deep + bias)).sum()
    train, session = Momentum(lr=0.1, momentum=0.5).minimize(loss), Session()
    speeds = [0 * array for array in start]
    for _ in range(2):
        losses, _ = session.run([loss, train], {x: images, t: classes})
        A, B, C, c, D, d = start
        embedded = images @ B.T
        hidden = numpy.maximum(embedded @ C.T + c, 0)
        p = probabilities(images @ A.T + hidden @ D.T + d)
        assert losses.tolist() == close(-numpy.log((p * classes).sum(axis=1)))
        at_output = (p - classes) / 6
        at_hidden = at_output @ D * (hidden > 0)
        sums = at_output.sum(axis=0), at_hidden.sum(axis=0)
        gradients = [at_output.T @ images, (at_hidden @ C).T @ images, at_hidden.T @ embedded, sums[1]]
        gradients += [at_output.T @ hidden, sums[0]]
        speeds = [0.5 * speed + gradient for speed, gradient in zip(speeds, gradients)]
        start = [array - 0.1 * speed for array, speed in zip(start, speeds)]
        assert flat(list(map(numbers, variables))) == close(start)


def norm(x):
    return x * (mean(x**2) + 1e-5) ** -0.5


def attention(query, keys, values):
    """What one head reads: the values of all positions so far, in the shares that their keys have."""
    shares = softmax([query @ key / math.sqrt(len(query)) for key in keys])
    return shares @ Vector(values)


def next_token(p, token, place, keys, values):
    """The logits of the token after this one; the keys and values of the positions so far grow by one each."""
    x = norm(p["tokens"][token] + p["places"][place])
    query, key, value = (p[name] @ norm(x) for name in ("query", "key", "value"))
    keys.append(key)
    values.append(value)
    heads = [slice(0, 2), slice(2, 4)]
    read = [attention(query[head], [k[head] for k in keys], [v[head] for v in values]) for head in heads]
    x = x + p["out"] @ concatenate(read)
    x = x + p["narrow"] @ relu(p["wide"] @ norm(x))
    return p["readout"] @ x


def test_a_language_model_token_by_token():
    """microgpt's loop: a transformer trained token by token, by an Adam that keeps its means on the parameters."""
    p = {name: Variable(x, name) for name, x in pytorch.LANGUAGE.items()}
    parameters = [leaf for matrix in p.values() for leaf in elements(matrix)]
    for leaf in parameters:
        assert type(leaf) is Parameter
        leaf.m = leaf.v = 0.0
    for step, (sentence, row) in enumerate(zip(2 * pytorch.SENTENCES, NETWORKS["language"])):
        tokens = pytorch.spelled(sentence)[: len(p["places"]) + 1]
        keys, values, losses = [], [], []
        for place, (token, target) in enumerate(zip(tokens, tokens[1:])):
            losses.append(-log(softmax(next_token(p, token, place, keys, values))[target]))
        loss = total(losses) / len(losses)
        loss.backward()
        for leaf in parameters:
            leaf.m = 0.85 * leaf.m + (1 - 0.85) * leaf.grad
            leaf.v = 0.99 * leaf.v + (1 - 0.99) * leaf.grad**2
            m, v = leaf.m / (1 - 0.85 ** (step + 1)), leaf.v / (1 - 0.99 ** (step + 1))
            leaf.data -= pytorch.learning_rate(step) * m / (math.sqrt(v) + 1e-8)
            leaf.grad = 0
        assert flat([loss.data, *map(numbers, p.values())]) == pytest.approx(flat(row), rel=1e-9, abs=1e-12)
