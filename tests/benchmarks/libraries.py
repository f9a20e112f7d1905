"""The networks in PyTorch, JAX and CasADi, with their gradients."""

from benchmarks.measuring import Contender
from benchmarks.networks import ALPHA


def torch_loss(work, weights, biases, x, y):
    import torch

    h = x
    for k, (w, b) in enumerate(zip(weights, biases)):
        h = torch.nn.functional.linear(h, w, b)
        h = torch.relu(h) if k < len(weights) - 1 else h
    if work.moons:
        return torch.relu(1 - y * h[:, 0]).mean() + ALPHA * sum((p * p).sum() for p in (*weights, *biases))
    return torch.nn.functional.cross_entropy(h, y)


def torch_tensors(work):
    """The weights and biases in the beginning, and the data."""
    import torch

    torch.set_num_threads(1)
    weights, biases = ([torch.tensor(each, requires_grad=True) for each in part] for part in work.weights_and_biases())
    return weights, biases, torch.tensor(work.x), torch.tensor(work.y)


def torch_gradients(work):
    weights, biases, x, y = torch_tensors(work)

    def run():
        for p in (*weights, *biases):
            p.grad = None
        loss = torch_loss(work, weights, biases, x, y)
        loss.backward()
        return loss

    def result():
        return [run().item(), *work.flat(*([p.grad.numpy() for p in part] for part in (weights, biases)))]

    return Contender(run, result)


def jax_loss(work, parameters, x, y):
    import jax

    h = x
    for k, (w, b) in enumerate(zip(*parameters)):
        h = h @ w.T + b
        h = jax.nn.relu(h) if k < len(work.sizes) - 2 else h
    if work.moons:
        squares = sum((p * p).sum() for part in parameters for p in part)
        return jax.nn.relu(1 - y * h[:, 0]).mean() + ALPHA * squares
    return -(y * jax.nn.log_softmax(h)).sum() / len(x)


def jax_parameters(work):
    """The weights and biases in the beginning."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    return [[jnp.array(each) for each in part] for part in work.weights_and_biases()]


def jax_gradients(work):
    import jax

    parameters = jax_parameters(work)
    compiled = jax.jit(jax.value_and_grad(lambda p: jax_loss(work, p, work.x, work.y)))

    def run():
        return jax.block_until_ready(compiled(parameters))

    def result():
        value, parts = run()
        return [value, *work.flat(*parts)]

    return Contender(run, result)


def casadi_gradients(work):
    """The graph of one example in CasADi's scalar symbols, mapped over the batch, run by its own virtual machine."""
    import casadi
    import numpy

    x, y = casadi.SX.sym("x", work.sizes[0]), casadi.SX.sym("y", 1 if work.moons else work.sizes[-1])
    weights, biases = work.weights_and_biases()
    weights = [casadi.SX.sym(f"w{k}", *w.shape) for k, w in enumerate(weights)]
    biases = [casadi.SX.sym(f"b{k}", len(b)) for k, b in enumerate(biases)]
    h = x
    for k, (w, b) in enumerate(zip(weights, biases)):
        h = w @ h + b
        h = casadi.fmax(h, 0) if k < len(weights) - 1 else h
    parameters = casadi.vertcat(*(casadi.vec(casadi.horzcat(w, b).T) for w, b in zip(weights, biases)))
    loss = (
        casadi.fmax(1 - y * h, 0) + ALPHA * casadi.sumsqr(parameters)
        if work.moons
        else casadi.logsumexp(h) - casadi.dot(y, h)
    )
    step = casadi.Function("step", [parameters, x, y], [loss, casadi.gradient(loss, parameters)])
    mapped = step.map(work.examples)
    arguments = (casadi.DM(work.start), casadi.DM(work.x.T), casadi.DM(numpy.atleast_2d(work.y.T)))

    def run():
        losses, gradients = mapped(casadi.repmat(arguments[0], 1, work.examples), *arguments[1:])
        return casadi.sum2(losses) / work.examples, casadi.sum2(gradients) / work.examples

    def result():
        value, gradients = run()
        return [float(value), *numpy.array(gradients).ravel()]

    return Contender(run, result)
