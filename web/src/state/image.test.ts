// Tests of what happens to a picture before it is sent.
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Problem } from "../api/problem";
import { fitted, for_profile, for_room, image_for_room, is_fit, prepared_image } from "./image";

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
    expect(is_fit({ type: "image/webp", size: 5 * MIB }, small, for_profile)).toBe(true);
    expect(is_fit({ type: "image/webp", size: 5 * MIB + 1 }, small, for_profile)).toBe(false);
    expect(is_fit({ type: "image/heic", size: MIB }, small, for_profile)).toBe(false);
    expect(is_fit({ type: "image/png", size: MIB }, { width: 5_001, height: 5_000 }, for_profile)).toBe(
      false,
    );
  });

  it("goes as it is when it is fit", async () => {
    const file = new Blob(["bytes"], { type: "image/png" });
    const close = vi.fn();
    vi.stubGlobal("createImageBitmap", async () => ({ ...small, close }));

    expect(await prepared_image(file, for_profile)).toEqual({ file, ...small });
    expect(close).toHaveBeenCalledOnce();
  });

  it("is refused here already when no browser can open it", async () => {
    vi.stubGlobal("createImageBitmap", async () => {
      throw new DOMException("no picture");
    });

    await expect(prepared_image(new Blob(["words"]), for_profile)).rejects.toMatchObject({
      code: "image_not_acceptable",
    });
  });
});

describe("a picture for a room", () => {
  it("is made smaller sooner than one of a profile", () => {
    const photo = { type: "image/jpeg", size: 4 * MIB };

    expect(is_fit(photo, { width: 4_000, height: 3_000 }, for_profile)).toBe(true);
    expect(is_fit(photo, { width: 1_600, height: 1_200 }, for_room)).toBe(false);
    expect(is_fit({ ...photo, size: MIB }, { width: 1_600, height: 1_200 }, for_room)).toBe(true);
    expect(is_fit({ ...photo, size: MIB }, { width: 1_601, height: 1_200 }, for_room)).toBe(false);
  });

  it.each([
    ["application/pdf", 1, "unsupported_media_type"],
    ["", 1, "unsupported_media_type"],
    ["image/gif", 1, "unsupported_media_type"],
    ["image/svg+xml", 1, "unsupported_media_type"],
    ["image/jpeg", 30 * MIB + 1, "file_too_large"],
  ])("is refused before it is opened: %s of %i bytes", async (type, size, code) => {
    const open = vi.fn();
    vi.stubGlobal("createImageBitmap", open);

    await expect(image_for_room({ type, size } as Blob)).rejects.toMatchObject({ code });
    expect(open).not.toHaveBeenCalled();
  });

  it("that cannot be opened is broken, or of a kind that this browser does not know", async () => {
    vi.stubGlobal("createImageBitmap", async () => {
      throw new DOMException("no picture");
    });
    const refused = (type: string) =>
      image_for_room(new Blob(["bytes"], { type })).catch((problem: Problem) => problem.code);

    expect(await refused("image/png")).toBe("image_not_acceptable");
    expect(await refused("image/heic")).toBe("unsupported_media_type");
  });
});
