// The loss of all examples over the steps.
const MOST = 400;  // places of the curve; from more on, each second one is left out

class Curve {
  constructor(canvas) {
    this.canvas = canvas;
    this.clear();
  }

  clear() {
    this.steps = [];
    this.losses = [];
  }

  // Add the loss after so many steps, in place of one that was there already.
  add(step, loss) {
    const last = this.steps.at(-1) === step ? this.steps.length - 1 : this.steps.length;
    this.steps[last] = step;
    this.losses[last] = loss;
    if (last > MOST) [this.steps, this.losses] = [this.steps, this.losses].map((list) => list.filter((_, i) => i % 2));
  }

  readColours() {
    this.colours = { line: colour("positive-line"), note: colour("note") };
  }

  draw() {
    const { context, width, height } = sharp(this.canvas), { steps, losses, colours } = this;
    const highest = Math.max(...losses.filter(Number.isFinite), 1e-300), across = width / (steps.at(-1) - steps[0] || 1);
    context.fillStyle = colours.note;
    context.font = "13px Helvetica, Arial, sans-serif";
    context.textAlign = "right";
    context.fillText(`loss, at most ${numberText(highest)}`, width - 2, 12);
    context.strokeStyle = colours.line;
    context.lineWidth = 2;
    context.beginPath();
    const up = (height - 6) / highest;
    losses.forEach((loss, i) => context.lineTo((steps[i] - steps[0]) * across, height - 2 - up * Math.max(0, loss)));
    context.stroke();
  }

  describe() {
    const [first, last] = [this.losses[0], this.losses.at(-1)].map(numberText);
    this.canvas.setAttribute("aria-label", `The loss, from ${first} to ${last} in ${this.steps.at(-1)} steps`);
  }
}
