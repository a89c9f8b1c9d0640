// Tests of the keys in the composer.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { write_message } from "../state/chat";
import { Composer } from "./room_composer";

vi.mock("../state/chat", () => ({ write_message: vi.fn(), tell_typing: vi.fn() }));

let root: HTMLElement;

beforeEach(async () => {
  vi.mocked(write_message).mockClear();
  root = document.createElement("div");
  document.body.append(root);
  await act(() => render(<Composer room="r" />, root));
});

afterEach(() => {
  render(null, root);
  root.remove();
});

function box(): HTMLTextAreaElement {
  const found = root.querySelector("textarea");
  if (!found) throw new Error("no composer");
  return found;
}

async function write(text: string) {
  await act(() => {
    box().value = text;
    box().dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function press(init: KeyboardEventInit) {
  await act(() => {
    box().dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }),
    );
  });
}

describe("the composer", () => {
  it("sends with Enter and is empty afterwards", async () => {
    await write("  안녕 👋 ");
    await press({});

    expect(write_message).toHaveBeenCalledExactlyOnceWith("r", "안녕 👋");
    expect(box().value).toBe("");
  });

  it("does not send with Shift+Enter, nor while a syllable is being composed", async () => {
    await write("하");
    await press({ shiftKey: true });
    await press({ isComposing: true });
    await press({ keyCode: 229 });

    expect(write_message).not.toHaveBeenCalled();
    await write("");
  });

  it("does not send nothing, nor too much", async () => {
    await write("   ");
    await press({});
    await write("가".repeat(2001));
    await press({});

    expect(write_message).not.toHaveBeenCalled();
    await write("");
  });

  it("counts characters as people do, not as memory does", async () => {
    await write("😊".repeat(2000));
    await press({});

    expect(write_message).toHaveBeenCalledOnce();
  });
});
