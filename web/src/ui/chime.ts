// A few soft notes, made here: there is no file to load, and nobody else's sound.

export const E5 = 659.25;
export const A5 = 880;
export const C6 = 1046.5;

const APART_S = 0.13;
const LASTS_S = 0.45;
const LOUDNESS = 0.12;
/** A sound that comes later says nothing. */
const WAIT_MS = 500;

let context: AudioContext | null = null;

/** Browsers let a page sound once somebody has touched it; some want to see the two together. */
export function unlock_chime(): void {
  const unlock = () => {
    context ??= new AudioContext();
    void context.resume().catch(() => {});
  };
  window.addEventListener("pointerdown", unlock, { once: true });
  window.addEventListener("keydown", unlock, { once: true });
}

/** False where nobody has touched the page since it was loaded: browsers let it make no sound. */
export function can_chime(): boolean {
  return "AudioContext" in window && navigator.userActivation?.hasBeenActive !== false;
}

export async function chime(notes: readonly number[]): Promise<void> {
  context ??= new AudioContext();
  await Promise.race([context.resume().catch(() => {}), new Promise((end) => setTimeout(end, WAIT_MS))]);
  if (context.state !== "running") return;
  for (const [at, pitch] of notes.entries()) sound(context, pitch, context.currentTime + at * APART_S);
}

function sound(on: AudioContext, pitch: number, from_s: number): void {
  const tone = on.createOscillator();
  const volume = on.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, from_s);
  volume.gain.linearRampToValueAtTime(LOUDNESS, from_s + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, from_s + LASTS_S);
  tone.connect(volume).connect(on.destination);
  tone.start(from_s);
  tone.stop(from_s + LASTS_S);
}
