// What can be done about a room and who is in it: report, block, leave.
import { useState } from "preact/hooks";
import type { Room } from "../protocol/frames";
import { navigate } from "../routes";
import { leave_room } from "../state/chat";
import { problem_said, texts } from "../texts/texts";
import { Button, Dialog, Notice } from "../ui/elements";
import { BlockIcon, FlagIcon, LeaveIcon } from "../ui/icons";
import { Menu, type MenuItem } from "../ui/menu";
import { partner_name } from "./partner";
import { BlockDialog, can_be_blocked } from "./room_block";
import { ReportDialog } from "./room_report";
import { useAction } from "./use_action";

type Doing = "report" | "block" | "leave";

export function RoomMenu(props: { room: Room }) {
  const t = texts.value;
  const { room } = props;
  const [doing, set_doing] = useState<Doing | null>(null);
  const close = () => set_doing(null);
  const item = (what: Doing, label: string, icon: MenuItem["icon"]): MenuItem => ({
    label,
    icon,
    test_id: `room-${what}`,
    on_press: () => set_doing(what),
  });
  const items = [
    item("report", t.report.action, <FlagIcon />),
    ...(can_be_blocked(room) ? [item("block", t.block.action, <BlockIcon />)] : []),
    item("leave", t.room.leave, <LeaveIcon />),
  ];
  return (
    <>
      <Menu label={t.room.menu} items={items} test_id="room-menu" />
      {doing === "report" && <ReportDialog room={room} on_close={close} />}
      {doing === "block" && <BlockDialog room={room} on_close={close} />}
      {doing === "leave" && <LeaveDialog room={room} on_close={close} />}
    </>
  );
}

function LeaveDialog(props: { room: Room; on_close: () => void }) {
  const t = texts.value;
  const action = useAction();

  function leave() {
    void action.run(async () => {
      await leave_room(props.room.id);
      navigate({ name: "rooms" }, "replace");
    });
  }

  return (
    <Dialog title={t.room.leave_title} on_dismiss={props.on_close} test_id="leave-dialog">
      <p>
        {props.room.closed_by === "partner"
          ? t.room.leave_ended_text
          : t.room.leave_text(partner_name(t, props.room.partner))}
      </p>
      {action.problem && <Notice tone="bad">{problem_said(t, action.problem)}</Notice>}
      <div class="dialog-actions">
        <Button look="soft" on_press={props.on_close}>
          {t.app.cancel}
        </Button>
        <Button look="danger" busy={action.busy} on_press={leave} test_id="leave-confirm">
          {t.room.leave_confirm}
        </Button>
      </div>
    </Dialog>
  );
}
