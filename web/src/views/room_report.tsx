// Reporting a room: why, in one's own words, and what is kept of it; then blocking, too, for who wants to.
import { useState } from "preact/hooks";
import { create_report } from "../api/safety";
import { type ReportReason, type Room, report_reasons } from "../protocol/frames";
import { problem_said, texts } from "../texts/texts";
import { Button, Dialog, Notice, OneOf, TextArea } from "../ui/elements";
import { partner_name } from "./partner";
import { can_be_blocked, useBlocking } from "./room_block";
import { useAction } from "./use_action";

const TEXT_CHARS_MAX = 1_000;

interface ReportProps {
  room: Room;
  on_close: () => void;
}

export function ReportDialog(props: ReportProps) {
  const [is_sent, set_sent] = useState(false);
  return is_sent ? <Reported {...props} /> : <ReportForm {...props} on_sent={() => set_sent(true)} />;
}

function ReportForm(props: ReportProps & { on_sent: () => void }) {
  const t = texts.value;
  const { room, on_close, on_sent } = props;
  const [reason, set_reason] = useState<ReportReason | null>(null);
  const [text, set_text] = useState("");
  const action = useAction();
  const chars = [...text.trim()].length;
  const over = chars - TEXT_CHARS_MAX;
  const can_send = reason !== null && over <= 0 && (reason !== "other" || chars > 0);

  function send(event: Event) {
    event.preventDefault();
    if (!can_send) return;
    void action.run(async () => {
      await create_report(room.id, reason, text.trim());
      on_sent();
    });
  }

  return (
    <Dialog
      title={t.report.title(partner_name(t, room.partner))}
      on_dismiss={on_close}
      test_id="report-dialog"
    >
      <form class="form" onSubmit={send}>
        <OneOf
          label={t.report.reason}
          choices={report_reasons.map((value) => ({ value, label: t.report_reason[value] }))}
          value={reason}
          on_change={set_reason}
          test_id="report-reason"
        />
        <TextArea
          label={t.report.text}
          hint={reason === "other" ? t.report.text_needed : t.report.text_optional}
          value={text}
          on_change={set_text}
          count={chars}
          max={TEXT_CHARS_MAX}
          problem={over > 0 ? t.report.too_long(over) : undefined}
          rows={3}
          test_id="report-text"
        />
        <p class="small">{t.report.evidence}</p>
        {action.problem && (
          <Notice tone="bad" test_id="report-problem">
            {problem_said(t, action.problem)}
          </Notice>
        )}
        <div class="dialog-actions">
          <Button look="soft" on_press={on_close}>
            {t.app.cancel}
          </Button>
          <Button type="submit" look="danger" busy={action.busy} disabled={!can_send} test_id="report-send">
            {t.report.send}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Reported(props: ReportProps) {
  const t = texts.value;
  const { room, on_close } = props;
  const { action, block } = useBlocking(room, on_close);

  return (
    <Dialog title={t.report.sent_title} on_dismiss={on_close} test_id="report-sent">
      <p>{t.report.sent}</p>
      {can_be_blocked(room) && (
        <>
          <p>{t.report.block_too(partner_name(t, room.partner))}</p>
          <ul class="points">
            {room.open && <li>{t.block.ends}</li>}
            <li>{t.block.never}</li>
            <li>{t.block.untold}</li>
          </ul>
        </>
      )}
      {action.problem && <Notice tone="bad">{problem_said(t, action.problem)}</Notice>}
      <div class="dialog-actions">
        <Button look="soft" on_press={on_close} test_id="report-close">
          {t.report.close}
        </Button>
        {can_be_blocked(room) && (
          <Button look="danger" busy={action.busy} on_press={block} test_id="report-block">
            {t.block.action}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
