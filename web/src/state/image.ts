// Makes a chosen picture fit for the server, in the browser, before it is sent.
import { Problem } from "../api/problem";

const TYPES: readonly string[] = ["image/jpeg", "image/png", "image/webp"];
const BYTES_MAX = 5 * 1024 * 1024;
const PIXELS_MAX = 25_000_000;
const SIDE_MAX = 2048;
const QUALITY = 0.9;

export interface Size {
  width: number;
  height: number;
}

/** The same shape, no side longer than this. */
export function fitted(size: Size, side_max: number): Size {
  const scale = Math.min(1, side_max / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** Whether the server takes it as it is. */
export function is_fit(file: { type: string; size: number }, size: Size): boolean {
  return TYPES.includes(file.type) && file.size <= BYTES_MAX && size.width * size.height <= PIXELS_MAX;
}

/** The picture itself when it is fit, otherwise a smaller JPEG of it. */
export async function prepared_image(file: Blob): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Problem("image_not_acceptable", 0);
  }
  try {
    if (is_fit(file, bitmap)) return file;
    return await redrawn(bitmap, fitted(bitmap, SIDE_MAX));
  } finally {
    bitmap.close();
  }
}

async function redrawn(bitmap: ImageBitmap, { width, height }: Size): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Problem("image_not_acceptable", 0);
  // JPEG knows no transparency: what shows through would be black.
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(bitmap, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (blob === null) throw new Problem("image_not_acceptable", 0);
  return blob;
}
