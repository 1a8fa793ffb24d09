// The page: what is shown, and what the hands do.

import { drawGrid, readPicture } from "./draw.js";
import { Model, keyOf } from "./model.js";

const $ = (id) => document.getElementById(id);
const COLUMNS = 8; // of the samples
const MAP = 12; // images across the map
const SLIDERS = 12;

const state = {
  model: null,
  samples: null, // the pixels of the grid
  chosen: 0, // which of them the keyboard is on
  z: null, // the code that is explored
  slots: [null, null], // {pixels, z, file} of A and B
};

function fail(error) {
  $("error").textContent = error instanceof Error ? error.message : String(error);
  $("error").hidden = false;
}

/** Runs an action of the page; what goes wrong is shown, and what was shown before goes when it goes right. */
async function attempt(action) {
  try {
    await action();
    $("error").hidden = true;
  } catch (error) {
    fail(error);
  }
}

/** A function that runs `action` for its latest call only, one at a time: a pointer moves faster than a model runs. */
function latest(action) {
  let running = false;
  let again = false;
  return async function run() {
    again = true;
    if (running) return;
    running = true;
    while (again) {
      again = false;
      await attempt(action);
    }
    running = false;
  };
}

// Samples.

async function showSamples() {
  const key = keyOf($("seed").value);
  const label = $("label").value === "" ? null : Number($("label").value);
  state.samples = await state.model.sample(key, label);
  state.chosen = 0;
  drawGrid($("samples"), state.samples, state.model.facts.image_shape, COLUMNS, 1);
  $("seed-shown").textContent = $("seed").value.trim();
  $("label-shown").textContent = label === null ? "" : ` --label ${label}`;
}

const updateSamples = latest(async () => {
  $("seed").setAttribute("aria-invalid", "true");
  await showSamples();
  $("seed").removeAttribute("aria-invalid");
});

function stepSeed(step) {
  attempt(() => {
    keyOf($("seed").value);
    const next = String(BigInt($("seed").value.trim()) + BigInt(step));
    keyOf(next);
    $("seed").value = next;
  }).then(updateSamples);
}

function takeSample(index) {
  const { pixels } = state.model;
  attempt(async () => explore(await state.model.encode(state.samples.slice(index * pixels, (index + 1) * pixels))));
}

function markChosen() {
  const { image_shape: shape } = state.model.facts;
  drawGrid($("samples"), state.samples, shape, COLUMNS, 1);
  const [height, width] = shape;
  const context = $("samples").getContext("2d");
  context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--accent");
  const [row, column] = [Math.floor(state.chosen / COLUMNS), state.chosen % COLUMNS];
  context.strokeRect(column * (width + 1) + 0.5, row * (height + 1) + 0.5, width - 1, height - 1);
}

// The explored code: the picture, the place on the map, the sliders.

const updatePicture = latest(async () => {
  const { facts } = state.model;
  drawGrid($("picture"), await state.model.decode([state.z]), facts.image_shape, 1);
  const shown = codeDim() === 2 ? state.z.slice(facts.labels) : place(state.z);
  $("code").textContent = `${codeDim() === 2 ? "z" : "axes"} = (${shown.map((v) => v.toFixed(2)).join(", ")})`;
});

/** Sets the code, and brings map, sliders and picture there. */
function explore(z, { keepMap = false } = {}) {
  state.z = z;
  moveCursor();
  $("explored-label").value = labelOf(z);
  for (const slider of document.querySelectorAll("#sliders input")) {
    slider.value = z[slider.dataset.dimension];
    slider.nextElementSibling.value = Number(slider.value).toFixed(2);
  }
  for (const slider of document.querySelectorAll("#attributes input")) {
    slider.value = along(z, state.model.facts.attributes[slider.dataset.attribute].vector);
    slider.nextElementSibling.value = Number(slider.value).toFixed(2);
  }
  updatePicture();
  if (!keepMap && (codeDim() > 2 || state.model.facts.labels)) updateMap();
}

/** A code begins with its label's one-hot vector, where the model takes labels. */
const codeDim = () => state.model.facts.latent_dim - state.model.facts.labels;
const labelOf = (z) => z.slice(0, state.model.facts.labels).indexOf(Math.max(...z.slice(0, state.model.facts.labels)));
const withLabel = (z, label) => z.map((value, d) => (d < state.model.facts.labels ? Number(d === label) : value));

function addLabels() {
  const { labels } = state.model.facts;
  $("label").append(new Option("any", ""));
  for (let label = 0; label < labels; label++) {
    $("label").append(new Option(label));
    $("explored-label").append(new Option(label));
  }
  for (const element of document.querySelectorAll(".of-labels")) element.hidden = !labels;
}

/** Where a code lies on the map's two axes. With two dimensions they are these; else the principal ones. */
function place(z) {
  const { mean, axes } = state.model.facts;
  return axes.map((axis) => axis.reduce((sum, a, d) => sum + a * (z[d] - mean[d]), 0));
}

/** The code at a place on the map; what it has besides the two axes stays. */
function at(u, v, z) {
  const { axes } = state.model.facts;
  const [a, b] = place(z);
  return z.map((value, d) => value + (u - a) * axes[0][d] + (v - b) * axes[1][d]);
}

/** From 0 to 1 across the map to a number on an axis, by the quantiles of what the model codes there. */
function fromMap(t, levels) {
  const position = Math.min(Math.max(t, 0), 1) * (levels.length - 1);
  const low = Math.min(Math.floor(position), levels.length - 2);
  return levels[low] + (position - low) * (levels[low + 1] - levels[low]);
}

function toMap(value, levels) {
  if (value <= levels[0]) return 0;
  for (let i = 1; i < levels.length; i++) {
    if (value <= levels[i]) return (i - 1 + (value - levels[i - 1]) / (levels[i] - levels[i - 1])) / (levels.length - 1);
  }
  return 1;
}

const updateMap = latest(async () => {
  const { facts } = state.model;
  const codes = [];
  for (let row = 0; row < MAP; row++) {
    for (let column = 0; column < MAP; column++) {
      const u = fromMap((column + 0.5) / MAP, facts.axis_levels[0]);
      codes.push(at(u, fromMap(1 - (row + 0.5) / MAP, facts.axis_levels[1]), state.z));
    }
  }
  drawGrid($("map"), await state.model.decode(codes), facts.image_shape, MAP);
});

function moveCursor() {
  const { axis_levels: levels } = state.model.facts;
  const [u, v] = place(state.z);
  const [x, y] = [toMap(u, levels[0]), 1 - toMap(v, levels[1])];
  $("cursor").style.left = `${100 * x}%`;
  $("cursor").style.top = `${100 * y}%`;
  $("cursor").classList.toggle("outside", x === 0 || x === 1 || y === 0 || y === 1);
}

function goTo(x, y) {
  const { axis_levels: levels } = state.model.facts;
  explore(at(fromMap(x, levels[0]), fromMap(1 - y, levels[1]), state.z), { keepMap: true });
}

function followPointer(event) {
  const box = $("map").getBoundingClientRect();
  goTo((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
}

function stepOnMap(event) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (!(event.key in steps)) return;
  event.preventDefault();
  const { axis_levels: levels } = state.model.facts;
  const [u, v] = place(state.z);
  const size = event.shiftKey ? 0.1 : 0.02;
  const [dx, dy] = steps[event.key];
  goTo(toMap(u, levels[0]) + size * dx, 1 - toMap(v, levels[1]) + size * dy);
}

function addSliders() {
  const { active, ranges, labels } = state.model.facts;
  for (const dimension of active.slice(0, SLIDERS)) {
    const label = document.createElement("label");
    const [low, high] = ranges[dimension];
    label.append(`z${dimension - labels + 1}`);
    const input = Object.assign(document.createElement("input"), { type: "range", min: low, max: high, step: "any" });
    input.dataset.dimension = dimension;
    input.addEventListener("input", () => {
      explore(state.z.map((value, d) => (d === dimension ? Number(input.value) : value)), { keepMap: true });
    });
    // The map is drawn around the code: anew when the hand is off the slider.
    input.addEventListener("change", () => codeDim() > 2 && updateMap());
    label.append(input, document.createElement("output"));
    $("sliders").append(label);
  }
}

/** How many steps along an attribute's vector a code is from the mean one. */
function along(z, vector) {
  const { mean } = state.model.facts;
  const dot = (a, b) => a.reduce((sum, value, d) => sum + value * b[d], 0);
  return dot(z.map((value, d) => value - mean[d]), vector) / Math.max(dot(vector, vector), 1e-30);
}

/** The code that is so many steps along: what it has besides stays. */
const moved = (z, vector, t) => z.map((value, d) => value + (t - along(z, vector)) * vector[d]);

function addAttributes() {
  const { attributes } = state.model.facts;
  $("attributes").hidden = !attributes.length;
  attributes.forEach(({ name, vector }, index) => {
    const label = document.createElement("label");
    label.append(name);
    const input = Object.assign(document.createElement("input"), { type: "range", min: -2, max: 2, step: "any" });
    input.dataset.attribute = index;
    input.addEventListener("input", () => explore(moved(state.z, vector, Number(input.value)), { keepMap: true }));
    input.addEventListener("change", () => codeDim() > 2 && updateMap());
    label.append(input, document.createElement("output"));
    $("attributes").append(label);
  });
}

// Images of one's own.

const invertOf = (slot) => document.querySelector(`[data-slot="${slot}"] .invert`);

async function fill(slot, pixels, file = null) {
  const { model } = state;
  const z = await model.encode(pixels);
  state.slots[slot] = { pixels, z, file };
  const drop = document.querySelector(`[data-slot="${slot}"] .drop`);
  drawGrid(drop.querySelector("canvas"), pixels, model.facts.image_shape, 1);
  drop.classList.add("filled");
  drawGrid($(`rebuilt-${slot}`), await model.decode([z]), model.facts.image_shape, 1);
  $("mix").value = slot;
  explore(z);
  await showBetween();
}

/** Black on white is turned round for a model that knows white on black; the box says so, and can be set otherwise. */
async function fillFrom(slot, file, invert = null) {
  if (!file) return;
  const { dark, image_shape: shape } = state.model.facts;
  let pixels;
  try {
    pixels = await readPicture(file, shape, invert);
  } catch {
    throw new Error(`${file.name || "That"} isn't an image that this browser can read. Give a PNG or a JPEG.`);
  }
  if (invert === null) {
    invertOf(slot).checked = dark && pixels.reduce((a, b) => a + b) > pixels.length / 2;
    if (invertOf(slot).checked) pixels = pixels.map((value) => 1 - value);
  }
  await fill(slot, pixels, file);
}

function between(t) {
  const [a, b] = state.slots;
  return a.z.map((value, d) => (1 - t) * value + t * b.z[d]);
}

async function showBetween() {
  if (!state.slots.every(Boolean)) return;
  const steps = Array.from({ length: state.model.facts.batch }, (_, i) => i / (state.model.facts.batch - 1));
  $("between").hidden = false;
  drawGrid($("strip"), await state.model.decode(steps.map(between)), state.model.facts.image_shape, steps.length, 1);
}

function listen() {
  $("seed-form").addEventListener("submit", (event) => event.preventDefault());
  $("seed").addEventListener("input", updateSamples);
  $("earlier").addEventListener("click", () => stepSeed(-1));
  $("later").addEventListener("click", () => stepSeed(1));
  $("random").addEventListener("click", () => {
    $("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
    updateSamples();
  });
  $("label").addEventListener("change", updateSamples);
  $("explored-label").addEventListener("change", () => explore(withLabel(state.z, Number($("explored-label").value))));
  $("samples").addEventListener("click", (event) => {
    const box = $("samples").getBoundingClientRect();
    const [column, row] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    state.chosen = Math.min(Math.floor(row * COLUMNS), COLUMNS - 1) * COLUMNS + Math.min(Math.floor(column * COLUMNS), COLUMNS - 1);
    markChosen();
    takeSample(state.chosen);
  });
  $("samples").addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };
    if (event.key in steps) {
      const count = state.samples.length / state.model.pixels;
      state.chosen = (state.chosen + steps[event.key] + count) % count;
      markChosen();
    } else if (event.key === "Enter" || event.key === " ") takeSample(state.chosen);
    else return;
    event.preventDefault();
  });
  const map = document.querySelector(".map");
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    followPointer(event);
  });
  map.addEventListener("pointermove", (event) => event.buttons & 1 && followPointer(event));
  $("map").addEventListener("keydown", stepOnMap);
  $("centre").addEventListener("click", () => explore([...state.model.facts.mean]));
  for (const element of document.querySelectorAll(".slot")) {
    const slot = Number(element.dataset.slot);
    const drop = element.querySelector(".drop");
    const input = element.querySelector("input");
    input.addEventListener("change", () => {
      const file = input.files[0];
      input.value = ""; // The same file may be chosen again.
      attempt(() => fillFrom(slot, file));
    });
    invertOf(slot).addEventListener("change", () => {
      attempt(() => fillFrom(slot, state.slots[slot]?.file, invertOf(slot).checked));
    });
    drop.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") input.click();
    });
    for (const kind of ["dragenter", "dragover"]) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      attempt(() => fillFrom(slot, event.dataTransfer.files[0]));
    });
  }
  for (const [id, slot] of [["take-a", 0], ["take-b", 1]]) {
    $(id).addEventListener("click", () => attempt(async () => fill(slot, await state.model.decode([state.z]))));
  }
  $("mix").addEventListener("input", () => explore(between(Number($("mix").value)), { keepMap: true }));
}

async function start() {
  const times = {};
  state.model = await Model.load("./model", (name, milliseconds) => {
    times[name] = milliseconds;
    const parts = Object.entries(times).map(([key, value]) => `${key} ${value.toFixed(1)} ms`);
    $("timing").value = parts.join(" · ");
  });
  const { facts } = state.model;
  const [height, width, channels] = facts.image_shape;
  document.title = $("name").textContent = facts.name;
  $("sample-name").textContent = facts.name;
  $("facts").textContent = `${height}×${width}${channels > 1 ? `×${channels}` : ""} pixels, ${codeDim()} latent dimensions${facts.labels ? `, ${facts.labels} classes` : ""}`;
  $("map-note").textContent = codeDim() === 2
    ? "z1 to the right, z2 upwards, as often as the model has them. Drag, or use the arrow keys."
    : "The two principal axes of the codes, around the image on the left. Drag, or use the arrow keys.";
  for (const canvas of document.querySelectorAll("#picture, .slots canvas")) canvas.style.aspectRatio = `${width} / ${height}`;
  state.z = [...facts.mean];
  addLabels();
  addSliders();
  addAttributes();
  listen();
  await showSamples();
  document.body.classList.remove("loading");
  explore(state.z, { keepMap: true });
  updateMap();
  // For whoever reads figures off the page, in its console or in a test.
  window.zoo = { model: state.model, state, keyOf };
}

if (typeof WebAssembly !== "undefined") {
  start().catch((error) => {
    document.body.classList.remove("loading");
    document.body.classList.add("failed");
    fail(error instanceof Error ? `The model couldn't be loaded: ${error.message}` : error);
  });
}
