// Rooms and their histories over HTTP.
import { ask_as_member } from "./client";

export const MESSAGES_PER_PAGE = 50;
const ROOMS_PER_PAGE = 30;

export const get_rooms = (cursor: string | null) =>
  ask_as_member("GET", "/rooms", { query: { limit: ROOMS_PER_PAGE, cursor } });

export const get_room = (room: string) => ask_as_member("GET", "/rooms/{room}", { path: { room } });

export const get_messages = (room: string, before: number | null) =>
  ask_as_member("GET", "/rooms/{room}/messages", {
    path: { room },
    query: { limit: MESSAGES_PER_PAGE, before },
  });

export const leave_room = (room: string) => ask_as_member("POST", "/rooms/{room}/leave", { path: { room } });
