// Agreeing to what somebody new sends: links that can be followed, pictures that are shown.
import { type Agreement, links_agreed, pictures_agreed } from "../state/agreed";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { Button, Dialog } from "../ui/elements";

export type Matter = "links" | "pictures";

interface Question {
  agreement: Agreement;
  words: (t: Texts) => { title: string; text: string; yes: string };
}

const questions: Record<Matter, Question> = {
  links: {
    agreement: links_agreed,
    words: (t) => ({ title: t.link.title, text: t.link.text, yes: t.link.allow }),
  },
  pictures: {
    agreement: pictures_agreed,
    words: (t) => ({ title: t.picture.allow_title, text: t.picture.allow_text, yes: t.picture.allow }),
  },
};

/** The whole room is agreed to, not one message. */
export function AgreeDialog(props: { matter: Matter; room: string; on_close: () => void }) {
  const t = texts.value;
  const { matter, room, on_close } = props;
  const { agreement, words } = questions[matter];
  const { title, text, yes } = words(t);
  return (
    <Dialog title={title} on_dismiss={on_close} test_id={`${matter}-dialog`}>
      <p>{text}</p>
      <div class="dialog-actions">
        <Button look="soft" on_press={on_close}>
          {t.app.cancel}
        </Button>
        <Button
          on_press={() => {
            agreement.turn_on(room);
            on_close();
          }}
          test_id={`${matter}-confirm`}
        >
          {yes}
        </Button>
      </div>
    </Dialog>
  );
}
