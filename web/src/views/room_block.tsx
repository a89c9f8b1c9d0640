// Blocking whom one chats with: what that means, and the yes.
import type { Room } from "../protocol/frames";
import { block_member } from "../state/blocks";
import { problem_said, texts } from "../texts/texts";
import { Button, Dialog, Notice } from "../ui/elements";
import { partner_name } from "./partner";
import { useAction } from "./use_action";

/** One who has withdrawn is met by nobody. */
export function can_be_blocked(room: Room): boolean {
  return !room.partner.withdrawn;
}

/** Blocks the partner of a room; `done` once that is so. */
export function useBlocking(room: Room, done: () => void) {
  const action = useAction();
  const block = () =>
    void action.run(async () => {
      await block_member(room.partner.id);
      done();
    });
  return { action, block };
}

export function BlockDialog(props: { room: Room; on_close: () => void }) {
  const t = texts.value;
  const { room, on_close } = props;
  const { action, block } = useBlocking(room, on_close);

  return (
    <Dialog title={t.block.title(partner_name(t, room.partner))} on_dismiss={on_close} test_id="block-dialog">
      <ul class="points">
        {room.open && <li>{t.block.ends}</li>}
        <li>{t.block.never}</li>
        <li>{t.block.untold}</li>
        <li>{t.block.stays}</li>
      </ul>
      <p class="small">{t.block.lift_later}</p>
      {action.problem && (
        <Notice tone="bad" test_id="block-problem">
          {problem_said(t, action.problem)}
        </Notice>
      )}
      <div class="dialog-actions">
        <Button look="soft" on_press={on_close}>
          {t.app.cancel}
        </Button>
        <Button look="danger" busy={action.busy} on_press={block} test_id="block-confirm">
          {t.block.action}
        </Button>
      </div>
    </Dialog>
  );
}
