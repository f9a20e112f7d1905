const ROWS = 12;  // of more leaves, the row of the chosen one is shown

/* How far the slider of a leaf goes to either side, which is a power of two, by the number that it began with. */
const reach = (start) => 2 ** (1 + Math.max(0, Math.ceil(Math.log2(Number.isFinite(start) && Math.abs(start) || 1))));

/* A number moved by some of its steps; fine steps are a tenth of them. */
const moved = (from, steps, start, fine) => Number((from + steps * reach(start) * (fine ? 0.001 : 0.01)).toPrecision(12));

/* The leaves as rows, each with a slider, a number to be typed, and its gradient. */
class Leaves {
  constructor(element, numbers, set, choose) {
    Object.assign(this, { numbers, set });
    this.rows = numbers.leaves.map((node, k) => this.makeRow(numbers.nodes[node], node, k, choose));
    element.append(...this.rows.map(({ row }) => row));
    element.hidden = this.rows.length === 0;
  }

  makeRow({ name, markup }, node, k, choose) {
    const row = document.createElement("div"), start = this.numbers.start[k], far = reach(start);
    row.className = "leaf-row";
    row.innerHTML = `<label for="leaf-${k}"></label>
      <input id="leaf-${k}" type="range" min="${-far}" max="${far}" step="any">
      <input type="number" step="any">
      <span class="note">grad</span><span class="bar"><i></i></span><output></output>`;
    const [range, typed] = row.querySelectorAll("input");
    row.querySelector("label").innerHTML = markup;
    typed.setAttribute("aria-label", `${name}, typed`);
    range.addEventListener("input", () => this.set(k, Number(range.value)));
    range.addEventListener("keydown", (event) => changeByKey(event, k, this.numbers, this.set));
    typed.addEventListener("input", () => {
      if (Number.isFinite(typed.valueAsNumber)) this.set(k, typed.valueAsNumber);
    });
    typed.addEventListener("blur", () => { typed.value = shortNumber(this.numbers.fed[k]); });
    row.addEventListener("focusin", () => choose(node));
    return { row, node, k, range, typed, bar: row.querySelector("i"), output: row.querySelector("output") };
  }

  show(chosen) {
    const { numbers } = this, few = this.rows.length <= ROWS;
    const shown = few ? this.rows : this.rows.filter(({ node }) => node === chosen);
    const known = this.rows.map(({ node }) => numbers.gradient(node));
    const sizes = known.map((place) => (place === undefined ? 0 : Math.abs(numbers.values[place])));
    const largest = Math.max(...sizes.filter(Number.isFinite), Number.MIN_VALUE);
    if (!few) this.rows.forEach(({ row, node }) => { row.hidden = node !== chosen; });
    for (const { k, range, typed, bar, output } of shown) {
      const x = numbers.fed[k], place = known[k], gradient = place === undefined ? 0 : numbers.values[place];
      const text = place === undefined ? numbers.missing : numberText(gradient);
      if (range.valueAsNumber !== x && Number.isFinite(x)) range.value = x;
      if (typed.valueAsNumber !== x && (typed !== document.activeElement || typed.value)) typed.value = shortNumber(x);
      if (output.textContent !== text) output.textContent = text;
      bar.className = gradient < 0 ? "negative" : "positive";
      bar.style.width = `${Math.min(50, 50 * sizes[k] / largest) || 0}%`;
    }
  }
}

/* A number as a field for numbers has it, which knows no infinity. */
const shortNumber = (x) => (Number.isFinite(x) ? String(Number(x.toPrecision(6))) : "");

/* Up and Down change a leaf, Page Up and Page Down by more, with Shift by less. */
function changeByKey(event, k, numbers, set) {
  const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
  if (!steps) return;
  set(k, moved(numbers.fed[k], steps, numbers.start[k], event.shiftKey));
  event.preventDefault();
}
