// One picture as large as the screen allows.
import { useRef } from "preact/hooks";
import { texts } from "../texts/texts";
import { Spinner } from "../ui/elements";
import { CrossMark } from "../ui/icons";
import { useBackCloses, useModal } from "../ui/modal";
import type { PictureProps } from "./room_picture";
import { usePicture } from "./use_picture";

/** Until the large picture is there, `small` stands in its place. */
export function LightBox(props: PictureProps & { small: string | null; on_close: () => void }) {
  const t = texts.value;
  const { words, width, height, small, on_close } = props;
  const close = useRef<HTMLButtonElement>(null);
  const dialog = useModal(close);
  const { link, is_broken, on_loaded, on_broken, try_again } = usePicture(props, "large", dialog);
  useBackCloses(on_close);
  const whole_shape = { "--picture-ratio": String(width / height), "--picture-width": `${width}px` };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a keyboard closes it with Escape or its button
    <dialog
      ref={dialog}
      class="light-box"
      aria-label={words}
      data-testid="light-box"
      onCancel={(event) => {
        event.preventDefault();
        on_close();
      }}
      onClick={(event) => {
        event.stopPropagation();
        // Beside the picture.
        if (!(event.target instanceof Element) || event.target.closest("img, button, p") === null) on_close();
      }}
    >
      <div class="light-box-picture" style={whole_shape}>
        {small !== null && <img src={small} alt="" aria-hidden="true" draggable={false} />}
        {link !== null && (
          <img
            src={link}
            alt={words}
            width={width}
            height={height}
            decoding="async"
            draggable={false}
            data-testid="light-box-picture"
            onLoad={on_loaded}
            onError={on_broken}
          />
        )}
        {link === null && !is_broken && <Spinner />}
      </div>
      <p class="light-box-words">
        <span aria-hidden="true">{words}</span>
        {is_broken && (
          <span role="alert">
            {t.picture.broken} ·{" "}
            <button type="button" onClick={try_again} data-testid="light-box-again">
              {t.app.try_again}
            </button>
          </span>
        )}
      </p>
      <button
        ref={close}
        type="button"
        class="light-box-close"
        aria-label={t.picture.close}
        title={t.picture.close}
        data-testid="light-box-close"
        onClick={on_close}
      >
        <CrossMark />
      </button>
    </dialog>
  );
}
