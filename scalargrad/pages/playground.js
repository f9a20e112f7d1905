// The playground: what is trained, what is seen of it, and what is done to it.
const data = readJSON("data");
const at = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));
const [xs, ys, labels] = data.points;
const examples = [xs, ys, labels.map((label) => data.classes.indexOf(label))];
const training = new Training(data.loss, data.parameters.map((p) => p.number)), { parameters } = training;

// The numbers of all units, and then the losses of all classes: on the grid, and for the examples.
const onGrid = new Schedule(data.units), onExamples = new Schedule(data.units), unitCount = data.columns.flat().length;
let batches, steps, learningRate = data.rate, playing = false, example = 0, opened = -1, tool = "choose";

// What is trained.

const size = () => Number(at.batch.value);
const columnsOf = ([xs, ys, labels]) => [xs, ys, labels.map((c) => data.classes[c])];

// Begin with the weights of a seed: 0 stands for those of the model, the others for new ones in the ranges of first weights.
function reset() {
  const seed = Number(at.seed.value) || 0, random = generator(seed);
  data.parameters.forEach(({ number, range }, i) => {
    parameters[i] = seed === 0 || range === null ? number : (2 * random() - 1) * range;
  });
  training.use(data.optimizers[at.optimizer.value]);
  training.gradients.fill(0);
  steps = 0;
  curve.clear();
  say("");
  changeExamples();
}

// Train on other examples from now on.
function changeExamples() {
  batches = new Batches(columnsOf(examples), Number(at.seed.value) || 0);
  const all = at.batch.value === at.batch.max;
  at.batch.max = batches.count;
  if (all) at.batch.value = batches.count;
  showSettings();
  plane.drawPoints(examples, example);
  draw();
}

// Take a step; return whether it went well.
function train() {
  const wrong = training.step(batches.columns, batches.order, ...batches.next(size()), learningRate);
  if (wrong) {
    play(false);
    const cure = `Make the learning rate smaller than ${learningRate}, and start over.`;
    say(`Stopped before step ${steps + 1}: ${wrong}. ${cure}`);
    return false;
  }
  steps += 1;
  return true;
}

// What is seen.

const plane = new Plane(at.prediction, at.plane, examples);
const network = new Network(at.network, at.lines, data.columns, parameters, {
  onUnit: (number) => data.neurons.units[number] && openNeuron(number === opened ? -1 : number),
  onWeight: setWeight,
  onHover: (weight) => { aboutWeight(weight); network.draw(); },
});
const curve = new Curve(at.curve);
const neuron = new Neuron(
  { graph: at["neuron-graph"], title: at["neuron-title"], weights: at.weights },
  document.querySelectorAll("template"), data.neurons, new Schedule(data.numbers), setWeight,
);

function draw(withNetwork = true) {
  onGrid.run(parameters, plane.grid, SIDE * SIDE);
  const rows = onGrid.perExample;
  if (withNetwork) {
    network.paint(rows, plane.middle, plane.half);
    network.draw();
  }
  plane.draw(rows.slice(unitCount));
  if (opened >= 0) neuron.show(parameters, exampleNumbers());
  const [loss, right] = judgeExamples();
  curve.add(steps, loss);
  curve.draw();
  at.steps.textContent = steps;
  at.loss.textContent = numberText(loss);
  at.right.textContent = `${Math.round((100 * right) / batches.count)} %`;
}

const exampleNumbers = () => columnsOf(examples).map((column) => column[example]);

// Return the mean loss of the examples, and how many of them are taken for their class.
function judgeExamples() {
  onExamples.run(parameters, examples, batches.count);
  const costs = onExamples.perExample.slice(unitCount), found = new Uint8Array(batches.count);
  judge(costs, found, []);
  const total = examples[2].reduce((sum, c, i) => sum + costs[c][i], 0);
  return [total / batches.count, found.reduce((count, c, i) => count + (c === examples[2][i]), 0)];
}

function say(text) {
  at.about.textContent = text || "Point at a line to see its weight, and drag it to change it. Click on a neuron to open "
    + "its graph, and on a point to send it through.";
}

function aboutWeight(weight) {
  if (weight < 0) return say("");
  const { name } = data.parameters[weight], number = numberText(parameters[weight]);
  return say(`${name} = ${number}, and its gradient is ${numberText(training.gradients[weight])}`);
}

function setWeight(weight, number) {
  parameters[weight] = number;
  aboutWeight(weight);
  if (!playing) draw();
}

function openNeuron(number) {
  opened = number;
  network.choose(number);
  at.neuron.hidden = number < 0;
  if (number < 0) return;
  neuron.open(number, network.units[number].title, network.units[number], data.parameters);
  showExample();
}

// Send another example through.
function chooseExample(i) {
  example = (i + batches.count) % batches.count;
  const [x, y, target] = exampleNumbers();
  say(`Example ${example}: x0 = ${numberText(x)}, x1 = ${numberText(y)}, label ${target}`);
  showExample();
}

function showExample() {
  plane.drawPoints(examples, example);
  draw();
  if (opened >= 0) neuron.describe(example);
}

function addExample(x, y, label) {
  [x, y, label].forEach((number, i) => examples[i].push(number));
  example = examples[0].length - 1;
  changeExamples();
  chooseExample(example);
}

function removeExample(i) {
  if (examples[0].length === 1) return say("The last point stays, because there is nothing to learn without one.");
  examples.forEach((column) => column.splice(i, 1));
  example = Math.max(0, example - (i <= example));  // the same one, or the one before it
  changeExamples();
  return chooseExample(example);
}

// Do what a click at a place of the canvas of the plane does.
function clickPlane(right, down) {
  const near = plane.nearest(examples, right, down);
  if (tool === "choose" && near >= 0) chooseExample(near);
  if (tool === "remove" && near >= 0) removeExample(near);
  if (tool.startsWith("add")) addExample(...plane.fromPixels(right, down), Number(tool.slice(4)));
}
