// Blocking somebody, as far as this page is concerned: the rooms with them are over.
import { put_block } from "../api/safety";
import { put_rooms, rooms } from "./rooms";

export async function block_member(member: string): Promise<void> {
  await put_block(member);
  const theirs = [...rooms.value.values()].filter((room) => room.open && room.partner.id === member);
  put_rooms(theirs.map((room) => ({ ...room, open: false, closed_by: "me" as const })));
}
