const TICK = 1200;  // milliseconds from step to step, when they are played
const REST = 300;  // milliseconds without a change
const HINT = "Drag the number of a leaf, or go through the passes with ← and →.";
const ZOOM = 1.25;
const FIELDS = "input[type=number], input[type=range]:not(#time), select, dialog *";  // which have keys of their own

/* The page: what is chosen, which step is shown, and what keys and buttons do. */
class Explorer {
  constructor(data) {
    const numbers = this.numbers = new GraphNumbers(data), set = (k, x) => this.set(k, x);
    this.graph = byId("graph");
    this.pictures = [...this.graph.children].map((svg) => new Picture(svg, numbers));
    this.leaves = new Leaves(byId("leaves"), numbers, set, (node) => this.choose(node));
    this.curve = new Curve(byId("effect"), numbers, set);
    this.about = new Telling(byId("about"), numbers);
    this.caption = new Telling(byId("caption"), numbers);
    this.depth = byId("depth");
    this.picture = this.pictures[this.depth.selectedIndex];
    this.leaf = Math.max(0, numbers.leaves.findIndex((node) => this.picture.boxes.some((box) => box.node === node)));
    this.chosen = numbers.leaves[this.leaf];
    this.wire(set);
    this.open();
    this.show();
  }

  wire(set) {
    const actions = {
      first: () => this.go(1), back: () => this.step(-1), play: () => this.play(!this.timer), next: () => this.step(1),
      last: () => this.go(this.numbers.end), reset: () => this.reset(), program: () => openProgram(),
      larger: () => this.zoom(ZOOM), smaller: () => this.zoom(1 / ZOOM), fit: () => this.fit(0),
    };
    for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
    const keys = {
      ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play",
      r: "reset", d: "partials", p: "program", "+": "larger", "-": "smaller", 0: "fit",
    };
    addEventListener("keydown", (event) => {
      const { target, key } = event, isField = target.matches(FIELDS);
      if (isField || event.ctrlKey || event.metaKey || event.altKey || !(key in keys)) return;
      if (key === " " && target.matches("button, input, [role=button]")) return;
      event.preventDefault();
      byId(keys[key]).click();
    });
    setAttributes(byId("time"), { min: 1, max: this.numbers.end });
    byId("time").addEventListener("input", (event) => this.go(Number(event.target.value)));
    byId("partials").addEventListener("change", ({ target }) => {
      this.graph.classList.toggle("without-partials", !target.checked);
    });
    this.depth.addEventListener("change", () => this.open());
    this.wireGraph(set);
    new ResizeObserver(() => this.fit()).observe(this.graph);
  }

  wireGraph(set) {
    const nodeOf = ({ target }) => target.closest("[data-node]")?.dataset.node;
    const choose = (event) => { if (nodeOf(event) !== undefined) this.choose(Number(nodeOf(event))); };
    for (const kind of ["pointerover", "focusin", "click"]) this.graph.addEventListener(kind, choose);
    const fold = ({ target }) => {
      const part = target.closest("[data-node], [data-group]");
      if (part?.dataset.group) this.fold(part.matches(".cluster") ? -1 : 1);
    };
    this.graph.addEventListener("click", fold);
    this.graph.addEventListener("keydown", (event) => {
      const k = this.numbers.leafOf.get(Number(nodeOf(event)));
      if (k !== undefined) changeByKey(event, k, this.numbers, set);
      if (["Enter", " "].includes(event.key) && event.target.dataset.group) fold(event);
    });
    dragNumbers(this.graph, this.numbers, set);
  }

  /* Give leaf k a number; everything follows in the next frame. */
  set(k, x) {
    const { numbers } = this;
    numbers.fed[k] = x;
    this.lookAt(numbers.leaves[k]);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      numbers.compute();
      this.show();
    });
  }

  reset() {
    this.numbers.fed = [...this.numbers.start];
    this.numbers.compute();
    this.show();
  }

  choose(node) {
    if (node === this.chosen || !this.numbers.nodes[node].about) return;
    this.lookAt(node);
    this.show();
  }

  lookAt(node) {
    this.chosen = node;
    this.leaf = this.numbers.leafOf.get(node) ?? this.leaf;
  }

  /* Go to a step of the passes. */
  go(time) {
    const { numbers } = this;
    numbers.time = Math.max(1, Math.min(numbers.end, time));
    if (numbers.moment) this.lookAt(numbers.moment.node);
    this.show();
    if (numbers.moment) this.picture.follow();
    if (numbers.time === numbers.end) this.play(false);
  }

  /* Go to the next step, or to the one before, that the picture shows. */
  step(by) {
    const { steps, time, end } = this.numbers;
    let next = time + by;
    while (next > 1 && next < end && !this.picture.shows(steps[next - 1])) next += by;
    this.go(next);
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = on ? setInterval(() => this.step(1), TICK) : null;
    byId("play").setAttribute("aria-label", on ? "Pause" : "Play");
    byId("play").classList.toggle("playing", on);
    if (on && this.numbers.time === this.numbers.end) this.go(1);
  }

  show() {
    const { numbers, chosen } = this, root = numbers.nodes.length - 1;
    this.picture.show(chosen);
    this.leaves.show(numbers.leaves[this.leaf]);
    this.curve.show(this.leaf);
    this.about.show(numbers.nodes[chosen].about);
    this.caption.show(this.sentence());
    byId("result").textContent = numbers.isKnown(root) ? numberText(numbers.values[root]) : "?";
    byId("time").value = numbers.time;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.say(), REST);
  }

  sentence() {
    const { time, end, moment, problem } = this.numbers;
    if (problem) return problem;
    if (!moment) return `<b>Both passes are done.</b> ${HINT}`;
    const pass = moment.gradient === undefined ? "forward" : "backward";
    return `<b>Step ${time} of ${end - 1}, ${pass}:</b> ${moment.text}`;
  }

  /* Tell screen readers what is seen, once it rests. */
  say() {
    const text = byId("caption").textContent;
    if (byId("spoken").textContent !== text) byId("spoken").textContent = text;
    this.picture.describe();
  }

  /* Fold all groups by one more level, or by one less. */
  fold(by) {
    this.depth.selectedIndex = Math.max(0, Math.min(this.pictures.length - 1, this.depth.selectedIndex + by));
    this.open();
  }

  /* Show the picture of the chosen depth. */
  open() {
    this.picture = this.pictures[this.depth.selectedIndex];
    for (const { svg } of this.pictures) svg.classList.toggle("open", svg === this.picture.svg);
    const large = this.picture.boxes.length > 60;
    for (const id of ["larger", "smaller", "fit"]) byId(id).hidden = !large;
    byId("partials").disabled = !this.picture.svg.querySelector(".partial");
    this.fit();
    this.picture.show(this.chosen);
    this.picture.describe();
  }

  /* Make the picture as large as the page is, as long as its numbers can be read. */
  fit(smallest = SMALLEST) {
    this.picture.zoom(Math.max(smallest, this.picture.fitting(this.graph)));
  }

  zoom(by) {
    this.picture.zoom(this.picture.scale * by);
  }
}

const byId = (id) => document.getElementById(id);

/* Show the printed program, to be read and copied. */
function openProgram() {
  byId("program-text").textContent = byId("program-source").textContent.trim();
  byId("copied").textContent = "";
  byId("program-dialog").showModal();
  byId("copy").focus();
}

/* Select the program and copy it; where a page has no clipboard, as within some notebooks, it stays selected. */
function copyProgram() {
  getSelection().selectAllChildren(byId("program-text"));
  const done = document.execCommand("copy");
  byId("copied").textContent = done ? "It is copied." : "It is selected: copy it with Ctrl+C, or ⌘C.";
}
byId("copy").addEventListener("click", copyProgram);

const explorer = new Explorer(readJSON("data"));
