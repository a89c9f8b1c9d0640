// Makes a chosen picture fit for the server, in the browser, before it is sent.
import { Problem } from "../api/problem";

const MIB = 1024 * 1024;

/** What the server takes, by what is in the file. */
export const IMAGE_TYPES: readonly string[] = ["image/jpeg", "image/png", "image/webp"];

export interface Size {
  width: number;
  height: number;
}

/** What is sent as it is, and what becomes of the rest: a JPEG with no side longer than this. */
export interface Fitting {
  bytes_max: number;
  pixels_max: number;
  side_max: number;
  redrawn_side: number;
  quality: number;
}

/** A profile is seen in several sizes and changes seldom. */
export const for_profile: Fitting = {
  bytes_max: 5 * MIB,
  pixels_max: 25_000_000,
  side_max: Number.POSITIVE_INFINITY,
  redrawn_side: 2048,
  quality: 0.9,
};

/** The server shows no more than 1600 pixels of a picture in a room, so no phone needs to send more. */
export const for_room: Fitting = {
  bytes_max: MIB,
  pixels_max: 25_000_000,
  side_max: 1600,
  redrawn_side: 1600,
  quality: 0.85,
};

export interface PreparedImage extends Size {
  file: Blob;
}

/** The same shape, no side longer than this. */
export function fitted(size: Size, side_max: number): Size {
  const scale = Math.min(1, side_max / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** Whether it goes as it is. */
export function is_fit(file: { type: string; size: number }, size: Size, fitting: Fitting): boolean {
  return (
    IMAGE_TYPES.includes(file.type) &&
    file.size <= fitting.bytes_max &&
    size.width * size.height <= fitting.pixels_max &&
    Math.max(size.width, size.height) <= fitting.side_max
  );
}

/** The picture itself when it is fit, otherwise a smaller JPEG of it. */
export async function prepared_image(file: Blob, fitting: Fitting): Promise<PreparedImage> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Problem("image_not_acceptable", 0);
  }
  try {
    const { width, height } = bitmap;
    if (is_fit(file, bitmap, fitting)) return { file, width, height };
    const smaller = fitted(bitmap, fitting.redrawn_side);
    return { file: await redrawn(bitmap, smaller, fitting.quality), ...smaller };
  } finally {
    bitmap.close();
  }
}

async function redrawn(bitmap: ImageBitmap, { width, height }: Size, quality: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Problem("image_not_acceptable", 0);
  pen.imageSmoothingQuality = "high";
  // JPEG knows no transparency: what shows through would be black.
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(bitmap, 0, 0, width, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  if (blob === null) throw new Problem("image_not_acceptable", 0);
  return blob;
}

const OPENED_BYTES_MAX = 30 * MIB;
/** Of what moves only the first moment would be left. */
const NEVER_REDRAWN: readonly string[] = ["image/gif", "image/svg+xml"];

/** A picture for a room; what is none is refused before anything is opened. */
export async function image_for_room(file: Blob): Promise<PreparedImage> {
  if (!file.type.startsWith("image/") || NEVER_REDRAWN.includes(file.type))
    throw new Problem("unsupported_media_type", 0);
  if (file.size > OPENED_BYTES_MAX) throw new Problem("file_too_large", 0);
  try {
    return await prepared_image(file, for_room);
  } catch (error) {
    // A kind that other browsers may open.
    throw IMAGE_TYPES.includes(file.type) ? error : new Problem("unsupported_media_type", 0);
  }
}
