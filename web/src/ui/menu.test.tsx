// Tests of the menu's keys and of where the focus goes.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Menu } from "./menu";

let root: HTMLElement;
const chosen = vi.fn();

beforeEach(async () => {
  chosen.mockClear();
  root = document.createElement("div");
  document.body.append(root);
  const items = ["one", "two", "three"].map((name) => ({
    label: name,
    icon: null,
    test_id: name,
    on_press: () => chosen(name),
  }));
  await act(() => render(<Menu label="More" items={items} test_id="menu" />, root));
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
});

const find = (test_id: string) => root.querySelector<HTMLElement>(`[data-testid="${test_id}"]`);
const focused = () => document.activeElement?.getAttribute("data-testid");
const is_open = () => root.querySelector('[role="menu"]') !== null;
const open = () => act(() => find("menu")?.click());
const press = (key: string) =>
  act(() => void document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));

describe("a menu", () => {
  it("opens on its first item, and the keys go round", async () => {
    await open();
    expect(focused()).toBe("one");

    const seen = [];
    for (const key of ["ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown", "End", "Home"]) {
      await press(key);
      seen.push(focused());
    }

    expect(seen).toEqual(["two", "one", "three", "one", "three", "one"]);
  });

  it("gives the focus back to its button before it does what was chosen", async () => {
    chosen.mockImplementation(() => expect(focused()).toBe("menu"));
    await open();
    await act(() => find("two")?.click());

    expect(chosen).toHaveBeenCalledExactlyOnceWith("two");
    expect(is_open()).toBe(false);
  });

  it("closes with Escape, and with a press anywhere else", async () => {
    await open();
    await press("Escape");
    expect([is_open(), focused()]).toEqual([false, "menu"]);

    await open();
    await act(() => void document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })));

    expect(is_open()).toBe(false);
    expect(chosen).not.toHaveBeenCalled();
  });
});
