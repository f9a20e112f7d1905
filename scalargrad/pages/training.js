// Training: the loss runs on a batch of examples, and then the update of the optimizer, with the parameters as its batch.
class Training {
  constructor(loss, parameters) {
    this.loss = new Schedule(loss);
    this.parameters = Float64Array.from(parameters);
    this.gradients = new Float64Array(parameters.length);
    this.lossNow = NaN;  // that of the last step
  }

  // Begin with an optimizer, which remembers nothing yet. A row of its state has a number for each parameter.
  use({ update, varying, shared }) {
    this.update = new Schedule(update);
    this.steps = 0;
    this.state = [this.parameters];
    for (let row = 0; row < varying; row++) this.state.push(new Float64Array(this.parameters.length));
    this.state.push(this.gradients);
    this.shared = new Float64Array(shared);  // what it remembers that is the same for all parameters
  }

  // Take a step on some examples, those at order[begin], order[begin + 1], ...
  //
  // Returns "", or which number is not finite: then no parameter has moved.
  step(columns, order, begin, size, rate) {
    const { loss, update, parameters, gradients, state, shared } = this;
    loss.run(parameters, columns, size, order, begin);
    this.lossNow = loss.totals[0];
    if (!Number.isFinite(this.lossNow)) return `the loss is ${this.lossNow}`;
    gradients.set(loss.totals.subarray(1));
    if (!gradients.every((g) => Number.isFinite(g * g))) return "a gradient is too large";  // most formulas square it
    update.run([rate, this.steps, ...shared], state, parameters.length);
    if (!update.perExample[0].every(Number.isFinite)) return "a parameter would not be finite";
    state.forEach((row, i) => row.set(update.perExample[i]));
    shared.forEach((_, i) => { shared[i] = update.perExample[state.length + i][0]; });
    this.steps += 1;
    return "";
  }
}

// The examples, the order in which an epoch takes them, and where it is.
class Batches {
  constructor(columns, seed) {
    this.columns = columns.map((column) => Float64Array.from(column));
    this.count = columns[0].length;
    this.order = Int32Array.from({ length: this.count }, (_, k) => k);
    this.random = generator(seed);
    this.begin = this.count;
  }

  // Return where the next batch begins in the order, and its size: the last one of an epoch has what is left.
  next(size) {
    if (this.begin >= this.count) {
      this.begin = 0;
      if (size < this.count) this.shuffle();
    }
    const begin = this.begin;
    this.begin += size;
    return [begin, Math.min(size, this.count - begin)];
  }

  shuffle() {
    for (let i = this.count - 1; i > 0; i--) {
      const j = Math.floor(this.random() * (i + 1));
      [this.order[i], this.order[j]] = [this.order[j], this.order[i]];
    }
  }
}

// Return a function that draws numbers from 0 to 1: a Weyl sequence whose bits MurmurHash3's finalizer mixes, as in SplitMix
// (Steele et al. 2014, "Fast splittable pseudorandom number generators"), with 32 bits.
function generator(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
}
