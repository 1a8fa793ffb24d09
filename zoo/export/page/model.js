// The model: its signatures as functions of typed arrays. One runs at a time; each says how long it took.
// Images are in [0, 1] here, black to white, whatever the model's own pixels are.

import { Tensor, loadAndCompile, loadLiteRt } from "@litertjs/core";

/** The integer seed's key: its high and its low 32 bits. Throws a RangeError with a text for people. */
export function keyOf(text) {
  if (!/^[+-]?\d+$/.test(text.trim())) throw new RangeError("The seed must be an integer, such as 7.");
  const seed = BigInt(text.trim().replace("+", ""));
  if (seed < -(2n ** 63n) || seed >= 2n ** 64n) throw new RangeError("The seed must be from -2^63 to 2^64 - 1.");
  return new Int32Array([Number(BigInt.asIntN(32, seed >> 32n)), Number(BigInt.asIntN(32, seed))]);
}

export class Model {
  /** Loads the runtime and the model in the folder `url`. */
  static async load(url, timing) {
    const answer = await fetch(`${url}/model.json`);
    if (!answer.ok) throw new Error(`${url}/model.json: ${answer.status} ${answer.statusText}`);
    const facts = await answer.json();
    await loadLiteRt("./litert/core/wasm/");
    const compiled = await loadAndCompile(`${url}/model.tflite`, { accelerator: "wasm" });
    return new Model(facts, compiled, timing);
  }

  constructor(facts, compiled, timing) {
    this.facts = facts;
    const [low, high] = facts.shown;
    this._grey = (image) => image.map((value) => Math.min(Math.max((value - low) / (high - low || 1), 0), 1));
    this._own = (image) => image.map((value) => low + (high - low) * value);
    this.pixels = facts.image_shape.reduce((a, b) => a * b);
    this._compiled = compiled;
    this._timing = timing;
    this._last = Promise.resolve();
  }

  /** The 64 images of a seed, of any label or of the one given: a Float32Array of all their pixels. */
  async sample(key, label = null) {
    const seed = [key, [2]];
    if (label === null) return this._grey(await this._run("sample", { seed }, "image"));
    const labels = new Int32Array(this.facts.samples).fill(label);
    return this._grey(await this._run("sample_label", { seed, label: [labels, [labels.length]] }, "image"));
  }

  /** The images of any number of codes (arrays of numbers), in as many batches as it takes. */
  async decode(codes) {
    const { batch, latent_dim: size } = this.facts;
    const images = new Float32Array(codes.length * this.pixels);
    for (let start = 0; start < codes.length; start += batch) {
      const some = codes.slice(start, start + batch);
      const z = new Float32Array(batch * size);
      some.forEach((code, i) => z.set(code, i * size));
      const decoded = await this._run("decode", { z: [z, [batch, size]] }, "image");
      images.set(this._grey(decoded.subarray(0, some.length * this.pixels)), start * this.pixels);
    }
    return images;
  }

  /** The code of an image (a Float32Array of its pixels): an array. */
  async encode(image) {
    return [...(await this._run("encode", { x: [this._own(image), [1, ...this.facts.image_shape]] }, "z"))];
  }

  _run(name, inputs, output) {
    // The compiled model has one set of buffers: calls wait for one another.
    const result = this._last.then(async () => {
      const tensors = Object.fromEntries(Object.entries(inputs).map(([key, [data, shape]]) => [key, new Tensor(data, shape)]));
      const start = performance.now();
      const outputs = await this._compiled.run(name, tensors);
      const data = (await outputs[output].data()).slice();
      this._timing(name, performance.now() - start);
      for (const tensor of [...Object.values(tensors), ...Object.values(outputs)]) tensor.delete();
      return data;
    });
    this._last = result.catch(() => {});
    return result;
  }
}
