// Tests of what happens to a picture before it is sent.
import { afterEach, describe, expect, it, vi } from "vitest";
import { fitted, is_fit, prepared_image } from "./image";

const MIB = 1024 * 1024;
const small = { width: 800, height: 600 };

afterEach(() => void vi.unstubAllGlobals());

describe("a chosen picture", () => {
  it("keeps its shape when it is made smaller, and is never made larger", () => {
    expect(fitted({ width: 4096, height: 3072 }, 2048)).toEqual({ width: 2048, height: 1536 });
    expect(fitted({ width: 1000, height: 6000 }, 2048)).toEqual({ width: 341, height: 2048 });
    expect(fitted(small, 2048)).toEqual(small);
    expect(fitted({ width: 9000, height: 1 }, 2048)).toEqual({ width: 2048, height: 1 });
  });

  it("is fit by kind, bytes and pixels together", () => {
    expect(is_fit({ type: "image/webp", size: 5 * MIB }, small)).toBe(true);
    expect(is_fit({ type: "image/webp", size: 5 * MIB + 1 }, small)).toBe(false);
    expect(is_fit({ type: "image/heic", size: MIB }, small)).toBe(false);
    expect(is_fit({ type: "image/png", size: MIB }, { width: 5_001, height: 5_000 })).toBe(false);
  });

  it("goes as it is when it is fit", async () => {
    const file = new Blob(["bytes"], { type: "image/png" });
    const close = vi.fn();
    vi.stubGlobal("createImageBitmap", async () => ({ ...small, close }));

    expect(await prepared_image(file)).toBe(file);
    expect(close).toHaveBeenCalledOnce();
  });

  it("is refused here already when no browser can open it", async () => {
    vi.stubGlobal("createImageBitmap", async () => {
      throw new DOMException("no picture");
    });

    await expect(prepared_image(new Blob(["words"]))).rejects.toMatchObject({ code: "image_not_acceptable" });
  });
});
