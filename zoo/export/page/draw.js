// Pixels in [0, 1] to canvases, and pictures to pixels.

/** Draws images, one after the other in `data`, as a grid of so many columns, with a gap of so many pixels. */
export function drawGrid(canvas, data, [height, width, channels], columns, gap = 0) {
  const count = data.length / (height * width * channels);
  const rows = Math.ceil(count / columns);
  canvas.width = columns * (width + gap) - gap;
  canvas.height = rows * (height + gap) - gap;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  image.data.fill(128);
  for (let i = 0; i < image.data.length; i += 4) image.data[i + 3] = gap ? 0 : 255;
  let from = 0;
  for (let n = 0; n < count; n++) {
    const top = Math.floor(n / columns) * (height + gap);
    const left = (n % columns) * (width + gap);
    for (let y = 0; y < height; y++) {
      let to = ((top + y) * canvas.width + left) * 4;
      for (let x = 0; x < width; x++, to += 4, from += channels) {
        for (let c = 0; c < 3; c++) image.data[to + c] = Math.round(255 * data[from + (channels === 3 ? c : 0)]);
        image.data[to + 3] = 255;
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/** The pixels of a picture, cut to the model's shape around its middle and scaled down to its size. */
export async function readPicture(file, [height, width, channels], invert) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.max(width / bitmap.width, height / bitmap.height);
  const [cutWidth, cutHeight] = [width / scale, height / scale];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white"; // What is transparent is paper.
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  const [left, top] = [(bitmap.width - cutWidth) / 2, (bitmap.height - cutHeight) / 2];
  context.drawImage(bitmap, left, top, cutWidth, cutHeight, 0, 0, width, height);
  const rgba = context.getImageData(0, 0, width, height).data;
  const pixels = new Float32Array(height * width * channels);
  for (let i = 0; i < height * width; i++) {
    const [r, g, b] = rgba.subarray(4 * i, 4 * i + 3);
    const values = channels === 3 ? [r, g, b] : [0.299 * r + 0.587 * g + 0.114 * b];
    for (let c = 0; c < channels; c++) {
      const value = (values[c] ?? values[0]) / 255;
      pixels[i * channels + c] = invert ? 1 - value : value;
    }
  }
  return pixels;
}
