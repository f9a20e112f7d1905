"""A script for many devices: a program and a training, shared by all that JAX has, and what they are, printed as JSON.

python tests/jax_devices.py                   on the devices of one process
python tests/jax_devices.py ADDRESS COUNT ID  on those of several processes, as one starts it on a cluster
"""

import json
import random
import re
import sys

from scalargrad import compile
from scalargrad.graph import placeholder
from scalargrad.losses import hinge, l2_penalty
from scalargrad.nn import MLP
from scalargrad.optim import Adam

N, SIZE = 35, 17  # neither is a multiple of the number of devices
GENERATOR = random.Random(0)
X = [[GENERATOR.gauss(0, 1), GENERATOR.gauss(0, 1)] for _ in range(N)]
T = [1.0 if a * b > 0 else -1.0 for a, b in X]


def results(target):
    """What a program returns; what trainings return and leave behind, with scores and without; and the program."""
    model, x, t = MLP(2, [4, 1], seed=0), placeholder(2, "x"), placeholder("t")
    parameters = model.parameters()
    score = model(x)
    loss = hinge([score], [t]) + l2_penalty(parameters, 1e-3)
    step = compile([loss, score], [x, t], parameters, target)
    (value, scores), gradients = step.value_and_grad([p.data for p in parameters], X, T)
    train = compile([loss, score], [x, t], target=target, optimizer=Adam(parameters, lr=0.02))
    losses, seen = train(X, T, epochs=2, batch_size=SIZE, seed=0)  # its last batch has one example
    moved = [p.data for p in parameters]
    alone = compile(loss, [x, t], target=target, optimizer=Adam(parameters, lr=0.02))(X[:34], T[:34], epochs=300)
    found = {"step": [value, *scores, *gradients], "trained": [losses, seen, moved]}
    return found | {"long": [alone, [p.data for p in parameters]]}, step


def described(step):
    """The devices, the shapes of the shards of a batch, and how often the devices of a program without scores talk."""
    import jax
    import numpy

    devices = step.run.devices
    with devices.precision():
        rows = numpy.array([*zip(*X), T])
        share, rest = devices.shared(rows)
        parameters = devices.everywhere(numpy.array([p.data for p in step.parameters]))
        loss = compile(step.outputs[0], step.inputs, step.parameters, "jax")
        text = loss.run.step.lower(parameters, share, rest).compile().as_text()
    return {
        "devices": jax.device_count(),
        "here": jax.local_device_count(),
        "shards": [each.data.shape for each in share.addressable_shards],
        "rest": rest.shape,
        "copies": [each.data.shape for each in parameters.addressable_shards],
        "talk": re.findall(r"(all-reduce|all-gather|all-to-all|collective-permute|reduce-scatter)(?:-start)?\(", text),
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import jax

        jax.distributed.initialize(sys.argv[1], num_processes=int(sys.argv[2]), process_id=int(sys.argv[3]))
    numbers, program = results("jax")
    print(json.dumps(numbers | described(program)))
