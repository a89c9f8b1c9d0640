// All that is stored about the member, as a file.
import { useState } from "preact/hooks";
import { save_export } from "../state/export";
import { problem_said, texts } from "../texts/texts";
import { Button, Notice } from "../ui/elements";
import { MeFrame } from "./me_frame";
import { useAction } from "./use_action";

export function MeExport() {
  const t = texts.value;
  const [done, set_done] = useState(false);
  const action = useAction();

  function save() {
    set_done(false);
    void action.run(async () => {
      await save_export();
      set_done(true);
    });
  }

  return (
    <MeFrame title={t.me.export} test_id="me-page-export">
      <section class="card form">
        <p>{t.export.lead}</p>
        <p class="lead">{t.export.care}</p>
        {action.problem && (
          <Notice tone="bad" test_id="export-problem">
            {problem_said(t, action.problem)}
          </Notice>
        )}
        {done && (
          <Notice tone="good" test_id="export-done">
            {t.export.done}
          </Notice>
        )}
        <Button wide busy={action.busy} on_press={save} test_id="export-submit">
          {action.busy ? t.export.busy : t.export.submit}
        </Button>
      </section>
    </MeFrame>
  );
}
