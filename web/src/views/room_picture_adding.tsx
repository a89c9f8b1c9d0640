// Adding a picture to a room: chosen, pasted or dropped, looked at, sent.
import { useEffect, useRef, useState } from "preact/hooks";
import { type Problem, problem_from } from "../api/problem";
import { write_image } from "../state/chat";
import { IMAGE_TYPES, image_for_room, type PreparedImage } from "../state/image";
import type { Texts } from "../texts/ko";
import { problem_said, texts } from "../texts/texts";
import { Button, Dialog, Notice, Spinner } from "../ui/elements";
import { PictureIcon } from "../ui/icons";
import { useObjectUrl } from "../ui/object_url";

export function picture_said(t: Texts, code: string): string {
  const words = (t.picture_problem as Record<string, string>)[code];
  return problem_said(t, { code, retry_after_ms: null }, words);
}

/** The button beside the words, what is pasted, and what is dropped on the page. */
export function AddPicture(props: { room: string }) {
  const t = texts.value;
  const [file, set_file] = useState<File | null>(null);
  const input = useRef<HTMLInputElement>(null);
  usePasted(set_file);
  const is_over = useDropped(set_file);
  return (
    <>
      <label class="add-picture" title={t.picture.add}>
        <input
          ref={input}
          type="file"
          class="for-listeners"
          accept={IMAGE_TYPES.join(",")}
          aria-label={t.picture.add}
          data-testid="picture-choose"
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            // The same file may be chosen again.
            event.currentTarget.value = "";
            if (chosen) set_file(chosen);
          }}
        />
        <PictureIcon />
      </label>
      {is_over && (
        <div class="drop-here" data-testid="picture-drop">
          <p>
            <PictureIcon /> {t.picture.drop}
          </p>
        </div>
      )}
      {file && <Preview key={file} room={props.room} file={file} on_close={() => set_file(null)} />}
    </>
  );
}

/** What is over the page now is answered first. */
function is_covered(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

function usePasted(on_file: (file: File) => void): void {
  useEffect(() => {
    const on_paste = (event: ClipboardEvent) => {
      const file = event.clipboardData?.files[0];
      // A table or a page is copied as a picture, too: then its words are meant.
      if (!file || event.clipboardData?.getData("text/plain") || is_covered()) return;
      event.preventDefault();
      on_file(file);
    };
    document.addEventListener("paste", on_paste);
    return () => document.removeEventListener("paste", on_paste);
  }, [on_file]);
}

/** Says whether a file is over the page just now. */
function useDropped(on_file: (file: File) => void): boolean {
  const [is_over, set_over] = useState(false);
  useEffect(() => {
    const has_files = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const on_over = (event: DragEvent) => {
      if (!has_files(event)) return;
      // Without this the browser would leave the page for the file.
      event.preventDefault();
      set_over(!is_covered());
    };
    const on_leave = (event: DragEvent) => {
      if (event.relatedTarget === null) set_over(false);
    };
    const on_drop = (event: DragEvent) => {
      if (!has_files(event)) return;
      event.preventDefault();
      set_over(false);
      const file = event.dataTransfer?.files[0];
      if (file && !is_covered()) on_file(file);
    };
    document.addEventListener("dragover", on_over);
    document.addEventListener("dragleave", on_leave);
    document.addEventListener("drop", on_drop);
    return () => {
      document.removeEventListener("dragover", on_over);
      document.removeEventListener("dragleave", on_leave);
      document.removeEventListener("drop", on_drop);
    };
  }, [on_file]);
  return is_over;
}

function Preview(props: { room: string; file: File; on_close: () => void }) {
  const t = texts.value;
  const { room, file, on_close } = props;
  const [prepared, set_prepared] = useState<PreparedImage | null>(null);
  const [problem, set_problem] = useState<Problem | null>(null);
  const url = useObjectUrl(prepared?.file ?? null);
  useEffect(() => {
    let alive = true;
    image_for_room(file).then(
      (image) => alive && set_prepared(image),
      (error) => alive && set_problem(problem_from(error)),
    );
    return () => {
      alive = false;
    };
  }, [file]);

  function send() {
    if (prepared === null) return;
    write_image(room, prepared);
    on_close();
  }

  return (
    <Dialog
      title={problem ? t.picture.refused_title : t.picture.title}
      on_dismiss={on_close}
      test_id="picture-preview"
    >
      {!problem && (
        <div class="preview">
          {url ? <img src={url} alt="" data-testid="preview-picture" /> : <Spinner />}
          {!url && <span class="for-listeners">{t.picture.preparing}</span>}
        </div>
      )}
      <p class="small preview-name" dir="auto" data-testid="preview-name">
        {file.name}
      </p>
      {problem && (
        <Notice tone="bad" test_id="preview-problem">
          {picture_said(t, problem.code)}
        </Notice>
      )}
      <div class={problem ? "dialog-actions preview-refused" : "dialog-actions"}>
        <Button look="soft" focus_first={problem !== null} on_press={on_close} test_id="preview-cancel">
          {problem ? t.picture.close : t.app.cancel}
        </Button>
        {!problem && (
          <Button
            focus_first={prepared !== null}
            disabled={prepared === null}
            on_press={send}
            test_id="preview-send"
          >
            {t.picture.send}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
