// Tests of adding a picture: chosen, pasted or dropped, looked at, sent or not.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { write_image } from "../state/chat";
import { en } from "../texts/en";
import { language } from "../texts/language";
import { Composer } from "./room_composer";

vi.mock("../state/chat", () => ({ write_image: vi.fn(), write_message: vi.fn(), tell_typing: vi.fn() }));

const photo = new File(["bytes"], "sunset.jpg", { type: "image/jpeg" });
let root: HTMLElement;

beforeEach(async () => {
  vi.mocked(write_image).mockClear();
  vi.stubGlobal("createImageBitmap", async () => ({ width: 800, height: 600, close: () => {} }));
  language.value = "en";
  root = document.createElement("div");
  document.body.append(root);
  await act(() => render(<Composer room="r" />, root));
});

afterEach(async () => {
  await act(() => render(null, root));
  root.remove();
  vi.unstubAllGlobals();
});

const find = <E extends HTMLElement>(test_id: string) => root.querySelector<E>(`[data-testid="${test_id}"]`);
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve)));
async function press(test_id: string) {
  await act(async () => find(test_id)?.click());
  await settle();
}

/** An event that carries files, as the browser would fire it; says whether the page took it. */
async function bring(type: string, data: object, over: object = {}): Promise<boolean> {
  const event = new Event(type, { bubbles: true, cancelable: true });
  Object.assign(event, over);
  Object.defineProperty(event, type === "paste" ? "clipboardData" : "dataTransfer", { value: data });
  await act(async () => void document.body.dispatchEvent(event));
  await settle();
  return event.defaultPrevented;
}

const pasted = (files: File[], words = "") => bring("paste", { files, getData: () => words });
const dropped = (file: File) => bring("drop", { types: ["Files"], files: [file] });

describe("a picture that is chosen", () => {
  async function choose(file: File) {
    const input = find<HTMLInputElement>("picture-choose");
    if (!input) throw new Error("nothing to choose with");
    Object.defineProperty(input, "files", { value: [file], configurable: true });
    await act(async () => void input.dispatchEvent(new Event("change", { bubbles: true })));
    await settle();
  }

  it("is looked at, by its name, and sent", async () => {
    expect(find<HTMLInputElement>("picture-choose")?.accept).toBe("image/jpeg,image/png,image/webp");
    await choose(photo);
    expect(find("picture-preview")?.textContent).toContain(en.picture.title);
    expect(find("preview-name")?.textContent).toBe("sunset.jpg");
    expect(find<HTMLImageElement>("preview-picture")?.src).toMatch(/^blob:/);
    expect(document.activeElement).toBe(find("preview-send"));
    expect(write_image).not.toHaveBeenCalled();

    await press("preview-send");

    expect(write_image).toHaveBeenCalledExactlyOnceWith("r", { file: photo, width: 800, height: 600 });
    expect(find("picture-preview")).toBeNull();
  });

  it("is not sent when that is called off", async () => {
    await choose(photo);
    await press("preview-cancel");

    expect(find("picture-preview")).toBeNull();
    expect(write_image).not.toHaveBeenCalled();
  });

  it.each([
    [new File(["%PDF"], "cv.pdf", { type: "application/pdf" }), en.picture_problem.unsupported_media_type],
    [
      Object.defineProperty(new File([""], "big.png", { type: "image/png" }), "size", {
        value: 31 * 2 ** 20,
      }),
      en.picture_problem.file_too_large,
    ],
  ])("is refused at once, in plain words, when it cannot be sent", async (file, words) => {
    await choose(file);

    expect(find("picture-preview")?.textContent).toContain(en.picture.refused_title);
    expect(find("preview-name")?.textContent).toBe(file.name);
    expect(find("preview-problem")?.textContent).toBe(words);
    expect(find("preview-send")).toBeNull();
    await press("preview-cancel");
    expect(find("picture-preview")).toBeNull();
  });
});

describe("a picture that is pasted", () => {
  it("is looked at like a chosen one", async () => {
    expect(await pasted([photo])).toBe(true);

    expect(find("preview-name")?.textContent).toBe("sunset.jpg");
  });

  it("is left alone where words are meant, or another window is open", async () => {
    expect(await pasted([])).toBe(false);
    expect(await pasted([photo], "a table")).toBe(false);
    expect(find("picture-preview")).toBeNull();

    await pasted([photo]);
    expect(await pasted([new File(["x"], "second.png", { type: "image/png" })])).toBe(false);
    expect(find("preview-name")?.textContent).toBe("sunset.jpg");
  });
});

describe("a picture that is dropped", () => {
  it("is awaited while it is over the page, and looked at", async () => {
    expect(await bring("dragover", { types: ["text/plain"] })).toBe(false);
    expect(find("picture-drop")).toBeNull();
    expect(await bring("dragover", { types: ["Files"] })).toBe(true);
    expect(find("picture-drop")?.textContent).toContain(en.picture.drop);
    await bring("dragleave", { types: ["Files"] }, { relatedTarget: null });
    expect(find("picture-drop")).toBeNull();

    await bring("dragover", { types: ["Files"] });
    expect(await dropped(photo)).toBe(true);

    expect(find("picture-drop")).toBeNull();
    expect(find("preview-name")?.textContent).toBe("sunset.jpg");
  });

  it("never takes the browser away from the page, even while another window is open", async () => {
    await pasted([photo]);

    expect(await dropped(new File(["x"], "second.png", { type: "image/png" }))).toBe(true);
    expect(find("preview-name")?.textContent).toBe("sunset.jpg");
  });
});
