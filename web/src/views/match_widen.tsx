// One tap to go on waiting with less of what keeps people away.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Narrowing } from "../api/match";
import type { Wish } from "../protocol/frames";
import { client_settings } from "../state/client_settings";
import { asking, widen } from "../state/match";
import { texts } from "../texts/texts";
import { Button } from "../ui/elements";
import { widen_text } from "./wish_words";

export function WidenButton(props: {
  wanted: Wish;
  by: Narrowing;
  look: "strong" | "soft";
  /** What pressing it does is about to change. */
  busy?: boolean;
  /** The button goes while it has the focus. */
  on_gone: () => void;
}) {
  const t = texts.value;
  const frame = useRef<HTMLSpanElement>(null);

  useLayoutEffect(() => {
    const mine = frame.current;
    return () => {
      if (mine?.contains(document.activeElement)) props.on_gone();
    };
  }, []);

  return (
    <span ref={frame} class="widen">
      <Button
        look={props.look}
        busy={asking.value || props.busy === true}
        on_press={() => void widen(props.by)}
        test_id="waiting-widen"
      >
        {widen_text(t, props.wanted, props.by, client_settings.value.max_distances_km)}
      </Button>
    </span>
  );
}
