const OPEN = "\ue000", CLOSE = "\ue001";  // of a place for a number; sentences.py says what stands in it
const PLACE = /\ue000([=(^!]?)([\d,]+)\)?\ue001/g;

/* The numbers of the graph, all computed by the printed program, and which of them are known at a step of the passes. */
class GraphNumbers {
  constructor({ nodes, leaves, steps, since, start }) {
    Object.assign(this, { nodes, leaves, steps, since, start: start.map(Number) });
    this.end = steps.length + 1;  // both passes are done
    this.time = this.end;
    this.fed = [...this.start];
    this.leafOf = new Map(leaves.map((node, k) => [node, k]));
    this.gradients = nodes.map(() => []);  // the places of each node's gradient so far, one step after the other
    for (const { node, gradient } of steps) if (gradient !== undefined) this.gradients[node].push(gradient);
    this.compute();
  }

  /* Compute everything anew from the numbers of the leaves. A pass ends at the first operation that refuses its inputs. */
  compute() {
    [this.values] = step([], [this.fed]);
    this.refused = this.nodes.findIndex((node, i) => node.refused && this.refuses(node, i));
    this.stop = this.since[this.refused] ?? Infinity;
  }

  refuses({ inputs, partials }, i) {
    return inputs.every((x) => Number.isFinite(this.values[x]))
      && (!Number.isFinite(this.values[i]) || partials.some((k) => Number.isNaN(this.values[k])));
  }

  isKnown(k) {
    return this.since[k] <= this.time && this.since[k] < this.stop;
  }

  /* The sentence of the operation that has no value, if the passes have come to it. */
  get problem() {
    return this.stop <= this.time ? this.nodes[this.refused].refused : null;
  }

  /* What is said in place of a number that is not known. */
  get missing() {
    return this.problem ? "none" : "not yet";
  }

  /* The place of the gradient of a node so far, undefined if there is none yet. */
  gradient(node) {
    return this.gradients[node].findLast((k) => this.isKnown(k));
  }

  /* The step that has just been taken; undefined if both passes are done, or if a pass did not come that far. */
  get moment() {
    return this.time < Math.min(this.end, this.stop) ? this.steps[this.time - 1] : undefined;
  }

  /* y for each of several numbers of a leaf. */
  alongLeaf(k, xs) {
    const root = this.nodes.length - 1;
    return step([], xs.map((x) => this.fed.with(k, x))).map((values) => values[root]);
  }

  /* A text with numbers in its places. */
  filled(text) {
    return text.replace(PLACE, (_, kind, places) => {
      const known = places.split(",").filter((k) => this.isKnown(k)).map((k) => this.values[k]);
      if (kind === "=") return known.every(isExact) ? "=" : "≈";
      if (known.length === 0) return "?";
      if (kind === "!") return String(known[0]);
      const shown = numberText(known[0]);
      const isApart = kind && shown.startsWith("−") || kind === "^" && shown.includes("·");
      return isApart ? `(${shown})` : shown;
    });
  }
}

/* An element with a text of numbers in places, in which only what changes is written again. */
class Telling {
  constructor(element, numbers) {
    Object.assign(this, { element, numbers, html: null, parts: [] });
  }

  show(html) {
    if (html !== this.html) {
      this.html = html;
      this.element.innerHTML = html.replaceAll("{", OPEN).replaceAll("}", CLOSE);  // from here on, labels have braces
      const walker = document.createTreeWalker(this.element, NodeFilter.SHOW_TEXT);
      this.parts = [];
      while (walker.nextNode()) {
        const node = walker.currentNode, text = node.data;
        if (text.includes(OPEN)) this.parts.push({ node, text });
      }
    }
    for (const { node, text } of this.parts) {
      const filled = this.numbers.filled(text);
      if (node.data !== filled) node.data = filled;
    }
  }
}
