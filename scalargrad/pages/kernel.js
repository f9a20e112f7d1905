// The loop that runs a schedule: what kernel.c is in C. The tables are explained in schedule.py and tables.py of
// scalargrad/program. A block of examples is computed at a time.
//
// It is as fast for a large network as for a small one, because nothing of the network is in its text. A function of
// straight-line code is about ten times slower where it is too long for the browser to optimise, at some hundreds of
// parameters.

const LINEAR = 0, INNER = 1;  // the codes of sums; -1 is a LINEAR step too, the first of four that C computes together
const BLOCK = 128;  // examples, so that the rows of a network stay in the processor's cache

class Schedule {
  constructor({ constants, invariantCount, rowCount, inputCount, isMean, ...tables }) {
    this.tables = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, Int32Array.from(table)]));
    this.constantCount = constants.length;
    this.inputCount = inputCount;
    this.isMean = isMean;
    this.invariants = new Float64Array(invariantCount);
    this.invariants.set(constants.map(Number));  // infinity and nan are texts in JSON
    this.rows = new Float64Array(rowCount * BLOCK);
    this.totals = new Float64Array(tables.offsets.length);
    this.perExample = Array.from(tables.perExample, () => new Float64Array(0));
  }

  // Run on n examples. The results are in `totals`, and in `perExample`, a row of n numbers for each output by example.
  //
  // columns  the numbers of each input; those of example k are at the place k, or, with an order, at order[begin + k]
  run(parameters, columns, n, order = null, begin = 0) {
    const { invariantSteps, steps, terms, broadcast, perExample } = this.tables, { invariants, rows, totals } = this;
    invariants.set(parameters, this.constantCount);
    runSteps(invariantSteps, terms, invariants, invariants, 1, 1);
    for (let i = 0; i < broadcast.length; i += 2) {
      rows.fill(invariants[broadcast[i + 1]], broadcast[i] * BLOCK, (broadcast[i] + 1) * BLOCK);
    }
    if (this.perExample[0]?.length !== n) this.perExample = this.perExample.map(() => new Float64Array(n));
    totals.fill(0);
    for (let start = 0; start < n; start += BLOCK) {
      const size = Math.min(BLOCK, n - start);
      for (let i = 0; i < this.inputCount; i++) load(columns[i], order, begin + start, rows, i * BLOCK, size);
      runSteps(steps, terms, invariants, rows, BLOCK, size);
      addProducts(this.tables, rows, size, totals);
      for (let i = 0; i < perExample.length; i++) {
        this.perExample[i].set(rows.subarray(perExample[i] * BLOCK, perExample[i] * BLOCK + size), start);
      }
    }
    addOffsets(this.tables.offsets, invariants, totals, ...(this.isMean ? [1, n] : [n, 1]));
  }
}

function load(column, order, begin, rows, out, size) {
  if (order) for (let k = 0; k < size; k++) rows[out + k] = column[order[begin + k]];
  else for (let k = 0; k < size; k++) rows[out + k] = column[begin + k];
}

// Run steps on `size` numbers of each row; rows begin `width` numbers apart.
function runSteps(steps, terms, invariants, rows, width, size) {
  for (let s = 0; s < steps.length; s += 4) {
    const code = steps[s], out = steps[s + 1] * width, x = steps[s + 2], y = steps[s + 3];
    if (code <= LINEAR) addWeighted(terms, 2 * x, 2 * y, invariants, rows, width, out, size);
    else if (code === INNER) addInner(terms, 2 * x, 2 * y, rows, width, out, size);
    else ELEMENTWISE[code](rows, out, x * width, y * width, size);
  }
}

// A sum of rows with weights, in their order, up to four at a time: each look at a row costs more than a product.
function addWeighted(terms, t, end, invariants, rows, width, out, size) {
  const first = ((end - t) / 2 + 3) % 4;
  FIRST_TERMS[first](terms, t, invariants, rows, width, out, size);
  for (t += 2 * first + 2; t < end; t += 8) {
    const a = invariants[terms[t]], b = invariants[terms[t + 2]];
    const c = invariants[terms[t + 4]], d = invariants[terms[t + 6]];
    const x = terms[t + 1] * width, y = terms[t + 3] * width, z = terms[t + 5] * width, w = terms[t + 7] * width;
    for (let k = 0; k < size; k++) {
      rows[out + k] = rows[out + k] + a * rows[x + k] + b * rows[y + k] + c * rows[z + k] + d * rows[w + k];
    }
  }
}

const FIRST_TERMS = [
  (terms, t, invariants, rows, width, out, size) => {
    const a = invariants[terms[t]], x = terms[t + 1] * width;
    for (let k = 0; k < size; k++) rows[out + k] = a * rows[x + k];
  },
  (terms, t, invariants, rows, width, out, size) => {
    const a = invariants[terms[t]], b = invariants[terms[t + 2]];
    const x = terms[t + 1] * width, y = terms[t + 3] * width;
    for (let k = 0; k < size; k++) rows[out + k] = a * rows[x + k] + b * rows[y + k];
  },
  (terms, t, invariants, rows, width, out, size) => {
    const a = invariants[terms[t]], b = invariants[terms[t + 2]], c = invariants[terms[t + 4]];
    const x = terms[t + 1] * width, y = terms[t + 3] * width, z = terms[t + 5] * width;
    for (let k = 0; k < size; k++) rows[out + k] = a * rows[x + k] + b * rows[y + k] + c * rows[z + k];
  },
  (terms, t, invariants, rows, width, out, size) => {
    const a = invariants[terms[t]], b = invariants[terms[t + 2]];
    const c = invariants[terms[t + 4]], d = invariants[terms[t + 6]];
    const x = terms[t + 1] * width, y = terms[t + 3] * width, z = terms[t + 5] * width, w = terms[t + 7] * width;
    for (let k = 0; k < size; k++) rows[out + k] = a * rows[x + k] + b * rows[y + k] + c * rows[z + k] + d * rows[w + k];
  },
];

// A sum of products of rows.
function addInner(terms, t, end, rows, width, out, size) {
  rows.fill(0, out, out + size);
  for (; t < end; t += 2) {
    const x = terms[t] * width, y = terms[t + 1] * width;
    for (let k = 0; k < size; k++) rows[out + k] += rows[x + k] * rows[y + k];
  }
}

// Add the products of rows of a block to the totals. A tile is those of four rows with four others, half of it at a time.
function addProducts({ products, tiles, tileRows }, rows, size, totals) {
  for (let p = 0; p < products.length; p += 3) {
    const x = products[p + 1] * BLOCK, y = products[p + 2] * BLOCK;
    let sum = 0;
    for (let k = 0; k < size; k++) sum += rows[x + k] * rows[y + k];
    totals[products[p]] += sum;
  }
  for (let t = 0; t < tiles.length; t += 18) {
    for (const half of [0, 2]) addHalfTile(tiles, t, half, tileRows, rows, size, totals);
  }
}

function addHalfTile(tiles, t, half, tileRows, rows, size, totals) {
  let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
  for (let r = 8 * tiles[t]; r < 8 * tiles[t + 1]; r += 8) {
    const i = tileRows[r + half] * BLOCK, j = tileRows[r + half + 1] * BLOCK;
    const m = tileRows[r + 4] * BLOCK, n = tileRows[r + 5] * BLOCK;
    const o = tileRows[r + 6] * BLOCK, p = tileRows[r + 7] * BLOCK;
    for (let k = 0; k < size; k++) {
      const v = rows[i + k], w = rows[j + k], x = rows[m + k], y = rows[n + k], z = rows[o + k], u = rows[p + k];
      a += v * x; b += v * y; c += v * z; d += v * u;
      e += w * x; f += w * y; g += w * z; h += w * u;
    }
  }
  [a, b, c, d, e, f, g, h].forEach((sum, place) => { totals[tiles[t + 2 + 4 * half + place]] += sum; });
}

// A total is its sum over the batch / divisor + its offset * weight.
function addOffsets(offsets, invariants, totals, weight, divisor) {
  for (let i = 0; i < totals.length; i++) {
    totals[i] /= divisor;
    if (offsets[i] >= 0) totals[i] += invariants[offsets[i]] * weight;
  }
}
