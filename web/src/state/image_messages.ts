// One's own pictures as messages: shown at once, uploaded, and then sent as words are.
import { problem_from } from "../api/problem";
import type { OutboxEntry } from "../protocol/outbox";
import type { PreparedImage } from "./image";
import {
  hold_image,
  image_was_refused,
  image_was_tried,
  is_held,
  may_upload_again,
  upload_image,
} from "./image_sending";
import { change_log, known_rooms, log_of } from "./messages";

/** Gives a message to the outbox; `tried` when it may have reached the server before. */
type Send = (entry: OutboxEntry, tried: boolean) => void;

export function show_and_send_image(entry: OutboxEntry, image: PreparedImage, send: Send): void {
  const { file, width, height } = image;
  hold_image(entry.cid, entry.room, file);
  change_log(entry.room, { type: "written", entries: [{ ...entry, image: { width, height } }] });
  void upload_and_send(entry, send);
}

async function upload_and_send(entry: OutboxEntry, send: Send): Promise<void> {
  const { room, cid, written_at } = entry;
  try {
    const image = await upload_image(cid);
    // Given up, or its room is left, or its member logged out.
    if (!is_held(cid)) return;
    const { id, width, height } = image;
    change_log(room, { type: "uploaded", cid, image: { id, width, height } });
    send({ cid, room, text: "", image, written_at }, image_was_tried(cid));
  } catch (error) {
    if (!is_held(cid)) return;
    change_log(room, { type: "refused", cid, code: problem_from(error).code });
  }
}

/** Uploads a picture anew that could not be sent. */
export function send_image_again(room: string, cid: string, send: Send): void {
  const unsent = log_of(room).value.unsent.find((one) => one.cid === cid);
  if (unsent === undefined) return;
  change_log(room, { type: "tried_again", cid });
  void upload_and_send({ cid, room, text: "", written_at: unsent.written_at }, send);
}

/** A picture that waited too long to be said is uploaded anew; all else stays refused. */
export function on_refused(entry: OutboxEntry, code: string, send: Send): void {
  // Its room was left meanwhile.
  if (!known_rooms().includes(entry.room)) return;
  image_was_refused(entry.cid);
  const is_too_old = code === "image_token_invalid" && may_upload_again(entry.cid);
  if (is_too_old) void upload_and_send(entry, send);
  else change_log(entry.room, { type: "refused", cid: entry.cid, code });
}
