// Tests of elements that do more than look.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Avatar, is_same_picture } from "./elements";

let root: HTMLElement;

beforeEach(() => {
  root = document.createElement("div");
});
afterEach(() => render(null, root));

const image = () => root.querySelector("img");
const show = (link: string | null, on_broken = () => {}) =>
  act(() => render(<Avatar name="hana" image={link} on_broken={on_broken} />, root));

describe("an avatar", () => {
  it("is the first letter of the name when there is no picture", () => {
    show(null);

    expect(root.textContent).toBe("H");
    expect(image()).toBeNull();
  });

  it("falls back to the letter when the picture does not load, and tries the next link", () => {
    const on_broken = vi.fn();
    show("/files/a?expires=1", on_broken);

    act(() => void image()?.dispatchEvent(new Event("error")));
    expect(image()).toBeNull();
    expect(on_broken).toHaveBeenCalledOnce();
    show("/files/a?expires=2", on_broken);

    expect(image()?.getAttribute("src")).toBe("/files/a?expires=2");
  });

  it("is not loaded again when only the link to the same picture is new", () => {
    show("/files/a?expires=1");
    act(() => void image()?.dispatchEvent(new Event("load")));

    show("/files/a?expires=2");
    expect(image()?.getAttribute("src")).toBe("/files/a?expires=1");
    show("/files/b?expires=2");

    expect(image()?.getAttribute("src")).toBe("/files/b?expires=2");
  });

  it("tells pictures apart by path, and hosts too", () => {
    expect(is_same_picture("https://s3.example/a?X=1", "https://s3.example/a?X=2")).toBe(true);
    expect(is_same_picture("https://s3.example/a?X=1", "/a?X=1")).toBe(false);
  });
});
