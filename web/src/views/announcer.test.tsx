// Tests of what is said of a message where it is not shown: to who listens, and in the list of rooms.
import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { example_room } from "../protocol/examples";
import type { Message } from "../protocol/frames";
import { last_incoming } from "../state/chat";
import { clear_rooms, put_rooms } from "../state/rooms";
import { session } from "../state/session";
import { language } from "../texts/language";
import { Announcer } from "./announcer";
import { RoomList } from "./rooms";

const words: Message = {
  room: "r",
  seq: 1,
  prev: 0,
  id: "m",
  from: "june",
  kind: "text",
  text: "hi",
  sent_at: "2026-11-24T12:00:00Z",
  stored: true,
};
const picture: Message = { ...words, kind: "image", text: "", image: { id: "i", width: 4, height: 3 } };
const room = example_room({
  partner: { id: "june", nickname: "june", image: null, withdrawn: false },
  last_seq: 1,
});

let root: HTMLElement;

beforeEach(() => {
  session.value = { name: "in", member: { id: "me" } as never };
  root = document.createElement("div");
});

afterEach(async () => {
  await show(null);
  clear_rooms();
  last_incoming.value = null;
});

const show = (what: ComponentChild) => act(async () => render(what, root));

describe("a message elsewhere", () => {
  it.each([
    ["en", words, "june: hi"],
    ["en", picture, "june sent a picture"],
    ["ko", picture, "june님이 사진을 보냈어요"],
  ] as const)("is said to who listens: %s", async (spoken, message, said) => {
    language.value = spoken;
    put_rooms([room]);
    last_incoming.value = message;
    await show(<Announcer />);

    expect(root.textContent).toBe(said);
  });

  it.each([
    ["en", words, "hi"],
    ["en", picture, "Picture"],
    ["en", { ...picture, from: "me" }, "You: Picture"],
    ["ko", picture, "사진"],
    ["ko", { ...picture, from: "me" }, "나: 사진"],
  ] as const)("stands in the list of rooms: %s", async (spoken, message, shown) => {
    language.value = spoken;
    put_rooms([{ ...room, last_message: message }]);
    await show(<RoomList />);

    expect(root.querySelector(".room-row-last")?.textContent).toBe(shown);
  });
});
