// What was written, with its links; those of somebody new are words until the reader agrees.
import { split_links } from "../state/links";
import { texts } from "../texts/texts";

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
