// What was written, with its links; those of somebody new are words until the reader agrees.
import { split_links, turn_links_on } from "../state/links";
import { texts } from "../texts/texts";
import { Button, Dialog } from "../ui/elements";

export function WithLinks(props: { text: string; links_off: boolean }) {
  if (props.links_off) return <>{props.text}</>;
  return (
    <>
      {split_links(props.text).map((piece, at) =>
        typeof piece === "string" ? (
          piece
        ) : (
          <a
            key={at}
            href={piece.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            data-testid="message-link"
          >
            {piece.text}
          </a>
        ),
      )}
    </>
  );
}

/** Says so where a text has links that are off. */
export function LinksOff(props: { text: string; on_press: () => void }) {
  const t = texts.value;
  if (split_links(props.text).every((piece) => typeof piece === "string")) return null;
  return (
    <div class="links-off">
      <span>{t.link.guarded}</span>
      <button type="button" onClick={props.on_press} data-testid="links-off">
        {t.link.allow}
      </button>
    </div>
  );
}

export function LinksDialog(props: { room: string; on_close: () => void }) {
  const t = texts.value;
  const { room, on_close } = props;
  return (
    <Dialog title={t.link.title} on_dismiss={on_close} test_id="links-dialog">
      <p>{t.link.text}</p>
      <div class="dialog-actions">
        <Button look="soft" on_press={on_close}>
          {t.app.cancel}
        </Button>
        <Button
          on_press={() => {
            turn_links_on(room);
            on_close();
          }}
          test_id="links-confirm"
        >
          {t.link.allow}
        </Button>
      </div>
    </Dialog>
  );
}
