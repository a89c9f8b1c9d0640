// Whether what somebody looks for is in a text, as Korean readers expect it too.

const SYLLABLES_FROM = 0xac00;
const SYLLABLES_TO = 0xd7a3;
const FINALS = 28;
const MEDIALS = 21;
/** The consonants a syllable can begin with, and those it can end with, in the order of the syllables. */
const INITIALS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const FINAL_LETTERS = ["", ..."ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"];

/** The ends that are written as two consonants, one after the other. */
const doubles: Record<string, [string, string]> = {
  ㄳ: ["ㄱ", "ㅅ"],
  ㄵ: ["ㄴ", "ㅈ"],
  ㄶ: ["ㄴ", "ㅎ"],
  ㄺ: ["ㄹ", "ㄱ"],
  ㄻ: ["ㄹ", "ㅁ"],
  ㄼ: ["ㄹ", "ㅂ"],
  ㄽ: ["ㄹ", "ㅅ"],
  ㄾ: ["ㄹ", "ㅌ"],
  ㄿ: ["ㄹ", "ㅍ"],
  ㅀ: ["ㄹ", "ㅎ"],
  ㅄ: ["ㅂ", "ㅅ"],
};

interface Syllable {
  initial: string;
  final: string;
  /** Without what it ends with. */
  open: string;
}

function syllable_of(letter: string): Syllable | null {
  const code = letter.charCodeAt(0);
  if (code < SYLLABLES_FROM || code > SYLLABLES_TO) return null;
  const at = code - SYLLABLES_FROM;
  return {
    initial: INITIALS[Math.floor(at / FINALS / MEDIALS)] ?? "",
    final: FINAL_LETTERS[at % FINALS] ?? "",
    open: String.fromCharCode(code - (at % FINALS)),
  };
}

/** Letters that are written in several ways become one. */
function folded(text: string): string[] {
  return [...text.normalize("NFC").toLowerCase()];
}

/** A test for texts. Nothing to look for is in every text. */
export function search_for(wanted: string): (text: string) => boolean {
  const letters = folded(wanted.trim());
  return (text) => {
    const all = folded(text);
    return letters.length === 0 || all.some((_, from) => is_at(from, all, letters));
  };
}

function is_at(from: number, text: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((letter, at) => {
    const there = text[from + at] ?? "";
    const is_last = at === wanted.length - 1;
    return is_meant(letter, there) || (is_last && is_begun(letter, there, text[from + at + 1] ?? ""));
  });
}

/** The letter itself; a consonant stands for every syllable that begins with it. */
function is_meant(wanted: string, letter: string): boolean {
  return wanted === letter || (wanted !== "" && wanted === syllable_of(letter)?.initial);
}

/** The last syllable is still being written: what it ends with may come, or belong to the next one. */
function is_begun(wanted: string, letter: string, next: string): boolean {
  const begun = syllable_of(wanted);
  const there = syllable_of(letter);
  if (begun === null || there === null || begun.open !== there.open) return false;
  if (begun.final === "") return true;
  const begins_next = (letters: string) => letters === syllable_of(next)?.initial;
  if (there.final === "") return begins_next(begun.final);
  // Of two consonants one is written, or the second is still to go to the next syllable.
  const [first, second] = doubles[begun.final] ?? [];
  return doubles[there.final]?.[0] === begun.final || (first === there.final && begins_next(second ?? ""));
}
