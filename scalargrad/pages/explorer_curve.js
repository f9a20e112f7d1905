const POINTS = 80, LEFT = 12, RIGHT = 288, TOP = 20, BOTTOM = 130;  // of the curve, in its 300 times 150 units

/* What a leaf does to the result: the curve of y over it with its tangent, and what a nudge changes. */
class Curve {
  constructor(section, numbers, set) {
    const [svg, nudge] = ["svg", "input"].map((name) => section.querySelector(name));
    const [fixed, tangent, step, point] = svg.querySelectorAll(".fixed, .tangent, .step, circle");
    Object.assign(this, { svg, nudge, fixed, tangent, step, point, numbers });
    this.names = section.querySelectorAll("[data-name]");
    this.cells = [...section.querySelectorAll("output, td")];
    const follow = (event) => set(this.k, Number(this.xAt(event.clientX).toPrecision(4)));
    svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); follow(event); });
    svg.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
    nudge.addEventListener("input", () => this.show(this.k));
  }

  /* Show the curve over leaf k: nothing before y is known, and no tangent before the gradient is. */
  show(k) {
    const { numbers } = this, { nodes, leaves, values } = numbers, root = nodes.length - 1;
    const x = numbers.fed[k], h = 10 ** Number(this.nudge.value), place = numbers.gradients[leaves[k]].at(-1);
    const names = { leaf: nodes[leaves[k]], y: nodes[root] }, known = numbers.since[root] <= numbers.time;
    const y = numbers.isKnown(root) ? values[root] : NaN, slope = numbers.isKnown(place) ? values[place] : NaN;
    const far = Math.max(reach(numbers.start[k]), Number.isFinite(x) ? Math.abs(x) : 0), others = numbers.fed.with(k, far);
    const drawn = [k, known, ...others].join();  // while the leaf itself is dragged, its curve stays
    if (drawn !== this.drawn) {
      Object.assign(this, { k, drawn, span: [-far, far] });
      this.drawCurve(names, known);
    }
    const [nudged] = numbers.alongLeaf(k, [x + h]);
    this.drawPoint(x, y, slope, h, nudged);
    const rise = nudged - y, noise = 1e-12 * Math.max(Math.abs(y), Math.abs(nudged));  // of floats
    const difference = Math.abs(rise - slope * h) < noise ? 0 : rise - slope * h;
    const sixDigits = (v) => (Number.isFinite(v) ? minus(String(Number(v.toPrecision(6)))) : numbers.missing);
    const texts = [numberText(h), ...[rise, slope * h, difference].map(sixDigits)];
    this.cells.forEach((cell, i) => { cell.textContent = texts[i]; });
  }

  /* Draw all that stays while the leaf is dragged. */
  drawCurve({ leaf, y }, known) {
    const [from, to] = this.span, xs = Array.from({ length: POINTS + 1 }, (_, j) => from + (to - from) * j / POINTS);
    const ys = this.numbers.alongLeaf(this.k, xs), [low, high] = this.range(ys);
    this.across = (v) => LEFT + (RIGHT - LEFT) * (v - from) / (to - from);
    this.up = (v) => BOTTOM - (BOTTOM - TOP) * (v - low) / (high - low);
    const runs = [[]];  // parts without holes and poles
    ys.forEach((v, j) => {
      if (!Number.isFinite(v) || Math.abs(v - ys[j - 1]) > high - low) runs.push([]);
      if (Number.isFinite(v)) runs.at(-1).push([xs[j], v]);
    });
    for (const element of this.names) element.innerHTML = { leaf, y }[element.dataset.name].markup;
    const text = (x, y, words, place = "") => `<text x="${x}" y="${y}" class="${place}">${escaped(words)}</text>`;
    this.fixed.innerHTML = !known ? text(150, 75, `${y.name} is not known yet`, "middle") : [
      `<path class="axis" d="M${LEFT},${BOTTOM}H${RIGHT}M${this.across(0)},${TOP}V${BOTTOM}"/>`,
      `<path class="line" d="${runs.filter((run) => run.length > 1).map((run) => this.line(...run)).join("")}"/>`,
      text(LEFT, 11, `${y.name} from ${numberText(low)} to ${numberText(high)}`),
      text(LEFT, 146, numberText(from)),
      text(150, 146, leaf.name, "middle"),
      text(RIGHT, 146, numberText(to), "end"),
    ].join("");
    this.svg.setAttribute("aria-label", `${y.name} over ${leaf.name}`);
  }

  /* Draw the point where the leaf is, the tangent there, and the nudge where it can be seen. */
  drawPoint(x, y, slope, h, nudged) {
    const run = 0.2 * (this.span[1] - this.span[0]), ends = [[x - run, y - slope * run], [x + run, y + slope * run]];
    const corners = [[x, y], [x + h, y], [x + h, nudged]];
    this.tangent.setAttribute("d", Number.isFinite(x + y + slope) ? this.line(...ends) : "");
    this.step.setAttribute("d", h > 0.02 && Number.isFinite(x + y + nudged) ? this.line(...corners) : "");
    setAttributes(this.point, Number.isFinite(x + y) ? { cx: this.across(x), cy: this.up(y), r: 5 } : { r: 0 });
  }

  line(...points) {
    return `M${points.map(([v, w]) => `${this.across(v).toFixed(1)},${this.up(w).toFixed(1)}`).join("L")}`;
  }

  /* The lowest and the highest of the numbers that are drawn: near a pole, not all of them. */
  range(ys) {
    const sorted = ys.filter(Number.isFinite).sort((a, b) => a - b), n = sorted.length;
    if (n === 0) return [-1, 1];
    const [a, b] = [sorted[Math.floor(0.04 * n)], sorted[Math.ceil(0.96 * n) - 1]];
    const isPole = sorted[n - 1] - sorted[0] > 20 * (b - a) && b > a;
    const [low, high] = isPole ? [a, b] : [sorted[0], sorted[n - 1]];
    return high - low > 1e-9 * Math.abs(low) ? [low, high] : [low - 1, high + 1];
  }

  xAt(clientX) {
    const { left, width } = this.svg.getBoundingClientRect(), at = 300 * (clientX - left) / width;
    return this.span[0] + (this.span[1] - this.span[0]) * Math.min(1, Math.max(0, (at - LEFT) / (RIGHT - LEFT)));
  }
}
