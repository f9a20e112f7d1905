// The plane of the two inputs: what is predicted where, the boundary, and the points.
const SIDE = 40;   // places of the grid in each direction
const NEAR = 14;   // pixels between a click and the point that it means
const CLASS_COLOURS = 6;
const SHAPES = [  // of points, one for each class, so that colour is not needed to tell them apart
  (path, x, y, r) => path.arc(x, y, r, 0, 2 * Math.PI),
  (path, x, y, r) => path.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r),
  (path, x, y, r) => polygon(path, [[x, y - 1.2 * r], [x + 1.1 * r, y + 0.8 * r], [x - 1.1 * r, y + 0.8 * r]]),
  (path, x, y, r) => polygon(path, [[x, y - 1.3 * r], [x + 1.3 * r, y], [x, y + 1.3 * r], [x - 1.3 * r, y]]),
];

const SIGNS = "●■▲◆";  // the same in texts

function polygon(path, corners) {
  corners.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}

class Plane {
  constructor(canvas, dots, [xs, ys]) {
    this.canvas = canvas;
    this.dots = dots;
    this.map = new HeatMap(SIDE);
    const middle = (numbers) => (Math.min(...numbers) + Math.max(...numbers)) / 2;
    const extent = (numbers) => Math.max(...numbers) - Math.min(...numbers);
    this.middle = [middle(xs), middle(ys)];
    this.half = 0.6 * Math.max(extent(xs), extent(ys)) || 1;
    this.left = this.middle[0] - this.half;
    this.top = this.middle[1] + this.half;
    const places = Array.from({ length: SIDE }, (_, i) => (2 * this.half * (i + 0.5)) / SIDE);
    this.grid = [[], []];
    for (const down of places) {
      for (const right of places) {
        this.grid[0].push(this.left + right);
        this.grid[1].push(this.top - down);
      }
    }
    this.cross = this.middle;  // which the arrow keys move
    this.classes = new Uint8Array(SIDE * SIDE);
    this.certainties = new Float64Array(SIDE * SIDE);
  }

  // Return the place of a point on the canvas, and the other way round.
  toPixels(x, y) {
    const scale = this.canvas.clientWidth / (2 * this.half);
    return [(x - this.left) * scale, (this.top - y) * scale];
  }

  fromPixels(right, down) {
    const scale = (2 * this.half) / this.canvas.clientWidth;
    return [this.left + right * scale, this.top - down * scale];
  }

  moveCross(right, up) {
    const moved = [right, up].map((steps, i) => this.cross[i] + (steps * this.half) / 20);
    this.cross = moved.map((x, i) => Math.max(this.middle[i] - this.half, Math.min(this.middle[i] + this.half, x)));
  }

  // Return the number of the point nearest to a place of the canvas, or -1 if none is near.
  nearest([xs, ys], right, down) {
    let found = -1, least = NEAR;
    for (let i = 0; i < xs.length; i++) {
      const [x, y] = this.toPixels(xs[i], ys[i]), distance = Math.hypot(x - right, y - down);
      if (distance < least) [found, least] = [i, distance];
    }
    return found;
  }

  // Draw what is predicted, from the loss of each class at each place of the grid.
  draw(costs) {
    const { context, width, height } = sharp(this.canvas);
    judge(costs, this.classes, this.certainties);
    this.map.paintClasses(this.classes, this.certainties, this.palettes);
    context.drawImage(this.map.canvas, 0, 0, width, height);
    context.strokeStyle = this.colours.text;
    context.lineWidth = 2;
    for (let c = 1; c < costs.length; c++) context.stroke(contour(margin(costs, c), width / SIDE));
  }

  // Draw the points, on a canvas of their own, because they are the same in most frames.
  drawPoints([xs, ys, labels], chosen) {
    const { context } = sharp(this.dots), size = xs.length > 400 ? 3 : 4.5;
    context.strokeStyle = this.colours.page;
    context.lineWidth = 1.5;
    this.colours.classes.forEach((name, c) => {
      context.fillStyle = name;
      const path = new Path2D();
      for (let i = 0; i < xs.length; i++) {
        if (labels[i] !== c) continue;
        const [x, y] = this.toPixels(xs[i], ys[i]);
        path.moveTo(x + size, y);
        SHAPES[c % SHAPES.length](path, x, y, size);
      }
      context.fill(path);
      context.stroke(path);
    });
    const [x, y] = this.toPixels(xs[chosen], ys[chosen]);
    context.strokeStyle = this.colours.text;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, size + 4, 0, 2 * Math.PI);
    context.stroke();
    if (document.activeElement === this.dots) this.drawCross(context);
  }

  drawCross(context) {
    const [x, y] = this.toPixels(...this.cross);
    for (const [width, name] of [[4, "page"], [2, "text"]]) {
      context.strokeStyle = this.colours[name];
      context.lineWidth = width;
      context.beginPath();
      for (const [dx, dy] of [[10, 0], [0, 10]]) {
        context.moveTo(x - dx, y - dy);
        context.lineTo(x + dx, y + dy);
      }
      context.stroke();
    }
  }

  readColours(classCount) {
    const names = Array.from({ length: classCount }, (_, c) => `class-${c % CLASS_COLOURS}`);
    this.palettes = names.map(shades);
    this.colours = { page: colour("page"), text: colour("text"), classes: names.map(colour) };
  }
}

// Find for each place the class of the smallest loss, and how certain it is, from 0 to 1: its share among e^-loss.
function judge(costs, classes, certainties) {
  const count = costs.length;
  for (let i = 0; i < classes.length; i++) {
    let best = 0, total = 0;
    for (let c = 1; c < count; c++) if (costs[c][i] < costs[best][i]) best = c;
    for (let c = 0; c < count; c++) total += Math.exp(costs[best][i] - costs[c][i]);
    classes[i] = best;
    certainties[i] = (count / total - 1) / (count - 1) || 0;
  }
}

// Return for each place by how much the loss of a class is smaller than that of the best other one.
function margin(costs, c) {
  const others = costs.filter((_, other) => other !== c);
  return costs[c].map((cost, i) => Math.min(...others.map((other) => other[i])) - cost);
}

// Return the line where numbers on the grid are 0, by marching squares.
function contour(numbers, scale) {
  const path = new Path2D();
  for (let r = 0, i = 0; r < SIDE - 1; r++, i++) {
    for (let c = 0; c < SIDE - 1; c++, i++) {
      const a = numbers[i], b = numbers[i + 1], d = numbers[i + SIDE], e = numbers[i + SIDE + 1], ends = [];
      if (a > 0 !== b > 0) ends.push(c + a / (a - b), r);
      if (b > 0 !== e > 0) ends.push(c + 1, r + b / (b - e));
      if (a > 0 !== d > 0) ends.push(c, r + a / (a - d));
      if (d > 0 !== e > 0) ends.push(c + d / (d - e), r + 1);
      for (let k = 0; k + 3 < ends.length; k += 4) {
        path.moveTo((ends[k] + 0.5) * scale, (ends[k + 1] + 0.5) * scale);
        path.lineTo((ends[k + 2] + 0.5) * scale, (ends[k + 3] + 0.5) * scale);
      }
    }
  }
  return path;
}
