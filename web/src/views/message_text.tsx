// What a message says. What is very tall is folded until somebody wants all of it.
import { useState } from "preact/hooks";
import { texts } from "../texts/texts";
import { is_few_emoji } from "./few_emoji";
import { WithLinks } from "./room_links";

const LINES_SHOWN_WHOLE = 24;
const CHARS_SHOWN_WHOLE = 1_200;

function is_tall(text: string): boolean {
  return (
    text.length > CHARS_SHOWN_WHOLE || text.split("\n", LINES_SHOWN_WHOLE + 1).length > LINES_SHOWN_WHOLE
  );
}

export function MessageText(props: { text: string; links_off: boolean }) {
  const t = texts.value;
  const { text } = props;
  const [is_open, set_open] = useState(false);
  const can_fold = is_tall(text);
  const look = can_fold && !is_open ? "text-folded" : is_few_emoji(text) ? "text-emoji" : undefined;
  return (
    <>
      {/* A link in the folded part is reached by keyboard too, and then must be seen. */}
      <p dir="auto" class={look} data-testid="message-text" onFocusIn={() => set_open(true)}>
        <WithLinks {...props} />
      </p>
      {can_fold && (
        <button
          type="button"
          class="text-fold"
          aria-expanded={is_open}
          data-testid="message-unfold"
          onClick={(event) => {
            event.stopPropagation();
            set_open(!is_open);
          }}
        >
          {is_open ? t.room.show_less : t.room.show_all}
        </button>
      )}
    </>
  );
}
