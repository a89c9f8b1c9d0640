// Messages that were begun and not sent, room by room. They survive a reload and end with the tab: words that were never
// said should not stay behind in a browser, and two tabs with different drafts do not overwrite each other.

const NAME = "drafts";

let member: string | null = null;
let drafts = new Map<string, string>();

interface Kept {
  of: string;
  texts: [string, string][];
}

function kept_of(whom: string): Map<string, string> {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME) ?? "null") as Kept | null;
    return new Map(kept?.of === whom ? kept.texts : []);
  } catch {
    return new Map();
  }
}

function keep_all(): void {
  if (member === null) return;
  try {
    const kept: Kept = { of: member, texts: [...drafts] };
    if (drafts.size === 0) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // They then hold until the page is left.
  }
}

/** Goes on with what this member began in this tab. */
export function open_drafts(of: string): void {
  if (member === of) return;
  member = of;
  drafts = kept_of(of);
}

export function draft_of(room: string): string {
  return drafts.get(room) ?? "";
}

export function write_draft(room: string, text: string): void {
  if (text === draft_of(room)) return;
  if (text === "") drafts.delete(room);
  else drafts.set(room, text);
  keep_all();
}

export function has_drafts(): boolean {
  return drafts.size > 0;
}

/** Also of who has not written anything on this page since it was loaded. */
export function forget_drafts(): void {
  member = null;
  drafts.clear();
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // None were kept.
  }
}
