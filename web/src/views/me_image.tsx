// One's own picture: chosen or taken, looked at, sent, or removed.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Member } from "../api/session";
import { remove_image, set_image } from "../state/account";
import type { Texts } from "../texts/ko";
import { problem_said, texts } from "../texts/texts";
import { Avatar, Button, Dialog, FileButton, Notice } from "../ui/elements";
import { CameraIcon } from "../ui/icons";
import { MeFrame } from "./me_frame";
import { useAction } from "./use_action";

type Done = "saved" | "removed";

/** A picture that was chosen and can be looked at, until it is let go. */
function useChosen() {
  const [chosen, set_chosen] = useState<{ file: File; url: string } | null>(null);
  const url = chosen?.url;
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url]);
  return {
    chosen,
    choose: (file: File) => set_chosen({ file, url: URL.createObjectURL(file) }),
    let_go: () => set_chosen(null),
  };
}

function image_said(t: Texts, problem: Problem): string {
  return problem_said(t, problem, (t.image_problem as Record<string, string>)[problem.code]);
}

export function MeImage(props: { member: Member }) {
  const t = texts.value;
  const { member } = props;
  const { chosen, choose, let_go } = useChosen();
  const [part, set_part] = useState<number | null>(null);
  const [done, set_done] = useState<Done | null>(null);
  const [asking, set_asking] = useState(false);
  const action = useAction();
  const card = useRef<HTMLElement>(null);
  // The button that did it is gone, and the focus should not be lost with it.
  useEffect(() => {
    if (done !== null) card.current?.focus();
  }, [done]);

  function on_file(file: File) {
    action.clear();
    set_done(null);
    set_asking(false);
    choose(file);
  }

  function send(file: File) {
    void action.run(async () => {
      set_part(0);
      try {
        await set_image(file, set_part);
        let_go();
        set_done("saved");
      } finally {
        set_part(null);
      }
    });
  }

  function ask_to_remove() {
    action.clear();
    set_done(null);
    set_asking(true);
  }

  function remove() {
    void action.run(async () => {
      try {
        await remove_image();
        set_done("removed");
      } finally {
        set_asking(false);
      }
    });
  }

  return (
    <MeFrame title={t.me.image} test_id="me-page-image">
      <section ref={card} class="card me-image" tabIndex={-1} aria-label={t.me.image}>
        <figure>
          <Avatar name={member.nickname} image={chosen?.url ?? member.image?.large} size="huge" />
          <figcaption class="small">{chosen ? t.image.chosen : t.image.current}</figcaption>
        </figure>
        <p class="lead">{t.image.lead}</p>
        {part !== null && <Sending part={part} />}
        {action.problem && (
          <Notice tone="bad" test_id="image-problem">
            {image_said(t, action.problem)}
          </Notice>
        )}
        {done && (
          <Notice tone="good" test_id="image-done">
            {t.image[done]}
          </Notice>
        )}
        {chosen ? (
          <div class="me-stack">
            <Button
              wide
              focus_first
              busy={action.busy}
              on_press={() => send(chosen.file)}
              test_id="image-use"
            >
              {t.image.use}
            </Button>
            {!action.busy && <Choosing first={false} on_file={on_file} />}
            {!action.busy && (
              <Button look="plain" on_press={let_go} test_id="image-cancel">
                {t.app.cancel}
              </Button>
            )}
          </div>
        ) : (
          <div class="me-stack">
            <Choosing first={member.image === null} on_file={on_file} />
            {member.image !== null && (
              <Button look="plain" on_press={ask_to_remove} test_id="image-remove">
                {t.image.remove}
              </Button>
            )}
            <p class="small">{t.image.formats}</p>
          </div>
        )}
      </section>
      {asking && (
        <Dialog title={t.image.remove_title} on_dismiss={() => set_asking(false)} test_id="image-dialog">
          <p>{t.image.remove_ask}</p>
          <div class="dialog-actions">
            <Button look="soft" on_press={() => set_asking(false)} test_id="image-keep">
              {t.image.keep}
            </Button>
            <Button look="danger" busy={action.busy} on_press={remove} test_id="image-remove-confirm">
              {t.image.remove_confirm}
            </Button>
          </div>
        </Dialog>
      )}
    </MeFrame>
  );
}

function Choosing(props: { first: boolean; on_file: (file: File) => void }) {
  const t = texts.value;
  return (
    <>
      <FileButton
        look={props.first ? "strong" : "soft"}
        accept="image/*"
        on_file={props.on_file}
        test_id="image-choose"
      >
        {props.first ? t.image.choose : t.image.choose_other}
      </FileButton>
      <span class="only-touch">
        <FileButton look="soft" accept="image/*" camera on_file={props.on_file} test_id="image-take">
          <CameraIcon /> {t.image.take}
        </FileButton>
      </span>
    </>
  );
}

function Sending(props: { part: number }) {
  const t = texts.value;
  const percent = Math.round(props.part * 100);
  const words = percent === 0 ? t.image.preparing : t.image.sending(percent);
  return (
    <div class="me-sending">
      <progress class="progress" max={1} value={props.part} aria-label={t.image.sending(percent)} />
      <p class="small" data-testid="image-sending">
        {words}
      </p>
    </div>
  );
}
