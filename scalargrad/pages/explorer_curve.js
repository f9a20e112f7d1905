const POINTS = 80, LEFT = 12, RIGHT = 288, TOP = 20, BOTTOM = 130;  // of the curve, in its 300 times 150 units

/* What a leaf does to the result: the curve of y over it with its tangent, and what a nudge changes. */
class Curve {
    constructor({ title, svg, nudge, size, table }, numbers, set) {
        Object.assign(this, { title, svg, nudge, size, table, numbers });
        const follow = (event) => set(this.k, Number(this.xAt(event.clientX).toPrecision(4)));
        svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); follow(event); });
        svg.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
        nudge.addEventListener("input", () => this.show(this.k));
    }

    /* Show the curve over leaf k: nothing before y is known, and no tangent before the gradient is. */
    show(k) {
        const { numbers } = this, { nodes, leaves, values } = numbers, root = nodes.length - 1;
        const x = numbers.fed[k], h = 10 ** Number(this.nudge.value), place = numbers.gradients[leaves[k]].at(-1);
        const names = { leaf: nodes[leaves[k]].name, y: nodes[root].name };
        const y = numbers.isKnown(root) ? values[root] : NaN, slope = numbers.isKnown(place) ? values[place] : NaN;
        this.k = k;
        this.title.textContent = `What ${names.leaf} does to ${names.y}`;
        this.size.textContent = `Δ${names.leaf} = ${numberText(h)}`;
        const far = Math.max(reach(numbers.start[k]), Math.abs(x));
        this.span = [-far, far];
        const xs = Array.from({ length: POINTS + 1 }, (_, j) => far * (2 * j / POINTS - 1));
        const [nudged, ...ys] = numbers.alongLeaf(k, [x + h, ...xs]);
        this.draw(names, xs, ys, { x, y, slope, h, nudged }, numbers.isKnown(root));
        const rise = nudged - y;
        this.writeTable([`Δ${names.y}`, rise], [`grad · Δ${names.leaf}`, slope * h], ["difference", rise - slope * h]);
    }

    draw(names, xs, ys, { x, y, slope, h, nudged }, known) {
        const [low, high] = this.range(ys);
        const across = (v) => LEFT + (RIGHT - LEFT) * (v - this.span[0]) / (this.span[1] - this.span[0]);
        const up = (v) => BOTTOM - (BOTTOM - TOP) * (v - low) / (high - low);
        const line = (name, ...points) => `<path class="${name}" d="M${points.map(([v, w]) => `${across(v).toFixed(1)},${up(w).toFixed(1)}`).join("L")}"/>`;
        const runs = [[]];  // parts without holes and poles
        ys.forEach((v, j) => {
            if (!Number.isFinite(v) || Math.abs(v - ys[j - 1]) > high - low) runs.push([]);
            if (Number.isFinite(v)) runs.at(-1).push([xs[j], v]);
        });
        const run = 0.2 * (this.span[1] - this.span[0]);
        this.svg.innerHTML = !known ? `<text x="150" y="75" class="middle">${escaped(names.y)} is not known yet</text>` : [
            `<defs><clipPath id="clip"><rect x="${LEFT}" y="${TOP - 4}" width="${RIGHT - LEFT}" height="${BOTTOM - TOP + 8}"/></clipPath></defs>`,
            `<path class="axis" d="M${LEFT},${BOTTOM}H${RIGHT}M${across(0)},${TOP}V${BOTTOM}"/><g clip-path="url(#clip)">`,
            ...runs.filter((points) => points.length > 1).map((points) => line("line", ...points)),
            Number.isFinite(slope) ? line("tangent", [x - run, y - slope * run], [x + run, y + slope * run]) : "",
            h > 0.02 && Number.isFinite(nudged) && Number.isFinite(y) ? line("nudge", [x, y], [x + h, y], [x + h, nudged]) : "",
            "</g>",
            Number.isFinite(y) ? `<circle cx="${across(x)}" cy="${up(y)}" r="5"/>` : "",
            `<text x="${LEFT}" y="11">${escaped(names.y)} from ${numberText(low)} to ${numberText(high)}</text>`,
            `<text x="${LEFT}" y="146">${numberText(this.span[0])}</text><text x="150" y="146" class="middle">${escaped(names.leaf)}</text>`,
            `<text x="${RIGHT}" y="146" class="end">${numberText(this.span[1])}</text>`,
        ].join("");
        this.svg.setAttribute("aria-label", `${names.y} over ${names.leaf}${Number.isFinite(slope) ? `, with a slope of ${numberText(slope)} at ${numberText(x)}` : ""}`);
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

    writeTable(...rows) {
        this.table.innerHTML = rows.map(([name, x]) => `<tr><th scope="row">${escaped(name)}</th>
            <td>${Number.isFinite(x) ? minus(x.toPrecision(6)) : "not yet"}</td></tr>`).join("");
    }
}
