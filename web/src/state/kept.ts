// Small choices kept in this browser; forbidden storage only means that they are not kept.
import { signal } from "@preact/signals";

export function read_kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // The choice then holds until the page is closed.
  }
}

/** Calls when another page of this browser has kept something else under this name. */
export function when_kept_elsewhere(name: string, look_again: () => void): void {
  window.addEventListener("storage", (event) => {
    // Without a key everything was cleared.
    if (event.key === name || event.key === null) look_again();
  });
}

export interface KeptSwitch {
  is_on: () => boolean;
  turn: (on: boolean) => void;
}

/** Off until it is turned on; the same on every page of this browser. */
export function kept_switch(name: string): KeptSwitch {
  const read = () => read_kept(name) === "on";
  const on = signal(read());
  when_kept_elsewhere(name, () => {
    on.value = read();
  });
  return {
    is_on: () => on.value,
    turn(to) {
      on.value = to;
      keep(name, to ? "on" : null);
    },
  };
}
