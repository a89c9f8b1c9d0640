// One's own pictures on their way into a room: held in memory, and uploaded one at a time when there is a connection.
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { post_image } from "../api/images";
import { Problem, problem_from, UNREACHABLE } from "../api/problem";
import type { UploadedImage } from "../protocol/outbox";
import { is_ready } from "./connection";

interface Held {
  room: string;
  file: Blob;
  url: string;
  /** How much of it has left, from 0 to 1; null while none of it is on its way. */
  part: Signal<number | null>;
  unwanted: AbortController;
  uploads: number;
  /** Its message may have reached the server, now or before. */
  was_tried: boolean;
  /** The server cannot have its message. */
  can_be_given_up: Signal<boolean>;
  /** Has its place in the room, so that it is only held to be shown. */
  is_said: boolean;
}

const TRIES = 3;
const AGAIN_MS = 2_000;
/** One upload and, when its token was no longer good, another. */
const UPLOADS_MAX = 2;
/** So many that were said are shown from memory; older ones come from the server. */
const SAID_HELD_MAX = 12;

const held = new Map<string, Held>();
/** The last one in the queue. Never rejects. */
let queue: Promise<unknown> = Promise.resolve();
let on_their_way = 0;

export function hold_image(cid: string, room: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  held.set(cid, {
    room,
    file,
    url,
    part: signal(null),
    unwanted: new AbortController(),
    uploads: 0,
    was_tried: false,
    can_be_given_up: signal(true),
    is_said: false,
  });
}

/** The link to the picture of an own message in this browser; null when only the server has it. */
export function local_image(cid: string): string | null {
  return held.get(cid)?.url ?? null;
}

export function uploaded_part(cid: string): ReadonlySignal<number | null> | null {
  return held.get(cid)?.part ?? null;
}

/** It can be uploaded (again). */
export function is_held(cid: string): boolean {
  return held.has(cid);
}

/** It was not tried so often that trying again is up to the member. */
export function may_upload_again(cid: string): boolean {
  const one = held.get(cid);
  return one !== undefined && one.uploads < UPLOADS_MAX;
}

/** Held is only what this page shows: an earlier page may have sent the rest. */
export function image_can_be_given_up(cid: string): boolean {
  return held.get(cid)?.can_be_given_up.value ?? false;
}

export function image_was_tried(cid: string): boolean {
  return held.get(cid)?.was_tried ?? true;
}

/** Its message is put on the wire. */
export function image_is_being_said(cid: string): void {
  const one = held.get(cid);
  if (one === undefined) return;
  one.was_tried = true;
  one.can_be_given_up.value = false;
}

/** The server does not take its message, so it does not have it. */
export function image_was_refused(cid: string): void {
  const one = held.get(cid);
  if (one !== undefined) one.can_be_given_up.value = true;
}

export function images_are_on_their_way(): boolean {
  return on_their_way > 0;
}

export function let_go_image(cid: string): void {
  const one = held.get(cid);
  if (one === undefined) return;
  held.delete(cid);
  one.unwanted.abort();
  URL.revokeObjectURL(one.url);
}

export function let_go_images_of(room: string): void {
  for (const [cid, one] of [...held]) if (one.room === room) let_go_image(cid);
}

export function let_go_images(): void {
  for (const cid of [...held.keys()]) let_go_image(cid);
  queue = Promise.resolve();
}

/** The message is in the room's log. */
export function image_was_said(cid: string): void {
  const one = held.get(cid);
  if (one === undefined) return;
  one.is_said = true;
  const said = [...held.keys()].filter((key) => held.get(key)?.is_said);
  for (const old of said.slice(0, Math.max(0, said.length - SAID_HELD_MAX))) let_go_image(old);
}

/** Uploads it when its turn comes; rejects with a `Problem` when it cannot be done, or is no longer wanted. */
export function upload_image(cid: string): Promise<UploadedImage> {
  const one = held.get(cid);
  if (one === undefined) return Promise.reject(new Problem("image_token_invalid", 0));
  on_their_way += 1;
  const mine = queue
    .then(() => uploaded(one))
    .finally(() => {
      on_their_way -= 1;
    });
  queue = mine.catch(() => {});
  return mine;
}

async function uploaded(one: Held): Promise<UploadedImage> {
  const { file, part, unwanted } = one;
  for (let tries_left = TRIES; ; ) {
    await until_ready(unwanted.signal);
    if (unwanted.signal.aborted) throw new Problem(UNREACHABLE, 0);
    part.value = 0;
    try {
      const image = await post_image(one.room, {
        file,
        on_part: (sent) => {
          part.value = sent;
        },
        signal: unwanted.signal,
      });
      one.uploads += 1;
      return image;
    } catch (error) {
      const problem = problem_from(error);
      // A connection that is lost is waited for, however often.
      if (is_ready.peek()) tries_left -= 1;
      if (unwanted.signal.aborted || !is_passing(problem) || tries_left === 0) throw problem;
      part.value = null;
      await pause(problem.retry_after_ms ?? AGAIN_MS, unwanted.signal);
    } finally {
      part.value = null;
    }
  }
}

function is_passing({ code, status }: Problem): boolean {
  return code === UNREACHABLE || status === 429 || status >= 500;
}

/** Until there is a connection, or it is no longer wanted. */
function until_ready(unwanted: AbortSignal): Promise<void> {
  // One that was given up while another was uploaded: its signal does not speak a second time.
  if (unwanted.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = effect(() => {
      if (is_ready.value) end();
    });
    function end(): void {
      resolve();
      // The first run of the effect is over only then.
      queueMicrotask(() => stop());
    }
    unwanted.addEventListener("abort", end, { once: true });
  });
}

function pause(ms: number, unwanted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    unwanted.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
