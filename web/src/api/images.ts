// Pictures of a room over HTTP: one is uploaded to be said, and links lead to those that were.
import type { Image } from "../protocol/frames";
import type { UploadedImage } from "../protocol/outbox";
import { ask_as_member } from "./client";
import { type Sending, send_file } from "./http";
import { with_token } from "./tokens";

/** Links to one picture; they end after a while. */
export interface ImageLinks {
  small: string;
  large: string;
}

const images_path = (room: string) => `/rooms/${encodeURIComponent(room)}/images`;

/** What it gives lets this member say the picture in this room, for an hour. */
export async function post_image(room: string, sending: Sending): Promise<UploadedImage> {
  const uploaded = await with_token((token) =>
    send_file<{ token: string; image: Image }>("POST", images_path(room), sending, token),
  );
  return { ...uploaded.image, token: uploaded.token };
}

export const get_image_links = (room: string, image: string) =>
  ask_as_member<ImageLinks>("GET", `${images_path(room)}/${encodeURIComponent(image)}`);
