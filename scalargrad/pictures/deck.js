"use strict";

const slides = [...document.querySelectorAll("section")];
const [back, next, place] = ["back", "next", "place"].map((id) => document.getElementById(id));
let shown = 0;

// A picture is in the page while it is seen: a browser takes long to make hundreds of them.
function fill(slide, seen) {
  const template = slide.querySelector("template");
  if (!seen) {
    template.parentNode.replaceChildren(template);
  } else if (!template.nextSibling) {
    template.after(template.content.cloneNode(true));
  }
}

function show(i) {
  shown = Math.max(0, Math.min(slides.length - 1, i || 0));
  slides.forEach((slide, k) => {
    slide.classList.toggle("on", k === shown);
    fill(slide, k === shown);
  });
  place.textContent = `${shown + 1} / ${slides.length}`;
  back.disabled = shown === 0 && !embedded;
  next.disabled = shown === slides.length - 1 && !embedded;
  try {
    history.replaceState(null, "", `#${shown + 1}`);  // so that a page that is loaded again shows the same slide
  } catch {
    // in a frame without an address there is nothing to note
  }
}

// Within slides of reveal.js, as Quarto makes them, what goes beyond the last frame goes to the next slide.
const embedded = window.parent !== window;

function go(by) {
  if (slides[shown + by]) {
    show(shown + by);
  } else if (embedded) {
    window.parent.focus();  // and so do the keys
    window.parent.postMessage(JSON.stringify({ method: by > 0 ? "next" : "prev" }), "*");
  }
}

const KEYS = {
  ArrowRight: () => go(1), ArrowDown: () => go(1), PageDown: () => go(1), " ": () => go(1), Enter: () => go(1),
  ArrowLeft: () => go(-1), ArrowUp: () => go(-1), PageUp: () => go(-1), Backspace: () => go(-1),
  Home: () => show(0), End: () => show(slides.length - 1), f: fullScreen,
};

function fullScreen() {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
  change?.catch(() => {});  // where the page around this one does not allow it
}

addEventListener("keydown", (event) => {
  const onButton = event.target.closest?.("button") && [" ", "Enter"].includes(event.key);  // which is a click
  if (event.key in KEYS && !onButton && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!String(getSelection())) go(button === back ? -1 : 1);  // a caption may be copied
});

let start = null;  // of a swipe, with one finger
addEventListener("touchstart", (event) => {
  start = event.touches.length === 1 ? event.touches[0] : null;
}, { passive: true });
addEventListener("touchend", (event) => {
  const end = event.changedTouches[0];
  const [dx, dy] = start ? [end.clientX - start.clientX, end.clientY - start.clientY] : [0, 0];
  if (Math.abs(dx) > 40 && Math.abs(dx) > Math.abs(dy)) {
    event.preventDefault();  // no click behind it
    go(dx < 0 ? 1 : -1);
  }
}, { passive: false });

// reveal.js says when its slide with this page is shown; then the keys belong to this page.
addEventListener("message", (event) => {
  if (event.data === "slide:start") window.focus();
});
addEventListener("hashchange", () => show(parseInt(location.hash.slice(1)) - 1));

addEventListener("beforeprint", () => slides.forEach((slide) => fill(slide, true)));
addEventListener("afterprint", () => show(shown));
document.querySelector("nav").hidden = false;
show(parseInt(location.hash.slice(1)) - 1);
