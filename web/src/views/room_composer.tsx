// Writing a message: Enter sends, Shift+Enter breaks the line, and a syllable being composed is left alone.
import { useEffect, useRef, useState } from "preact/hooks";
import { tell_typing, write_message } from "../state/chat";
import { client_settings } from "../state/client_settings";
import { draft_of, write_draft } from "../state/drafts";
import { stopped_typing } from "../state/typing";
import { texts } from "../texts/texts";
import { SendIcon } from "../ui/icons";
import { AddPicture } from "./room_picture_adding";

/** Some browsers report the Enter that ends a composition only by this code. */
const COMPOSING_KEY = 229;
const HEIGHT_MAX_PX = 140;

function is_composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === COMPOSING_KEY;
}

function fit_height(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.setProperty("height", "auto");
  box.style.setProperty("height", `${Math.min(HEIGHT_MAX_PX, box.scrollHeight)}px`);
}

export function Composer(props: { room: string }) {
  const t = texts.value;
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, set_text] = useState(draft_of(props.room));
  const over = [...text].length - client_settings.value.text_chars_max;
  const can_send = text.trim() !== "" && over <= 0;

  useEffect(() => fit_height(box.current), [text]);

  useEffect(() => {
    // On a phone this would open the keyboard over the history.
    if (matchMedia("(hover: hover)").matches) box.current?.focus();
  }, []);

  /** What is kept changes with what is seen: a reload in between must not bring back what was sent. */
  function change(to: string) {
    set_text(to);
    write_draft(props.room, to);
  }

  function send() {
    if (!can_send) return;
    write_message(props.room, text.trim());
    change("");
    box.current?.focus();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AddPicture room={props.room} />
      <textarea
        ref={box}
        rows={1}
        value={text}
        dir="auto"
        aria-label={t.room.write}
        placeholder={t.room.placeholder}
        enterkeyhint="send"
        data-testid="composer"
        onInput={(event) => {
          change(event.currentTarget.value);
          if (event.currentTarget.value.trim() === "") stopped_typing(props.room);
          else tell_typing(props.room);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || is_composing(event)) return;
          event.preventDefault();
          send();
        }}
      />
      <button
        type="submit"
        class="send"
        aria-label={t.room.send}
        disabled={!can_send}
        data-testid="composer-send"
      >
        <SendIcon />
      </button>
      {over > 0 && (
        <p class="composer-over" role="alert">
          {t.room.too_long(over)}
        </p>
      )}
    </form>
  );
}
