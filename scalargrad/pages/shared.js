// What all pages use.

// A number as pictures show it: four significant digits, all those before the point up to a million, and a true minus sign.
function numberText(x) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size >= 9999.5 && size < 999999.5) return minus(String(wholeNumber(x)));
  const [digits, power] = fourDigits(x || 0), exponent = Number(power);
  if (exponent >= -4 && exponent <= 3) return minus(String(Number(`${digits}e${power}`)));
  return `${minus(String(Number(digits)))}·10${[...String(exponent)].map(superscript).join("")}`;
}

// As Python, which of two numbers that are equally near takes the even one.
const wholeNumber = (x) => (Math.abs(x % 2) === 0.5 ? Math.trunc(x) : Number(x.toFixed(0)));
function fourDigits(x) {
  const isShort = Number(x.toExponential(4)) === x;  // or else it is not in the middle of two
  const exact = isShort ? x.toExponential(40) : "";
  return (/\.\d\d[02468]50*e/.test(exact) ? exact.replace(/50*e/, "e") : x.toExponential(3)).split("e");
}
const minus = (text) => text.replace("-", "−");
const superscript = (letter) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(letter)];

// What is in a JSON element of the page.
const readJSON = (id) => JSON.parse(document.getElementById(id).textContent);

// Whether the text of a number is the number, but for what floats get wrong, as in 0.1 + 0.2.
function isExact(x) {
  const size = Math.abs(x);
  const shown = size >= 9999.5 && size < 999999.5 ? x.toFixed(0) : x.toPrecision(4);
  return !Number.isFinite(x) || Math.abs(Number(shown) - x) <= 1e-12 * size;
}

// Write a number into its cell of a picture, with narrow letters if it is long.
function setNumber(text, content) {
  if (text.firstChild) text.firstChild.data = content;  // which is quicker
  else text.textContent = content;
  if (content.length > 8) {
    setAttributes(text, { textLength: 66, lengthAdjust: "spacingAndGlyphs" });
  } else {
    text.removeAttribute("textLength");
  }
}

const setAttributes = (element, attributes) => Object.entries(attributes).forEach((pair) => element.setAttribute(...pair));
const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
