// Tests of telling the place, and of telling it again from a page that was loaded after it.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hold_session } from "../api/tokens";
import { cities } from "./cities";
import { read_kept } from "./kept";
import { forget_place, place, share_again, share_city, share_device_place } from "./place";

let told: { latitude: number; longitude: number }[];
let permission: string;

/** As after a reload: what was kept is there, what was in memory is not. */
async function loaded_anew() {
  vi.resetModules();
  const { hold_session } = await import("../api/tokens");
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
  return import("./place");
}

beforeEach(() => {
  told = [];
  permission = "granted";
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    told.push(JSON.parse(String(init.body)));
    return new Response(JSON.stringify({ expires_in_s: 1800 }));
  });
  vi.stubGlobal("navigator", {
    permissions: { query: async () => ({ state: permission }) },
    geolocation: {
      getCurrentPosition: (give: (position: unknown) => void) =>
        give({ coords: { latitude: 37.56651, longitude: 126.97796 } }),
    },
  });
  hold_session({ access_token: "token", expires_in_s: 600, member: { id: "me" } } as never);
});

afterEach(() => {
  forget_place();
  vi.unstubAllGlobals();
});

describe("the place", () => {
  it("leaves the page only rounded, and nothing of it is kept but that it came from the device", async () => {
    await share_device_place();

    expect(told).toEqual([{ latitude: 37.57, longitude: 126.98 }]);
    expect(read_kept("place_from")).toBe("device");
    expect(place.value).toEqual({ name: "shared", city: null });
  });

  it("is told again without a word by a page that was loaded since, when the browser allows it", async () => {
    await share_device_place();
    const fresh = await loaded_anew();

    expect(await fresh.share_again()).toBe(true);
    expect(told).toHaveLength(2);
  });

  it("is not asked of a browser that would ask its member", async () => {
    await share_device_place();
    permission = "prompt";
    const fresh = await loaded_anew();

    expect(await fresh.share_again()).toBe(false);
    expect(fresh.place.value).toEqual({ name: "not_shared" });
    expect(told).toHaveLength(1);
  });

  it("stays the city that was picked, whatever the device knows", async () => {
    const [city] = cities;
    if (city === undefined) throw new Error("there are cities");
    await share_city(city);
    const fresh = await loaded_anew();

    expect(await fresh.share_again()).toBe(true);
    expect(told[1]).toEqual(told[0]);
    expect(fresh.place.value).toEqual({ name: "shared", city: city.id });
  });

  it("is not told by somebody who never told it, or who logged out", async () => {
    expect(await share_again()).toBe(false);
    await share_device_place();
    forget_place();

    expect(await share_again()).toBe(false);
    expect(told).toHaveLength(1);
  });
});
