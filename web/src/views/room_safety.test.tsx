// Tests of reporting and blocking: in the room, in the settings, and what comes of it.
import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hold_session } from "../api/tokens";
import { example_room } from "../protocol/examples";
import type { Report } from "../protocol/frames";
import { clear_reports, decided_report, on_report_decided } from "../state/reports";
import { clear_rooms, put_rooms, rooms } from "../state/rooms";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { MeBlocks } from "./me_blocks";
import { MeReports } from "./me_reports";
import { ReportNews } from "./report_news";
import { RoomMenu } from "./room_menu";

const room = example_room({ partner: { id: "june", nickname: "june", image: null, withdrawn: false } });
const report: Report = {
  id: "p",
  room: "r",
  reason: "spam",
  state: "open",
  created_at: "2026-11-24T12:00:00Z",
};
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

let root: HTMLElement;
let asked: { what: string; body: unknown }[];
let answers: Record<string, () => Response>;

beforeEach(() => {
  language.value = "en";
  asked = [];
  answers = {
    "PUT /members/me/blocks/june": () => json({ member: "june", nickname: "june", blocked_at: "" }),
    "POST /rooms/r/reports": () => json(report, 201),
  };
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const what = `${init.method} ${path.replace("/api/v1", "")}`;
    asked.push({ what, body: init.body ? JSON.parse(String(init.body)) : null });
    const answer = answers[what];
    if (!answer) throw new Error(`not played: ${what}`);
    return answer();
  });
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
  put_rooms([room]);
  root = document.createElement("div");
  document.body.append(root);
});

afterEach(async () => {
  await show(null);
  root.remove();
  clear_rooms();
  clear_reports();
  vi.unstubAllGlobals();
});

const show = (what: ComponentChild) => act(async () => render(what, root));
const find = <E extends HTMLElement>(test_id: string) => root.querySelector<E>(`[data-testid="${test_id}"]`);
const text = (test_id: string) => find(test_id)?.textContent;
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve)));

async function press(...test_ids: string[]) {
  for (const test_id of test_ids) {
    await act(async () => find(test_id)?.click());
    await settle();
  }
}

async function choose(reason: string) {
  const radio = root.querySelector<HTMLInputElement>(`input[value="${reason}"]`);
  await act(async () => radio?.click());
}

async function write(words: string) {
  const box = find<HTMLTextAreaElement>("report-text");
  if (!box) throw new Error("no place to write");
  await act(async () => {
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const can_send = () => find<HTMLButtonElement>("report-send")?.disabled === false;

describe("a report", () => {
  it("says what is kept, and is sent with its reason; words are only needed where no reason fits", async () => {
    await show(<RoomMenu room={room} />);
    await press("room-menu", "room-report");
    expect(text("report-dialog")).toContain(en.report.evidence);
    expect(can_send()).toBe(false);
    await choose("other");
    expect(can_send()).toBe(false);
    await write("  ");
    expect(can_send()).toBe(false);
    await write("가".repeat(1_001));
    expect(can_send()).toBe(false);
    await write(" They ask for money. ");
    expect(can_send()).toBe(true);

    await press("report-send");

    expect(asked).toEqual([
      { what: "POST /rooms/r/reports", body: { reason: "other", text: "They ask for money." } },
    ]);
    expect(find("report-sent")).not.toBeNull();
  });

  it("without words carries none", async () => {
    await show(<RoomMenu room={room} />);
    await press("room-menu", "room-report");
    await choose("hate");
    await press("report-send");

    expect(asked).toEqual([{ what: "POST /rooms/r/reports", body: { reason: "hate" } }]);
  });

  it("offers to block, too, afterwards", async () => {
    await show(<RoomMenu room={room} />);
    await press("room-menu", "room-report");
    await choose("spam");
    await press("report-send", "report-block");

    expect(asked.map((one) => one.what)).toEqual(["POST /rooms/r/reports", "PUT /members/me/blocks/june"]);
    expect(find("report-sent")).toBeNull();
    expect(rooms.value.get("r")).toMatchObject({ open: false, closed_by: "me" });
  });

  it("that is open already is not made again", async () => {
    answers["POST /rooms/r/reports"] = () => json({ code: "already_reported" }, 409);
    await show(<RoomMenu room={room} />);
    await press("room-menu", "room-report");
    await choose("spam");
    await press("report-send");

    expect(text("report-problem")).toBe(en.problem.already_reported);
    expect(find("report-sent")).toBeNull();
  });
});

describe("blocking", () => {
  it("says what it does, and ends the chat without leaving it", async () => {
    await show(<RoomMenu room={room} />);
    await press("room-menu", "room-block");
    for (const words of [en.block.ends, en.block.never, en.block.untold, en.block.stays])
      expect(text("block-dialog")).toContain(words);
    expect(asked).toEqual([]);

    await press("block-confirm");

    expect(asked.map((one) => one.what)).toEqual(["PUT /members/me/blocks/june"]);
    expect(rooms.value.get("r")).toMatchObject({ open: false, closed_by: "me" });
    expect(find("block-dialog")).toBeNull();
  });

  it("that fails leaves the chat as it is", async () => {
    answers["PUT /members/me/blocks/june"] = () => json({ code: "temporarily_unavailable" }, 503);
    await show(<RoomMenu room={room} />);
    await press("room-menu", "room-block", "block-confirm");

    expect(text("block-problem")).toBe(en.problem.temporarily_unavailable);
    expect(rooms.value.get("r")?.open).toBe(true);
  });

  it("is not offered for one who has withdrawn", async () => {
    await show(<RoomMenu room={{ ...room, partner: { ...room.partner, nickname: "", withdrawn: true } }} />);
    await press("room-menu");

    expect(find("room-report")).not.toBeNull();
    expect(find("room-block")).toBeNull();
  });
});

describe("the list of who is blocked", () => {
  const block = (member: string) => ({ member, nickname: member, blocked_at: "2026-11-24T12:00:00Z" });
  const names = () => [...root.querySelectorAll(".session-words strong")].map((one) => one.textContent);

  it("comes page by page, and lifts one at a time", async () => {
    answers["GET /members/me/blocks?limit=30"] = () =>
      json({ blocks: [block("june"), block("")], next: "c" });
    answers["GET /members/me/blocks?limit=30&cursor=c"] = () => json({ blocks: [block("kim")], next: null });
    answers["DELETE /members/me/blocks/june"] = () => new Response(null, { status: 204 });
    await show(<MeBlocks />);
    await settle();
    expect(names()).toEqual(["june", en.room.withdrawn]);
    await press("blocks-more");
    expect(names()).toEqual(["june", en.room.withdrawn, "kim"]);
    expect(find("blocks-more")).toBeNull();

    await press("block-lift");

    expect(names()).toEqual([en.room.withdrawn, "kim"]);
    expect(text("block-lifted")).toBe(en.block.lifted("june"));
  });

  it("says that there is nobody, and not before it knows", async () => {
    answers["GET /members/me/blocks?limit=30"] = () => json({ code: "temporarily_unavailable" }, 503);
    await show(<MeBlocks />);
    await settle();
    expect(find("blocks-none")).toBeNull();
    expect(text("blocks-problem")).toBe(en.problem.temporarily_unavailable);

    answers["GET /members/me/blocks?limit=30"] = () => json({ blocks: [], next: null });
    await press("blocks-again");

    expect(text("blocks-none")).toBe(en.block.none);
  });
});

describe("the outcome of a report", () => {
  const acted: Report = { ...report, state: "acted", decided_at: "2026-11-24T13:00:00Z" };

  it("is said wherever the member is, until they took note of it", async () => {
    await show(<ReportNews />);
    expect(find("report-news")).toBeNull();
    await act(() => on_report_decided(acted));
    expect(text("report-news")).toContain(en.report_state.acted);

    await press("report-news-close");

    expect(find("report-news")).toBeNull();
    expect(decided_report.value).toBeNull();
  });

  it("changes the list of one's reports while that is looked at", async () => {
    answers["GET /members/me/reports?limit=30"] = () => json({ reports: [report], next: null });
    await show(<MeReports />);
    await settle();
    expect(text("report")).toContain(en.report_state.open);
    expect(text("report")).toContain("june");

    await act(() => on_report_decided(acted));
    await settle();

    expect(text("report")).toContain(en.report_state.acted);
  });
});
