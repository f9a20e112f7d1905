// What all pages use.

// A number as pictures show it: four significant digits, all those before the point up to a million, and a true minus sign.
function numberText(x) {
    if (Number.isNaN(x)) return "nan";
    if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
    const size = Math.abs(x);
    if (size >= 9999.5 && size < 999999.5) return minus(x.toFixed(0));
    const [digits, power] = (x || 0).toExponential(3).split("e"), exponent = Number(power);
    if (exponent < -4 || exponent > 3) return `${minus(String(Number(digits)))}·10${[...String(exponent)].map(superscript).join("")}`;
    return minus(String(Number(x.toPrecision(4))));
}
const minus = (text) => text.replace("-", "−");
const superscript = (letter) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(letter)];

// What is in a JSON element of the page.
const readJSON = (id) => JSON.parse(document.getElementById(id).textContent);
