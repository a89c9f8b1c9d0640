// What the pages of this browser know of each other by locks, which end with the page that holds them: which of them is
// looked at, and which one calls.

const LOOKED_AT = "rand-chat.looked_at.";
const CALLS = "rand-chat.calls.";

let held: string | null = null;
let let_go: () => void = () => {};

// Not every browser has locks, none has them on a page that was loaded insecurely, and storage that is forbidden forbids
// them too: then each page goes by what it knows itself.
function locks(): LockManager | null {
  return navigator.locks ?? null;
}

/** Says what is looked at on this page; null for nothing. */
export function say_looked_at(what: string | null): void {
  if (what === held) return;
  held = what;
  let_go();
  if (what === null) return;
  const looking = new Promise<void>((resolve) => {
    let_go = resolve;
  });
  locks()
    ?.request(LOOKED_AT + what, { mode: "shared" }, () => looking)
    .catch(() => {});
}

/** What is looked at on any page of this browser. */
export async function looked_at_anywhere(): Promise<ReadonlySet<string>> {
  const all =
    (
      await locks()
        ?.query()
        .catch(() => null)
    )?.held ?? [];
  const names = all.map((lock) => lock.name ?? "").filter((name) => name.startsWith(LOOKED_AT));
  return new Set([...names.map((name) => name.slice(LOOKED_AT.length)), ...(held === null ? [] : [held])]);
}

/** True for the first page that asks, false for all others for some time. */
export function claim(what: string, for_ms: number): Promise<boolean> {
  const manager = locks();
  if (manager === null) return Promise.resolve(true);
  return new Promise((resolve) => {
    manager
      .request(CALLS + what, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        if (lock !== null) return new Promise((end) => setTimeout(end, for_ms));
      })
      .catch(() => resolve(true));
  });
}
