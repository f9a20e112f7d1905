const GRAIN = 2;  // pixels to the next number, when one is dragged
const SMALLEST = 0.4;  // how far a picture shrinks to fit into the page, before it is scrolled
const COMFORTABLE = 0.75;  // how large it is where nobody needs the buttons that zoom it

// The graph as Graphviz has laid it out, with the groups folded to some depth.
class Picture {
  constructor(svg, numbers) {
    Object.assign(this, { svg, numbers });
    this.width = svg.viewBox.baseVal.width;
    this.height = svg.viewBox.baseVal.height;
    this.cells = [...svg.querySelectorAll(".data, .grad, .partial")].map((cell) => this.makeCell(cell));
    this.edges = [...svg.querySelectorAll(".edge")].map((edge) => this.makeEdge(edge));
    this.boxes = [...svg.querySelectorAll("g.node[data-node]")].map((box) => this.makeBox(box)).filter(Boolean);
    for (const box of svg.querySelectorAll("g.node[data-group]")) {
      const label = [...box.querySelectorAll("text")].map((text) => text.textContent).join(" ").trim();
      setAttributes(box, { tabindex: 0, role: "button", "aria-label": `open ${label}` });
    }
    this.tail = document.createElementNS(svg.namespaceURI, "polygon");
    setAttributes(this.tail, { class: "tail", points: "0,-6 -12,0 0,6" });
    svg.firstElementChild.append(this.tail);
    const shown = this.cells.map(({ node, name }) => `${name} ${node}`);
    this.visible = new Set([...shown, ...this.edges.flatMap(({ uses }) => uses)]);
  }

  makeCell(cell) {
    const name = cell.classList[0], text = cell.querySelector("text");
    const [node, input] = (cell.dataset.node ?? cell.dataset.use).split("-").map(Number);
    if (name === "data" && this.numbers.leafOf.has(node)) cell.classList.add("leaf");
    return { cell, name, text, node, input };
  }

  makeEdge(edge) {
    const path = edge.querySelector("path"), uses = (edge.dataset.uses ?? "").split(" ").filter(Boolean);
    const consumers = uses.map((use) => parseInt(use));
    const inputs = uses.map((use, k) => this.numbers.nodes[consumers[k]].inputs[Number(use.split("-")[1])]);
    path?.nextElementSibling?.classList.add("head");
    return { edge, path, uses, consumers, inputs };
  }

  // Make the box of a node reachable by the keyboard; constants and small copies of boxes are not.
  makeBox(box) {
    const node = Number(box.dataset.node), { name } = this.numbers.nodes[node];
    if (name === undefined || !box.querySelector(".grad")) return null;
    setAttributes(box, { tabindex: 0, role: this.numbers.leafOf.has(node) ? "spinbutton" : "img" });
    return { box, node, name };
  }

  // Whether a step can be seen: not what happens inside of folded groups.
  shows({ node, gradient, edge }) {
    return this.visible.has(edge) || this.visible.has(`${gradient === undefined ? "data" : "grad"} ${node}`);
  }

  // Write all numbers that are known, and point out what has just happened, or what the chosen node is used for.
  show(chosen) {
    const { time, stop } = this.numbers, seen = [time, stop, chosen].join();
    if (seen !== this.seen) {
      this.seen = seen;
      this.pointOut(chosen);
    }
    for (const each of this.cells) this.showNumber(each);
  }

  pointOut(chosen) {
    const { numbers } = this, { moment, time } = numbers;
    const backward = moment?.gradient !== undefined, forward = backward ? undefined : moment?.node;
    for (const each of this.cells) {
      const { name, node, input } = each, { partials } = numbers.nodes[node];
      const place = name === "data" ? node : name === "grad" ? numbers.gradient(node) : partials[input];
      each.place = place !== undefined && numbers.isKnown(place) ? place : null;
      each.fresh = name === "grad" ? backward && node === moment.node
        : name === "data" && (node === forward || time === 1 && numbers.leafOf.has(node));
    }
    this.tail.style.visibility = "hidden";
    for (const { edge, path, uses, consumers, inputs } of this.edges) {
      const back = backward && uses.includes(moment.edge);
      edge.classList.toggle("active", back || time > 1 && consumers.includes(forward));
      edge.classList.toggle("back", back);
      edge.classList.toggle("chosen", moment === undefined && inputs.includes(chosen));
      if (back) this.pointBack(path);
    }
    for (const { box, node } of this.boxes) box.classList.toggle("chosen", node === chosen);
  }

  showNumber(each) {
    const { cell, text, place, fresh } = each, x = place === null ? null : this.numbers.values[place];
    if (each.x !== x) setNumber(text, x === null ? "" : numberText(x));
    const sign = x > 0 ? "positive" : x < 0 ? "negative" : "";
    const look = fresh ? "fresh" : x === null || Number.isFinite(x) ? sign : "alarm";
    if (each.look !== look) {
      if (each.look) cell.classList.remove(each.look);
      if (look) cell.classList.add(look);
    }
    Object.assign(each, { x, look });
  }

  // Say what each box shows to those who do not see it.
  describe() {
    const { numbers } = this;
    const told = (place) => (numbers.isKnown(place) ? numberText(numbers.values[place]) : numbers.missing);
    for (const { box, node, name } of this.boxes) {
      const label = `${name}: data ${told(node)}, gradient ${told(numbers.gradient(node))}`;
      if (box.getAttribute("aria-label") === label) continue;
      box.setAttribute("aria-label", label);
      if (numbers.leafOf.has(node)) {
        setAttributes(box, { "aria-valuenow": numbers.values[node], "aria-valuetext": label });
      }
    }
  }

  // Put the head of an arrow where it begins: a gradient goes backward.
  pointBack(path) {
    const { x, y } = path.getPointAtLength(0), next = path.getPointAtLength(12);
    const angle = Math.atan2(next.y - y, next.x - x) * 180 / Math.PI;
    this.tail.setAttribute("transform", `translate(${next.x} ${next.y}) rotate(${angle})`);
    this.tail.style.visibility = "visible";
  }

  // How large the picture is where all of it can be seen.
  fitting({ clientWidth, clientHeight }) {
    return Math.min(1.4, (clientWidth - 32) / this.width, (clientHeight - 24) / this.height);
  }

  zoom(scale) {
    this.scale = scale;
    this.svg.style.width = `${scale * this.width}px`;
    this.svg.style.height = `${scale * this.height}px`;
  }

  // Bring what has just happened into view.
  follow() {
    const here = this.svg.querySelector(".fresh")?.closest(".node") ?? this.svg.querySelector(".edge.active");
    here?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

// Let the numbers of leaves be dragged, in whichever picture is open; `set` takes the leaf and its number.
function dragNumbers(graph, numbers, set) {
  let drag = null;
  graph.addEventListener("pointerdown", (event) => {
    const cell = event.target.closest(".data.leaf");
    if (!cell) return;
    const node = Number(cell.dataset.node), k = numbers.leafOf.get(node);
    drag = { k, x: event.clientX, from: numbers.fed[k] };
    graph.setPointerCapture(event.pointerId);
    cell.closest("[tabindex]")?.focus({ preventScroll: true });
    event.preventDefault();
  });
  graph.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const { k, x, from } = drag, steps = Math.round((event.clientX - x) / GRAIN);
    set(k, moved(from, steps, numbers.start[k], event.shiftKey));
  });
  for (const end of ["pointerup", "pointercancel"]) graph.addEventListener(end, () => { drag = null; });
}
