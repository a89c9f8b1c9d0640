// A picture in the history: its place is kept before it is there, and it opens large.
import { useRef, useState } from "preact/hooks";
import { discard_message } from "../state/chat";
import { image_can_be_given_up, uploaded_part } from "../state/image_sending";
import { texts } from "../texts/texts";
import { CrossMark, EyeOffIcon, PictureIcon } from "../ui/icons";
import { LightBox } from "./room_light_box";
import { type RoomPicture, usePicture } from "./use_picture";
import "./room_picture.css";

/** A picture that is longer than this is cut to fit the history; whole it is only large. */
const RATIO_MIN = 0.45;
const RATIO_MAX = 2.4;

export interface PictureProps extends RoomPicture {
  width: number;
  height: number;
  /** What is said of it to who cannot see it. */
  words: string;
  is_sending: boolean;
}

function shape_of({ width, height }: { width: number; height: number }) {
  const ratio = Math.min(RATIO_MAX, Math.max(RATIO_MIN, width / height));
  return { "--picture-ratio": String(ratio), "--picture-width": `${width}px` };
}

export function Picture(props: PictureProps) {
  const { words, message, room, is_sending } = props;
  const place = useRef<HTMLDivElement>(null);
  const [is_large, set_large] = useState(false);
  const { link, is_broken, on_loaded, on_broken, try_again } = usePicture(props, "small", place);
  return (
    <div
      ref={place}
      class="picture"
      style={shape_of(props)}
      data-testid="message-picture"
      data-state={is_broken ? "broken" : link === null ? "empty" : "linked"}
    >
      {link === null && !is_broken && <span class="picture-empty" role="img" aria-label={words} />}
      {link !== null && (
        <button
          type="button"
          class="picture-open"
          aria-haspopup="dialog"
          data-testid="picture-open"
          onClick={(event) => {
            event.stopPropagation();
            set_large(true);
          }}
        >
          <img
            src={link}
            alt={words}
            decoding="async"
            draggable={false}
            onLoad={on_loaded}
            onError={on_broken}
          />
        </button>
      )}
      {is_broken && <Broken words={words} on_press={try_again} />}
      {is_sending && <OnItsWay room={room} message={message} />}
      {is_large && <LightBox {...props} small={link} on_close={() => set_large(false)} />}
    </div>
  );
}

function Broken(props: { words: string; on_press: () => void }) {
  const t = texts.value;
  return (
    <figure class="picture-words" aria-label={props.words}>
      <PictureIcon />
      <span>{t.picture.broken}</span>
      <button type="button" onClick={props.on_press} data-testid="picture-again">
        {t.app.try_again}
      </button>
    </figure>
  );
}

/** How far it is uploaded, and, until it is sent, the way to give it up. */
function OnItsWay(props: { room: string; message: string }) {
  const t = texts.value;
  const part = uploaded_part(props.message)?.value ?? null;
  const words = part === null ? t.picture.waiting : t.picture.sending(Math.round(part * 100));
  return (
    <>
      <div class="picture-progress">
        <progress class="progress" max={1} value={part ?? 0} aria-label={words} />
        <span aria-hidden="true" data-testid="picture-sending">
          {words}
        </span>
      </div>
      {image_can_be_given_up(props.message) && (
        <button
          type="button"
          class="picture-stop"
          aria-label={t.picture.stop}
          title={t.picture.stop}
          data-testid="picture-stop"
          onClick={(event) => {
            event.stopPropagation();
            const history = event.currentTarget.closest<HTMLElement>('[role="log"]');
            discard_message(props.room, props.message);
            // The button is gone, and the focus should not be lost with it.
            history?.focus({ preventScroll: true });
          }}
        >
          <CrossMark />
        </button>
      )}
    </>
  );
}

/** In place of a picture that the reader has not agreed to see; nothing of it is fetched. */
export function HiddenPicture(props: { width: number; height: number; words: string; on_ask: () => void }) {
  const t = texts.value;
  return (
    <figure
      class="picture picture-hidden"
      style={shape_of(props)}
      aria-label={props.words}
      data-testid="message-picture"
      data-state="hidden"
    >
      <div class="picture-words">
        <EyeOffIcon />
        <span>{t.picture.guarded}</span>
        <button type="button" onClick={props.on_ask} data-testid="pictures-off">
          {t.picture.allow}
        </button>
      </div>
    </figure>
  );
}
