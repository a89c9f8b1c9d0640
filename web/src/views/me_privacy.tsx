// What partners may see of one's reading and typing; whoever hides does not see either.
import type { Member } from "../api/session";
import { type Sharing, share } from "../state/account";
import { problem_said, texts } from "../texts/texts";
import { Notice, Switch } from "../ui/elements";
import { MeFrame } from "./me_frame";
import { useAction } from "./use_action";

export function MePrivacy(props: { member: Member }) {
  const t = texts.value;
  return (
    <MeFrame title={t.me.privacy} test_id="me-page-privacy">
      <section class="card me-switches">
        <SharingSwitch
          what="share_read"
          label={t.sharing.read}
          text={t.sharing.read_text}
          on={props.member.share_read}
        />
        <SharingSwitch
          what="share_typing"
          label={t.sharing.typing}
          text={t.sharing.typing_text}
          on={props.member.share_typing}
        />
      </section>
    </MeFrame>
  );
}

function SharingSwitch(props: { what: Sharing; label: string; text: string; on: boolean }) {
  const t = texts.value;
  const action = useAction();
  const test_id = props.what.replace("_", "-");
  return (
    <div class="me-stack">
      <Switch
        label={props.label}
        text={props.text}
        on={props.on}
        busy={action.busy}
        on_change={(on) => void action.run(() => share(props.what, on))}
        test_id={test_id}
      />
      {action.problem && (
        <Notice tone="bad" test_id={`${test_id}-problem`}>
          {problem_said(t, action.problem)}
        </Notice>
      )}
    </div>
  );
}
