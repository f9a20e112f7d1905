// The colours of heat maps, from the variables of the page, anew whenever its colour scheme changes.
const SHADES = 256;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// Return shades of a colour from the page's to nearly its own, as the pixels of an ImageData: red is the lowest byte.
function shades(name) {
  const [from, to] = [colour("page"), colour(name)].map((text) => parseInt(text.slice(1), 16));
  return Uint32Array.from({ length: SHADES }, (_, i) => {
    const mixed = (shift) => {
      const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
      return Math.round(a + (0.85 * i * (b - a)) / (SHADES - 1));
    };
    return ((255 << 24) | (mixed(0) << 16) | (mixed(8) << 8) | mixed(16)) >>> 0;
  });
}

// An image of some numbers, to be painted on a canvas.
class HeatMap {
  constructor(side) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = side;
    this.context = this.canvas.getContext("2d");
    this.image = new ImageData(side, side);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  // Paint numbers in two colours, which are full where a number is so far from the middle.
  paint(numbers, negative, positive, middle = 0, far = 1) {
    for (let i = 0; i < this.pixels.length; i++) {
      const x = (numbers[i] - middle) / far, shade = Math.min(1, Math.abs(x)) * (SHADES - 1);
      this.pixels[i] = (x < 0 ? negative : positive)[shade | 0];
    }
    this.context.putImageData(this.image, 0, 0);
  }

  // Paint classes, each number with how certain its class is.
  paintClasses(classes, certainties, palettes) {
    for (let i = 0; i < this.pixels.length; i++) {
      this.pixels[i] = palettes[classes[i]][(certainties[i] * (SHADES - 1)) | 0];
    }
    this.context.putImageData(this.image, 0, 0);
  }
}

// Make a canvas as sharp as the screen; return its context, on which lengths are those of the page, and its size.
function sharp(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas, ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}
