// Blocking members and reporting rooms over HTTP.
import type { Report, ReportReason } from "../protocol/frames";
import { ask_as_member } from "./client";

export interface Block {
  member: string;
  /** Empty once withdrawn. */
  nickname: string;
  blocked_at: string;
}

const ROWS_PER_PAGE = 30;

function page_of(path: string, cursor: string | null): string {
  const query = new URLSearchParams({ limit: String(ROWS_PER_PAGE) });
  if (cursor !== null) query.set("cursor", cursor);
  return `${path}?${query}`;
}

const block_path = (member: string) => `/members/me/blocks/${encodeURIComponent(member)}`;

export const put_block = (member: string) => ask_as_member<Block>("PUT", block_path(member));

export const delete_block = (member: string) => ask_as_member<void>("DELETE", block_path(member));

export const get_blocks = (cursor: string | null) =>
  ask_as_member<{ blocks: Block[]; next: string | null }>("GET", page_of("/members/me/blocks", cursor));

/** An empty text is none. */
export const create_report = (room: string, reason: ReportReason, text: string) =>
  ask_as_member<Report>("POST", `/rooms/${encodeURIComponent(room)}/reports`, {
    reason,
    ...(text === "" ? {} : { text }),
  });

export const get_reports = (cursor: string | null) =>
  ask_as_member<{ reports: Report[]; next: string | null }>("GET", page_of("/members/me/reports", cursor));
