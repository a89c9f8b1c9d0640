// Rooms and their histories over HTTP.
import type { Message, Room } from "../protocol/frames";
import { ask_as_member } from "./client";

export interface RoomPage {
  rooms: Room[];
  next: string | null;
}

export interface MessagePage {
  messages: Message[];
  more: boolean;
}

export const MESSAGES_PER_PAGE = 50;
const ROOMS_PER_PAGE = 30;

export function get_rooms(cursor: string | null): Promise<RoomPage> {
  const query = new URLSearchParams({ limit: String(ROOMS_PER_PAGE) });
  if (cursor !== null) query.set("cursor", cursor);
  return ask_as_member("GET", `/rooms?${query}`);
}

export const get_room = (room: string) => ask_as_member<Room>("GET", `/rooms/${encodeURIComponent(room)}`);

export function get_messages(room: string, before: number | null): Promise<MessagePage> {
  const query = new URLSearchParams({ limit: String(MESSAGES_PER_PAGE) });
  if (before !== null) query.set("before", String(before));
  return ask_as_member("GET", `/rooms/${encodeURIComponent(room)}/messages?${query}`);
}

export const leave_room = (room: string) =>
  ask_as_member<void>("POST", `/rooms/${encodeURIComponent(room)}/leave`);
