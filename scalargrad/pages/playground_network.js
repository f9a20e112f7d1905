// The network: a heat map for each unit, and a line for each weight, which is as wide as the weight is large.
const UNIT = { largest: 46, smallest: 16, gap: 6, titles: 60 };  // in pixels

class Network {
  // onUnit is called with the number of a unit, onWeight with the place of a weight and the number it is dragged to.
  constructor(root, canvas, columns, parameters, { onUnit, onWeight, onHover }) {
    Object.assign(this, { root, canvas, columns, parameters, onUnit, onWeight, onHover });
    this.hovered = -1;
    this.units = columns.flat().map((unit, number) => this.makeUnit(unit, number));
    this.titles = columns.map((column) => this.makeTitle(column));
    this.addPointer();
  }

  makeUnit(unit, number) {
    const button = document.createElement("button"), map = new HeatMap(SIDE);
    const title = unitTitle(unit, this.columns), isNeuron = unit.bias >= 0;
    Object.assign(button, { type: "button", className: "unit", title, disabled: !isNeuron });
    button.setAttribute("aria-label", isNeuron ? `${title}: its graph` : title);
    if (isNeuron) button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => this.onUnit(number));
    this.root.append(button);
    const name = unit.kind ? null : this.makeName(unit.name);
    return { ...unit, title, button, map, name };
  }

  makeName(text) {
    const name = document.createElement("i");
    name.className = "input";
    name.textContent = text;
    this.root.append(name);
    return name;
  }

  makeTitle(column) {
    const title = document.createElement("div"), kinds = new Set(column.map((unit) => unit.kind));
    title.className = "title";
    title.append(column[0].layer, document.createElement("br"));
    if (column[0].kind) title.append(`${column.length} × ${[...kinds].join(", ")}`);
    this.root.append(title);
    return title;
  }

  // Give everything its place.
  layOut() {
    const tallest = Math.max(...this.columns.map((column) => column.length));
    const width = this.root.clientWidth, narrow = width < 500;
    const size = Math.max(UNIT.smallest, Math.min(narrow ? 30 : UNIT.largest, 600 / tallest - UNIT.gap));
    const height = Math.max(440, tallest * (size + UNIT.gap));
    this.root.style.height = `${height + UNIT.titles}px`;
    const left = size / 2 + (narrow ? 22 : 48), right = size / 2 + (narrow ? 6 : 24);
    const last = Math.max(1, this.columns.length - 1);
    let number = 0;
    this.size = size;
    this.columns.forEach((column, k) => {
      const x = left + (k * (width - left - right)) / last, title = this.titles[k], half = title.offsetWidth / 2;
      title.style.left = `${Math.min(width - half, Math.max(half, x))}px`;
      column.forEach((_, i) => {
        const unit = this.units[number++];
        Object.assign(unit, { x, y: UNIT.titles + ((i + 0.5) * height) / column.length });
        unit.button.style.cssText = `left: ${unit.x}px; top: ${unit.y}px; width: ${size}px; height: ${size}px`;
        if (unit.name) unit.name.style.cssText = `left: ${unit.x - size / 2 - 6}px; top: ${unit.y}px`;
      });
    });
    this.lines = this.units.flatMap((unit) => unit.sources.map((place, i) => {
      const path = new Path2D(), source = this.units[place];
      const begin = source.x + size / 2, end = unit.x - size / 2, middle = (begin + end) / 2;
      path.moveTo(begin, source.y);
      path.bezierCurveTo(middle, source.y, middle, unit.y, end, unit.y);
      return { path, weight: unit.weights[i] ?? -1 };
    }));
  }

  readColours() {
    [this.negative, this.positive] = [shades("negative-line"), shades("positive-line")];
    this.lineColours = ["negative-line", "positive-line", "line"].map(colour);
  }

  draw() {
    const { context } = sharp(this.canvas), [negative, positive, plain] = this.lineColours;
    for (const { path, weight } of this.lines) {
      const number = weight < 0 ? 0 : this.parameters[weight];  // a line without a weight is thin and grey
      context.strokeStyle = weight < 0 ? plain : number < 0 ? negative : positive;
      context.lineWidth = Math.min(8, 0.4 + 2.2 * Math.abs(number)) || 0.4;
      context.globalAlpha = this.hovered < 0 || weight === this.hovered ? 0.85 : 0.35;
      context.setLineDash(number < 0 ? [6, 4] : []);
      context.stroke(path);
    }
    context.globalAlpha = 1;
    const inside = this.size - 3;
    for (const { map, x, y } of this.units) {
      context.drawImage(map.canvas, x - inside / 2, y - inside / 2, inside, inside);
    }
  }

  // Compute the heat maps from the numbers of units on the grid; an input has the middle of the plane as its own.
  paint(numbers, middles, far) {
    this.units.forEach(({ map, kind }, i) => {
      const range = kind ? [] : [middles[i], far];
      map.paint(numbers[i], this.negative, this.positive, ...range);
    });
  }

  // Show which unit is chosen, -1 for none.
  choose(chosen) {
    this.units.forEach((unit, i) => {
      if (!unit.button.disabled) unit.button.setAttribute("aria-pressed", String(i === chosen));
    });
  }

  // Point at lines, and drag them: to the top or to the right for more.
  addPointer() {
    let drag = null;
    this.canvas.addEventListener("pointermove", (event) => {
      if (drag) {
        const by = (event.clientX - drag.x - event.clientY + drag.y) / 60;
        this.onWeight(this.hovered, drag.from + by);
      } else {
        this.hover(this.weightAt(event));
      }
    });
    this.canvas.addEventListener("pointerdown", (event) => {
      this.hovered = this.weightAt(event);
      if (this.hovered < 0) return;
      drag = { x: event.clientX, y: event.clientY, from: this.parameters[this.hovered] };
      this.canvas.setPointerCapture(event.pointerId);
    });
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => { drag = null; });
    this.canvas.addEventListener("pointerleave", () => {
      if (!drag) this.hover(-1);
    });
  }

  hover(weight) {
    if (weight === this.hovered) return;
    this.hovered = weight;
    this.canvas.style.cursor = weight < 0 ? "" : "ns-resize";
    this.onHover(weight);
  }

  // Return the weight whose line is at a pointer, the one drawn last, or -1.
  weightAt(event) {
    const context = this.canvas.getContext("2d"), box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top].map((length) => length * devicePixelRatio);
    context.setLineDash([]);
    context.lineWidth = event.pointerType === "touch" ? 20 : 9;
    return this.lines.findLast(({ path, weight }) => weight >= 0 && context.isPointInStroke(path, x, y))?.weight ?? -1;
  }
}

// Say which unit it is: "neuron 3 of layer 0, tanh".
function unitTitle({ name, layer, kind, bias }, columns) {
  if (!kind) return `input ${name}`;
  if (bias < 0) return `${layer}, ${kind}`;
  const column = columns.find((units) => units.some((unit) => unit.bias === bias));
  return `neuron ${column.findIndex((unit) => unit.bias === bias)} of ${layer}, ${kind}`;
}
