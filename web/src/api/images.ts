// Pictures of a room over HTTP: one is uploaded to be said, and links lead to those that were.
import type { UploadedImage } from "../protocol/outbox";
import { ask_as_member } from "./client";
import type { ShownImage } from "./generated";
import { type Sending, send_file } from "./http";
import { with_token } from "./tokens";

/** Links to one picture; they end after a while. */
export type ImageLinks = ShownImage;

/** What it gives lets this member say the picture in this room, for an hour. */
export async function post_image(room: string, sending: Sending): Promise<UploadedImage> {
  const uploaded = await with_token((token) =>
    send_file("POST", "/rooms/{room}/images", sending, token, { path: { room } }),
  );
  return { ...uploaded.image, token: uploaded.token };
}

export const get_image_links = (room: string, image: string) =>
  ask_as_member("GET", "/rooms/{room}/images/{image}", { path: { room, image } });
