// What time it is at the server: a device's own clock may be minutes off.

let ahead_ms = 0;

/** Learns it from a frame that has just come. */
export function set_server_clock(now: string): void {
  ahead_ms = Date.parse(now) - Date.now();
}

/** A moment of the server's clock, as this device's clock shows it. */
export function on_this_clock(at_server_ms: number): number {
  return at_server_ms - ahead_ms;
}

export function server_now(): number {
  return Date.now() + ahead_ms;
}
