"""Plausible wrong solutions of exercises 7 and 8, in the same form as those of 1 to 6."""

# The lines that most wrong solutions replace.
NEURON = "return self.activation(sum((w * x for w, x in zip(self.weights, inputs)), self.bias))"
RUN = "for layer in self.layers:\n            inputs = layer(inputs)\n        return inputs"
MEAN = "return sum(map(cross_entropy, batch, targets)) / len(batch)"

MUTANTS = {
    "ex07_networks": [
        ("bias forgotten", ", self.bias))", ", 0.0))"),
        ("activation forgotten", "return self.activation(sum(", "return (sum("),
        ("always tanh", "return self.activation(sum(", "return math.tanh(sum("),
        ("bias after the activation", "inputs)), self.bias))", "inputs)))) + self.bias"),
        ("weights backwards", "zip(self.weights, inputs)", "zip(self.weights[::-1], inputs)"),
        ("bias is no parameter", "return [*self.weights, self.bias]", "return [*self.weights]"),
        (
            "weights grow when asked",
            "return [*self.weights, self.bias]",
            "self.weights.append(self.bias)\n        return self.weights",
        ),
        ("bias first", "return [*self.weights, self.bias]", "return [self.bias, *self.weights]"),
        (
            "neuron i of input i",
            "[neuron(inputs) for neuron in self.neurons]",
            "[neuron([x]) for neuron, x in zip(self.neurons, inputs)]",
        ),
        ("first neuron only", "return [neuron(inputs) for neuron in self.neurons]", "return self.neurons[0](inputs)"),
        (
            "list of lists",
            "[p for neuron in self.neurons for p in neuron.parameters()]",
            "[neuron.parameters() for neuron in self.neurons]",
        ),
        ("one neuron's parameters", "for neuron in self.neurons for p", "for neuron in self.neurons[:1] for p"),
        (
            "inputs of the first layer for all",
            "            inputs = layer(inputs)\n        return inputs",
            "            outputs = layer(inputs)\n        return outputs",
        ),
        (
            "last layer left out",
            "for layer in self.layers:\n            inputs",
            "for layer in self.layers[:-1]:\n            inputs",
        ),
        ("layers backwards", "for layer in self.layers for p", "for layer in self.layers[::-1] for p"),
        ("last layer's parameters only", "for layer in self.layers for p", "for layer in self.layers[-1:] for p"),
        ("inputs and outputs swapped", "enumerate(zip(sizes, sizes[1:])", "enumerate(zip(sizes[1:], sizes)"),
        ("a layer too few", "zip(sizes, sizes[1:])", "zip(sizes[:-1], sizes[1:-1])"),
        ("same weight everywhere", "[generator.uniform(-1, 1) for _ in range(nin)]", "[generator.uniform(-1, 1)] * nin"),
        ("weights all 0", "generator.uniform(-1, 1) for", "0.0 for"),
        ("positive weights", "generator.uniform(-1, 1) for", "generator.uniform(0, 1) for"),
        ("seed ignored", "generator.uniform(-1, 1) for", "__import__('random').uniform(-1, 1) for"),
        ("bias random", "range(nin)], 0.0", "range(nin)], 0.5"),
        ("last layer with tanh", "linear if i == len(sizes) else math.tanh", "math.tanh"),
        ("single neurons linear", "linear if i == len(sizes) else", "linear if nout == 1 else"),
        ("all layers linear", "linear if i == len(sizes) else math.tanh", "linear"),
        ("off by one", "start=2", "start=1"),
        (
            "inputs get a 1 for the bias",
            NEURON,
            "inputs.append(1.0)\n"
            "        return self.activation(sum(w * x for w, x in zip([*self.weights, self.bias], inputs)))",
        ),
        ("weights used up", NEURON, "return self.activation(sum((self.weights.pop(0) * x for x in inputs), self.bias))"),
        (
            "the first output forever",
            NEURON,
            "if not hasattr(self, 'output'):\n"
            "            self.output = self.activation(sum((w * x for w, x in zip(self.weights, inputs)), self.bias))\n"
            "        return self.output",
        ),
        (
            "two inputs only",
            NEURON,
            "return self.activation(self.weights[0] * inputs[0] + self.weights[1] * inputs[1] + self.bias)",
        ),
        ("whole products", "sum((w * x for", "sum((int(w * x) for"),
        ("six digits", NEURON, NEURON.replace("self.activation", "round(self.activation") + ", 6)"),
        ("sums cut off at 10", NEURON, NEURON.replace("sum(", "min(10.0, sum(") + ")"),
        (
            "no product with a 0",
            "for w, x in zip(self.weights, inputs)), self.bias",
            "for w, x in zip(self.weights, inputs)), self.bias or 1.0",
        ),
        (
            "parameters of the first call",
            "return [*self.weights, self.bias]",
            "self.found = getattr(self, 'found', [*self.weights, self.bias])\n        return self.found",
        ),
        (
            "neurons used up",
            "return [neuron(inputs) for neuron in self.neurons]",
            "return [self.neurons.pop(0)(inputs) for _ in range(len(self.neurons))]",
        ),
        (
            "a number for one neuron",
            "return [neuron(inputs) for neuron in self.neurons]",
            "found = [neuron(inputs) for neuron in self.neurons]\n        return found if len(found) > 1 else found[0]",
        ),
        ("neurons in the class", "        self.neurons = neurons", "        Layer.neurons = neurons"),
        ("parameters that are not 0", "for p in neuron.parameters()]", "for p in neuron.parameters() if p]"),
        (
            "layers used up",
            RUN,
            "while self.layers:\n            inputs = self.layers.pop(0)(inputs)\n        return inputs",
        ),
        ("outputs over the inputs", "inputs = layer(inputs)\n        return", "inputs[:] = layer(inputs)\n        return"),
        (
            "outputs remembered by inputs",
            RUN,
            "memory, key = self.__dict__.setdefault('memory', {}), tuple(inputs)\n"
            "        for layer in self.layers:\n"
            "            inputs = layer(inputs)\n"
            "        return memory.setdefault(key, inputs)",
        ),
        (
            "layers below computed for each input of each neuron",
            RUN,
            "def outputs(k):\n"
            "            if k < 0:\n"
            "                return inputs\n"
            "            return [n([outputs(k - 1)[i] for i in range(len(n.weights))]) for n in self.layers[k].neurons]\n\n"
            "        return outputs(len(self.layers) - 1)",
        ),
        (
            "each parameter once",
            "return [p for layer in self.layers for p in layer.parameters()]",
            "return list(dict.fromkeys(p for layer in self.layers for p in layer.parameters()))",
        ),
        (
            "parameters of earlier calls",
            "    def parameters(self):",
            "    def parameters(self, found=[]):",
            "return [p for layer in self.layers for p in layer.parameters()]",
            "found.extend(p for layer in self.layers for p in layer.parameters())\n        return found",
        ),
        (
            "sizes used up",
            "for i, (nin, nout) in enumerate(zip(sizes, sizes[1:]), start=2):\n"
            "        activation = linear if i == len(sizes) else math.tanh",
            "nin = sizes.pop(0)\n    while sizes:\n        nout = sizes.pop(0)\n"
            "        activation = math.tanh if sizes else linear",
            "for _ in range(nout)]))\n",
            "for _ in range(nout)]))\n        nin = nout\n",
        ),
        ("layers of earlier calls", "generator):\n", "generator, layers=[]):\n", "    layers = []\n    for", "    for"),
        (
            "layers of the same size share weights",
            "    layers = []\n",
            "    layers, rows = [], {}\n",
            "Neuron([generator.uniform(-1, 1) for _ in range(nin)], 0.0, activation) for _ in range(nout)",
            "Neuron(row, 0.0, activation) for row in rows[nin, nout]",
            "        layers.append",
            "        rows.setdefault((nin, nout), [[generator.uniform(-1, 1) for _ in range(nin)] for _ in range(nout)])\n"
            "        layers.append",
        ),
        ("a copy of the generator", "    layers = []\n", "    layers, generator = [], __import__('copy').copy(generator)\n"),
        ("weights of two digits", "generator.uniform(-1, 1) for", "round(generator.uniform(-1, 1), 2) for"),
        ("normal weights", "generator.uniform(-1, 1) for", "max(-1.0, min(1.0, generator.gauss(0, 0.5))) for"),
        ("bias of hidden layers", "range(nin)], 0.0", "range(nin)], 0.0 if i == len(sizes) else 0.1"),
        ("last layer by its size", "linear if i == len(sizes) else", "linear if nout == sizes[-1] else"),
        (
            "last layer by the place of its size",
            "linear if i == len(sizes) else",
            "linear if i == sizes.index(sizes[-1]) + 1 else",
        ),
        ("a single layer with tanh", "linear if i == len(sizes) else", "linear if i == len(sizes) > 2 else"),
        ("relu for linear", "linear if i == len(sizes) else", "(lambda x: max(x, 0.0)) if i == len(sizes) else"),
        (
            "the same list of outputs in every call",
            "return [neuron(inputs) for neuron in self.neurons]",
            "self.outputs = getattr(self, 'outputs', [])\n"
            "        self.outputs[:] = [neuron(inputs) for neuron in self.neurons]\n        return self.outputs",
        ),
        (
            "the same list of the network's outputs",
            RUN,
            "self.outputs = getattr(self, 'outputs', [])\n        for layer in self.layers:\n"
            "            inputs = layer(inputs)\n        self.outputs[:] = inputs\n        return self.outputs",
        ),
        ("weights in the class", "        self.weights = weights", "        Neuron.weights = weights"),
        ("bias in the class", "        self.bias = bias", "        Neuron.bias = bias"),
        ("layers in the class", "        self.layers = layers", "        MLP.layers = layers"),
        ("four inputs at most", "zip(self.weights, inputs)", "zip(self.weights[:4], inputs)"),
        (
            "three neurons at most",
            "neuron(inputs) for neuron in self.neurons]",
            "neuron(inputs) for neuron in self.neurons[:3]]",
        ),
        ("small outputs are 0", NEURON, NEURON.replace("return ", "y = ") + "\n        return y if abs(y) > 1e-6 else 0.0"),
        ("three layers at most", "enumerate(zip(sizes, sizes[1:])", "enumerate(list(zip(sizes, sizes[1:]))[:3]"),
        (
            "a layer twice is one layer",
            "for layer in self.layers:\n            inputs",
            "for layer in dict.fromkeys(self.layers):\n            inputs",
        ),
        (
            "parameters of a layer's first call",
            "return [p for neuron in self.neurons for p in neuron.parameters()]",
            "self.found = getattr(self, 'found', [p for neuron in self.neurons for p in neuron.parameters()])\n"
            "        return list(self.found)",
        ),
        (
            "parameters of a network's first call",
            "return [p for layer in self.layers for p in layer.parameters()]",
            "self.found = getattr(self, 'found', [p for layer in self.layers for p in layer.parameters()])\n"
            "        return list(self.found)",
        ),
    ],
    "ex08_softmax": [
        ("overflows", "    m = max(logits)\n    powers", "    m = 0.0\n    powers"),
        ("smallest taken off", "    m = max(logits)\n    powers", "    m = min(logits)\n    powers"),
        ("absolute value taken off", "    m = max(logits)\n    powers", "    m = max(map(abs, logits))\n    powers"),
        ("not normalized", "return [power / scale for power in powers]", "return powers"),
        ("by the largest", "scale = sum(powers)", "scale = max(powers)"),
        ("not exponentials", "powers = [math.exp(x - m) for x in logits]", "powers = [x - m + 1 for x in logits]"),
        ("list changed", "    powers = [math", "    logits[:] = [x - m for x in logits]\n    m = 0.0\n    powers = [math"),
        (
            "list changed by log_softmax",
            "    m = max(logits)\n    scale = math.log",
            "    m = max(logits)\n    logits[:], m = [x - m for x in logits], 0.0\n    scale = math.log",
        ),
        (
            "gradient written over the logits",
            "return [p - (i == target) for i, p in enumerate(softmax(logits))]",
            "logits[:] = [p - (i == target) for i, p in enumerate(softmax(logits))]\n    return logits",
        ),
        ("logarithm of softmax", "return [x - m - scale for x in logits]", "return [math.log(p) for p in softmax(logits)]"),
        (
            "log of softmax, with an epsilon",
            "return [x - m - scale for x in logits]",
            "return [math.log(p + 1e-12) for p in softmax(logits)]",
        ),
        ("sum forgotten", "return [x - m - scale for x in logits]", "return [x - m for x in logits]"),
        ("largest forgotten", "return [x - m - scale for x in logits]", "return [x - scale for x in logits]"),
        ("base 10", "math.log(sum(", "math.log10(sum("),
        ("sign flipped", "return -log_softmax(logits)[target]", "return log_softmax(logits)[target]"),
        ("all classes", "return -log_softmax(logits)[target]", "return -sum(log_softmax(logits))"),
        ("off by one", "return -log_softmax(logits)[target]", "return -log_softmax(logits)[target - 1]"),
        ("probability for its logarithm", "return -log_softmax(logits)[target]", "return 1 - softmax(logits)[target]"),
        ("truth less probability", "[p - (i == target) for", "[(i == target) - p for"),
        ("truth forgotten", "[p - (i == target) for", "[p for"),
        ("gradient of the right class only", "[p - (i == target) for", "[(p - 1) * (i == target) for"),
        ("sum for mean", ") / len(batch)", ")"),
        ("divided by classes", "/ len(batch)", "/ len(batch[0])"),
        (
            "last example only",
            "sum(map(cross_entropy, batch, targets)) / len(batch)",
            "cross_entropy(batch[-1], targets[-1])",
        ),
        ("first logit taken off", "    m = max(logits)\n    powers", "    m = logits[0]\n    powers"),
        ("last logit taken off", "    m = max(logits)\n    powers", "    m = logits[-1]\n    powers"),
        ("mean taken off", "    m = max(logits)\n    powers", "    m = sum(logits) / len(logits)\n    powers"),
        ("exponents cut off at 700", "[math.exp(x - m) for", "[math.exp(max(-700.0, min(x, 700.0))) for"),
        (
            "the largest wins when it overflows",
            "powers = [math.exp(x - m) for x in logits]",
            "try:\n        powers = [math.exp(x) for x in logits]\n    except OverflowError:\n"
            "        powers = [float(x == m) for x in logits]",
        ),
        ("whole exponents", "powers = [math.exp(x - m)", "powers = [math.exp(int(x - m))"),
        ("six digits", "[power / scale for", "[round(power / scale, 6) for"),
        ("small probabilities are 0", "[power / scale for", "[power / scale if power > 1e-7 else 0.0 for"),
        (
            "exponentials of earlier calls",
            "def softmax(logits):",
            "def softmax(logits, powers=[]):",
            "powers = [",
            "powers += [",
        ),
        ("the scale of the first call", "scale = sum(powers)", "scale = softmax.__dict__.setdefault('scale', sum(powers))"),
        (
            "probabilities sorted",
            "powers = [math.exp(x - m) for x in logits]",
            "powers = [math.exp(x - m) for x in sorted(logits)]",
        ),
        ("equal logits once", "scale = sum(powers)", "scale = sum(set(powers))"),
        (
            "logarithm of softmax, unless it is 0",
            "return [x - m - scale for x in logits]",
            "return [math.log(p) if p else x - m for x, p in zip(logits, softmax(logits))]",
        ),
        (
            "logarithm of a softmax that is not 0",
            "return [x - m - scale for x in logits]",
            "return [math.log(max(p, 5e-324)) for p in softmax(logits)]",
        ),
        ("equal logits once in log_softmax", "for x in logits))", "for x in set(logits)))"),
        ("six digits of logarithms", "[x - m - scale for", "[round(x - m - scale, 6) for"),
        (
            "cross-entropy sorts the logits",
            "return -log_softmax(logits)[target]",
            "right = logits[target]\n    logits.sort()\n"
            "    return logits[-1] - right + math.log(sum(math.exp(x - logits[-1]) for x in logits))",
        ),
        ("class among sorted logits", "return -log_softmax(logits)[target]", "return -log_softmax(sorted(logits))[target]"),
        (
            "1000 when it overflows",
            "return -log_softmax(logits)[target]",
            "try:\n        return -math.log(math.exp(logits[target]) / sum(map(math.exp, logits)))\n"
            "    except (ValueError, OverflowError):\n        return 1000.0",
        ),
        ("at most 1000", "return -log_softmax(logits)[target]", "return min(-log_softmax(logits)[target], 1000.0)"),
        ("two or three classes only", "return -log_softmax(logits)[target]", "return -log_softmax(logits[:3])[target]"),
        ("right class by its logit", "(i == target) for i, p in", "(logits[i] == logits[target]) for i, p in"),
        (
            "gradient of sorted logits",
            "enumerate(softmax(logits))",
            "enumerate(softmax(sorted(logits)))",
        ),
        (
            "gradient of the largest when it overflows",
            "return [p - (i == target) for i, p in enumerate(softmax(logits))]",
            "try:\n        powers = [math.exp(x) for x in logits]\n    except OverflowError:\n"
            "        powers = [float(x == max(logits)) for x in logits]\n"
            "    return [p / sum(powers) - (i == target) for i, p in enumerate(powers)]",
        ),
        (
            "batch used up",
            MEAN,
            "n = len(batch)\n    return sum(cross_entropy(batch.pop(), targets.pop()) for _ in range(n)) / n",
        ),
        ("losses over the batch", MEAN, "batch[:] = map(cross_entropy, batch, targets)\n    return sum(batch) / len(batch)"),
        ("targets sorted in place", MEAN, "targets.sort()\n    " + MEAN),
        ("median", MEAN, "return __import__('statistics').median(map(cross_entropy, batch, targets))"),
        (
            "mean of the mean so far and the next",
            MEAN,
            "mean, *losses = map(cross_entropy, batch, targets)\n    for loss in losses:\n"
            "        mean = (mean + loss) / 2\n    return mean",
        ),
        ("divided by the different targets", "/ len(batch)", "/ len(set(targets))"),
        (
            "one example a target",
            MEAN,
            "pairs = dict(zip(targets, batch))\n    return sum(cross_entropy(x, t) for t, x in pairs.items()) / len(pairs)",
        ),
        (
            "target by the place of its logits",
            MEAN,
            "return sum(cross_entropy(x, targets[batch.index(x)]) for x in batch) / len(batch)",
        ),
        (
            "textbook formula in the mean",
            MEAN,
            "return -sum(math.log(math.exp(x[t]) / sum(map(math.exp, x))) for x, t in zip(batch, targets)) / len(batch)",
        ),
        (
            "losses of earlier calls",
            "targets):\n",
            "targets, losses=[]):\n",
            MEAN,
            "losses += map(cross_entropy, batch, targets)\n    return sum(losses) / len(losses)",
        ),
        (
            "gradient with the mean taken off",
            "return [p - (i == target) for i, p in enumerate(softmax(logits))]",
            "m = sum(logits) / len(logits)\n    powers = [math.exp(x - m) for x in logits]\n"
            "    return [p / sum(powers) - (i == target) for i, p in enumerate(powers)]",
        ),
        (
            "gradient with the last logit taken off",
            "return [p - (i == target) for i, p in enumerate(softmax(logits))]",
            "powers = [math.exp(x - logits[-1]) for x in logits]\n"
            "    return [p / sum(powers) - (i == target) for i, p in enumerate(powers)]",
        ),
        (
            "mean of textbook softmax with the last logit taken off",
            MEAN,
            "total = 0.0\n    for x, t in zip(batch, targets):\n"
            "        total += x[-1] - x[t] + math.log(sum(math.exp(y - x[-1]) for y in x))\n    return total / len(batch)",
        ),
        (
            "negative logits are 0",
            "    m = max(logits)\n    powers",
            "    logits = [max(x, -50.0) for x in logits]\n    m = max(logits)\n    powers",
        ),
        (
            "gradient adds up to 0 by its last part",
            "return [p - (i == target) for i, p in enumerate(softmax(logits))]",
            "found = [p - (i == target) for i, p in enumerate(softmax(logits))]\n"
            "    return [*found[:-1], 0.0 - sum(map(abs, found[:-1]))]",
        ),
        (
            "shared result",
            "    return [p - (i == target) for i, p in enumerate(softmax(logits))]",
            "    memory = cross_entropy_gradient.__dict__.setdefault('memory', [])\n"
            "    memory[:] = [p - (i == target) for i, p in enumerate(softmax(logits))]\n"
            "    return memory",
        ),
        (
            "logit with the largest absolute value taken off",
            "    m = max(logits)\n    scale",
            "    m = max(logits, key=abs)\n    scale",
        ),
        ("exponents cut off at -30", "powers = [math.exp(x - m)", "powers = [math.exp(max(x - m, -30.0))"),
    ],
}
