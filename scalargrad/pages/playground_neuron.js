// A neuron: its scalar graph with the numbers of one example, and its weights to be typed.
class Neuron {
  constructor({ graph, title, weights }, pictures, { units, count }, schedule, onWeight) {
    Object.assign(this, { graph, title, weights, pictures, units, count, schedule, onWeight });
    this.cells = [];
    this.fields = [];
  }

  // Open the graph of a unit.
  open(number, name, { weights, bias }, parameters) {
    const { picture, nodes } = this.units[number];
    this.graph.replaceChildren(this.pictures[picture].content.cloneNode(true));
    this.svg = this.graph.firstElementChild;
    this.svg.setAttribute("role", "img");
    this.name = name;
    this.nodes = nodes;
    this.cells = [...this.graph.querySelectorAll(".data, .grad")].map((cell) => {
      const isGradient = cell.classList.contains("grad");
      const row = nodes[cell.dataset.node] + (isGradient ? this.count : 0);  // all data, and then all gradients
      const name = cell.previousElementSibling?.previousElementSibling;  // what is behind the word "grad"
      const coloured = isGradient ? [cell.querySelector("polygon"), name] : [];
      return { text: cell.querySelector("text"), row, coloured };
    });
    const places = [...weights, bias];
    this.fields = places.map((place) => ({ place, input: this.makeField(parameters[place].name, place) }));
    this.weights.replaceChildren(...this.fields.map(({ input }) => input.parentElement));
  }

  makeField(name, place) {
    const label = document.createElement("label"), input = document.createElement("input");
    Object.assign(input, { type: "number", step: 0.1 });
    input.addEventListener("input", () => {
      if (Number.isFinite(input.valueAsNumber)) this.onWeight(place, input.valueAsNumber);
    });
    label.append(name, input);
    return input;
  }

  // Show the numbers of an example: its two inputs and its target.
  show(parameters, example) {
    this.schedule.run(parameters, example.map((x) => [x]), 1);
    for (const { text, row, coloured } of this.cells) {
      const [number] = this.schedule.perExample[row];
      const sign = number > 0 ? "positive" : number < 0 ? "negative" : "neutral";
      setNumber(text, numberText(number));
      for (const part of coloured) part?.setAttribute("fill", `var(--${sign})`);
    }
    for (const { place, input } of this.fields) {
      if (input !== document.activeElement) input.value = parameters[place].toPrecision(4);
    }
  }

  // Say what is seen.
  describe(example) {
    const [out] = this.schedule.perExample[this.nodes.at(-1)], title = `${this.name}, for example ${example}`;
    this.title.textContent = title[0].toUpperCase() + title.slice(1);
    this.svg.setAttribute("aria-label", `The graph of ${title}. Its output is ${numberText(out)}.`);
  }
}
