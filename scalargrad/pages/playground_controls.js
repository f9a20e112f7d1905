// The buttons, sliders and keys of the playground, and the loop that trains while it draws.
const TRAIN_FOR = 7;  // milliseconds a frame at most, so that fifty frames a second are drawn
const NETWORK_EVERY = 3;  // frames, because the lines of weights take most of the time
const PLAY = "M4 2v12l9-6z", PAUSE = "M3 2h4v12H3zM9 2h4v12H9z";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
let nextFrame, frames = 0, lastDrawn = 0;

function play(on) {
  if (on === playing) return;
  playing = on;
  if (on) nextFrame = requestAnimationFrame(frame);
  else cancelAnimationFrame(nextFrame);
  at.play.querySelector("path").setAttribute("d", on ? PAUSE : PLAY);
  at.play.setAttribute("aria-label", on ? "Pause" : "Train");
  if (on) return;
  draw();
  curve.describe();
}

// Train and draw; for those who want little motion, draw only twice a second.
function frame(now) {
  nextFrame = requestAnimationFrame(frame);
  const count = Number(at.speed.value), end = performance.now() + TRAIN_FOR;
  for (let i = 0; i < count && performance.now() < end; i++) if (!train()) break;
  if (!playing || calm.matches && now - lastDrawn < 500) return;
  lastDrawn = now;
  frames += 1;
  draw(frames % NETWORK_EVERY === 0);
}

function oneStep() {
  play(false);
  train();
  draw();
  curve.describe();
}

function showSettings() {
  at["rate-text"].textContent = learningRate;
  at.rate.setAttribute("aria-valuetext", learningRate);
  at["batch-text"].textContent = size() === batches.count ? "all" : size();
  at.batch.setAttribute("aria-valuetext", at["batch-text"].textContent);
}

// A choice of what a click on the plane does.
function addTool(value, name) {
  const label = document.createElement("label"), input = document.createElement("input");
  Object.assign(input, { type: "radio", name: "tool", value, checked: value === tool });
  input.addEventListener("change", () => { tool = value; });
  label.append(input, name);
  at.tools.append(label);
}

addTool("choose", "chooses");
data.classes.forEach((label, c) => addTool(`add ${c}`, `adds ${SIGNS[c % SIGNS.length]} ${minus(String(label))}`));
addTool("remove", "removes");

const PLANE_KEYS = {
  ArrowLeft: () => plane.moveCross(-1, 0), ArrowRight: () => plane.moveCross(1, 0),
  ArrowUp: () => plane.moveCross(0, 1), ArrowDown: () => plane.moveCross(0, -1),
  Enter: () => clickPlane(...plane.toPixels(...plane.cross)),
  PageUp: () => chooseExample(example - 1), PageDown: () => chooseExample(example + 1),
  Delete: () => removeExample(example),
};
const KEYS = { " ": () => play(!playing), ArrowRight: oneStep, r: reset };

at.plane.setAttribute("aria-label", "What is predicted at each place, and the points");
at.plane.addEventListener("click", (event) => clickPlane(event.offsetX, event.offsetY));
at.plane.addEventListener("keydown", (event) => {
  if (!(event.key in PLANE_KEYS)) return;
  PLANE_KEYS[event.key]();
  plane.drawPoints(examples, example);
  event.preventDefault();
  event.stopPropagation();
});
for (const change of ["focus", "blur"]) at.plane.addEventListener(change, () => plane.drawPoints(examples, example));

addEventListener("keydown", (event) => {
  const busy = event.target.closest(event.key === " " ? "input, select, button, dialog" : "input, select, dialog");
  if (busy || !(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
  KEYS[event.key]();
  event.preventDefault();
});

at.play.addEventListener("click", () => play(!playing));
at.step.addEventListener("click", oneStep);
at.reset.addEventListener("click", reset);
at.seed.addEventListener("change", reset);
at.rate.addEventListener("input", () => {
  learningRate = Number((10 ** at.rate.value).toPrecision(2));
  showSettings();
});
at.batch.addEventListener("input", showSettings);
at.optimizer.addEventListener("change", () => training.use(data.optimizers[at.optimizer.value]));
at.weights.addEventListener("submit", (event) => event.preventDefault());

at.help.addEventListener("click", () => at.program.showModal());
at.close.addEventListener("click", () => at.program.close());
at.copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(at.source.textContent);
    at.copy.textContent = "Copied";
  } catch {  // a page within another one may have no clipboard
    getSelection().selectAllChildren(at.source);
    at.copy.textContent = "Selected: copy it with your keys";
  }
});

function drawAll() {
  plane.drawPoints(examples, example);
  draw();
}

function readColours() {
  plane.readColours(data.classes.length);
  network.readColours();
  curve.readColours();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); drawAll(); });
addEventListener("resize", () => { network.layOut(); drawAll(); });

for (const name of Object.keys(data.optimizers)) at.optimizer.add(new Option(name));
at.optimizer.value = data.optimizer;
at.rate.max = Math.max(1, Math.log10(data.rate));
at.rate.value = Math.log10(data.rate);
at.batch.max = examples[0].length;
at.batch.value = Math.min(32, examples[0].length);
readColours();
network.layOut();
reset();
