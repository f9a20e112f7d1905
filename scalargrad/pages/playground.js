"use strict";

const data = readJSON("data");
const at = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));
const examples = data.points;                                   // the numbers of both inputs, and the places of the labels
examples[2] = examples[2].map((label) => data.classes.indexOf(label));
const training = new Training(data.loss, data.parameters.map((p) => p.number)), { parameters } = training;
const unitSchedule = new Schedule(data.units), judgeSchedule = new Schedule(data.units);
const unitCount = data.columns.flat().length;
let batches, losses, playing = false, example = 0, opened = -1, tool = "choose";

// What is trained.

const size = () => Number(at.batch.value);
const rate = () => Number((10 ** Number(at.rate.value)).toPrecision(2));
const columnsOf = ([xs, ys, labels]) => [xs, ys, labels.map((c) => data.classes[c])];

/* Begin with the weights of a seed: 0 stands for those of the model, the others for new ones in the ranges of first weights. */
function reset() {
    const seed = Number(at.seed.value) || 0, random = generator(seed);
    data.parameters.forEach(({ number, range }, i) => {
        parameters[i] = seed === 0 || range === null ? number : (2 * random() - 1) * range;
    });
    training.use(data.optimizers[at.optimizer.value]);
    training.gradients.fill(0);
    training.lossNow = NaN;
    losses = [];
    say("");
    changeExamples();
}

/* Train on other examples from now on. */
function changeExamples() {
    batches = new Batches(columnsOf(examples), Number(at.seed.value) || 0);
    const all = at.batch.value === at.batch.max;
    at.batch.max = batches.count;
    if (all) at.batch.value = batches.count;
    showSettings();
    draw();
}

/* Take a step; return whether it went well. */
function train() {
    const wrong = training.step(batches.columns, batches.order, ...batches.next(size()), rate());
    if (wrong) {
        play(false);
        say(`Stopped before step ${training.steps + 1}: ${wrong}. Make the learning rate smaller than ${rate()}, and start over.`);
        return false;
    }
    losses.push(training.lossNow);
    if (losses.length > 2000) losses = losses.filter((_, i) => i % 2);
    return true;
}

// What is seen.

const plane = new Plane(at.plane, examples);
const network = new Network(at.network, at.lines, data.columns, parameters, {
    onUnit: (number) => openNeuron(number === opened ? -1 : number),
    onWeight: setWeight,
    onHover: (weight) => { aboutWeight(weight); network.drawLines(); },
});
const neuron = new Neuron(
    { graph: at["neuron-graph"], title: at["neuron-title"], weights: at.weights }, data.neurons, new Schedule(data.numbers), setWeight,
);

function draw() {
    unitSchedule.run(parameters, plane.grid, SIDE * SIDE);
    const rows = unitSchedule.perExample;
    network.drawLines();
    network.drawUnits(rows, plane.middle, plane.half);
    plane.draw(rows.slice(unitCount), examples, example);
    drawCurve();
    if (opened >= 0) neuron.show(parameters, exampleNumbers());
    at.steps.textContent = training.steps;
    at.loss.textContent = Number.isNaN(training.lossNow) ? "–" : numberText(training.lossNow);
    at.right.textContent = `${Math.round((100 * countRight()) / batches.count)} %`;
}

const exampleNumbers = () => columnsOf(examples).map((column) => column[example]);

function countRight() {
    const classes = new Uint8Array(batches.count);
    judgeSchedule.run(parameters, examples, batches.count);
    judge(judgeSchedule.perExample.slice(unitCount), classes, []);
    return classes.reduce((count, c, i) => count + (c === examples[2][i]), 0);
}

/* The loss of each step, or of each second one, fourth one, ... */
function drawCurve() {
    const { context, width, height } = sharp(at.curve), highest = Math.max(...losses.slice(0, 1), ...losses), last = losses.length - 1;
    context.fillStyle = colour("note");
    context.font = "12px Helvetica, Arial, sans-serif";
    context.fillText(losses.length ? `loss, at most ${numberText(highest)}` : "loss", 4, 12);
    context.strokeStyle = colour("positive-line");
    context.lineWidth = 2;
    context.beginPath();
    losses.forEach((loss, i) => context.lineTo((i * width) / Math.max(1, last), height - 2 - ((height - 18) * Math.max(0, loss)) / (highest || 1)));
    context.stroke();
}

function say(text) {
    at.about.textContent = text || "Point at a line to see its weight, and drag it to change it. Click on a neuron to open its "
        + "graph, and on a point to send it through.";
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
    neuron.open(number, { ...network.units[number], name: unitName(network.units[number], data.columns) }, data.parameters);
    showExample();
}

/* Send another example through. */
function chooseExample(i) {
    example = (i + batches.count) % batches.count;
    const [x, y, target] = exampleNumbers();
    say(`Example ${example}: x0 = ${numberText(x)}, x1 = ${numberText(y)}, label ${target}`);
    showExample();
}

function showExample() {
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
    example = Math.min(example, examples[0].length - 1);
    changeExamples();
    return chooseExample(example);
}

/* Do what a click at a place of the canvas of the plane does. */
function clickPlane(right, down) {
    const near = plane.nearest(examples, right, down);
    if (tool === "choose" && near >= 0) chooseExample(near);
    if (tool === "remove" && near >= 0) removeExample(near);
    if (tool.startsWith("add")) addExample(...plane.fromPixels(right, down), Number(tool.slice(4)));
}
