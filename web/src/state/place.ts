// Where the member is, as roughly as matching needs it. No point is ever kept in this browser.
import { signal } from "@preact/signals";
import { put_place } from "../api/member";
import { type City, cities } from "./cities";
import { keep, read_kept } from "./kept";

export type PlaceState =
  | { name: "not_shared" }
  | { name: "asking" }
  | { name: "shared"; city: City["id"] | null }
  | { name: "denied" }
  | { name: "unavailable" };

export const place = signal<PlaceState>({ name: "not_shared" });

interface Point {
  latitude: number;
  longitude: number;
}

let shared_point: Point | null = null;
/** What the server was told last. */
let known: PlaceState = { name: "not_shared" };

/** Of a place only where it came from is kept: the device, or which of the cities that can be picked. */
const KEPT_FROM = "place_from";
const DEVICE = "device";

/** About one kilometre: nothing finer than this leaves the page. */
const DECIMALS = 2;
const LIMIT_MS = 12_000;
const MAY_BE_OLD_MS = 5 * 60_000;

export function rounded(point: Point): Point {
  return {
    latitude: Number(point.latitude.toFixed(DECIMALS)),
    longitude: Number(point.longitude.toFixed(DECIMALS)),
  };
}

function device_point(): Promise<Point> {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      (position) => resolve({ latitude: position.coords.latitude, longitude: position.coords.longitude }),
      reject,
      { enableHighAccuracy: false, timeout: LIMIT_MS, maximumAge: MAY_BE_OLD_MS },
    );
  });
}

/** Asks the browser for the place and sends its rounded form; rejects only when the server refuses. */
export async function share_device_place(): Promise<void> {
  if (!("geolocation" in navigator)) {
    place.value = { name: "unavailable" };
    return;
  }
  place.value = { name: "asking" };
  let point: Point;
  try {
    point = await device_point();
  } catch (error) {
    const denied = (error as GeolocationPositionError).code === 1;
    place.value = { name: denied ? "denied" : "unavailable" };
    return;
  }
  await share(point, null);
}

export function share_city(city: City): Promise<void> {
  return share(city, city.id);
}

async function share(point: Point, city: City["id"] | null): Promise<void> {
  const told = rounded(point);
  try {
    await put_place(told.latitude, told.longitude);
    shared_point = told;
    known = { name: "shared", city };
    keep(KEPT_FROM, city ?? DEVICE);
  } finally {
    // A place that was refused leaves the one before it.
    place.value = known;
  }
}

/** The server forgot the place: says it again, as it was said before; false when only the member can. */
export async function share_again(): Promise<boolean> {
  if (shared_point !== null) {
    await put_place(shared_point.latitude, shared_point.longitude);
    return true;
  }
  // This page was loaded after the place was told.
  const from = read_kept(KEPT_FROM);
  const city = cities.find((one) => one.id === from);
  if (city) await share_city(city);
  else if (from === DEVICE && (await may_ask_silently())) await share_device_place();
  else place.value = { name: "not_shared" };
  return place.value.name === "shared";
}

/** The browser gives the place without a word to who was allowed to ask. */
async function may_ask_silently(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}

export function forget_place(): void {
  shared_point = null;
  keep(KEPT_FROM, null);
  known = { name: "not_shared" };
  place.value = known;
}
