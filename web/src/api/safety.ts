// Blocking members and reporting rooms over HTTP.
import type { ReportReason } from "../protocol/frames";
import { ask_as_member } from "./client";

export type { BlockView as Block } from "./generated";

const ROWS_PER_PAGE = 30;

export const put_block = (member: string) =>
  ask_as_member("PUT", "/members/me/blocks/{member}", { path: { member } });

export const delete_block = (member: string) =>
  ask_as_member("DELETE", "/members/me/blocks/{member}", { path: { member } });

export const get_blocks = (cursor: string | null) =>
  ask_as_member("GET", "/members/me/blocks", { query: { limit: ROWS_PER_PAGE, cursor } });

/** An empty text is none. */
export const create_report = (room: string, reason: ReportReason, text: string) =>
  ask_as_member("POST", "/rooms/{room}/reports", {
    path: { room },
    body: { reason, ...(text === "" ? {} : { text }) },
  });

export const get_reports = (cursor: string | null) =>
  ask_as_member("GET", "/members/me/reports", { query: { limit: ROWS_PER_PAGE, cursor } });
