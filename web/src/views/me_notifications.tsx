// How this browser calls a member who does not look: with a sound, with notifications.
import { useRef } from "preact/hooks";
import {
  notifications_are_on,
  type Permission,
  permission,
  sound,
  turn_notifications,
} from "../state/calling";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { A5, chime, E5 } from "../ui/chime";
import { Notice, Switch } from "../ui/elements";
import { useFocusIfLost } from "../ui/lost_focus";
import { MeFrame } from "./me_frame";
import { useAction } from "./use_action";

export function MeNotifications() {
  const t = texts.value;
  const action = useAction();
  const why_not = why_there_are_none(t, permission.value);
  return (
    <MeFrame title={t.me.notifications} test_id="me-page-notifications">
      <section class="card me-switches">
        <Switch
          label={t.calls.sound}
          text={t.calls.sound_text}
          on={sound.is_on()}
          busy={false}
          on_change={(on) => {
            sound.turn(on);
            // Lets it be heard, and the browser learns that it is wanted.
            if (on) void chime([E5, A5]);
          }}
          test_id="sound"
        />
        {why_not === null ? (
          <Switch
            label={t.calls.notifications}
            text={`${t.calls.notifications_text}${permission.value === "default" ? ` ${t.calls.asks}` : ""}`}
            on={notifications_are_on()}
            busy={action.busy}
            on_change={(on) => void action.run(() => turn_notifications(on))}
            test_id="notifications"
          />
        ) : (
          <NoNotifications why={why_not} />
        )}
      </section>
      <p class="small">{t.calls.while_open}</p>
    </MeFrame>
  );
}

/** In the place of the switch, which may just have been pressed. */
function NoNotifications(props: { why: string }) {
  const t = texts.value;
  const whole = useRef<HTMLElement>(null);
  useFocusIfLost(whole);
  return (
    <section ref={whole} class="me-stack" tabIndex={-1} aria-label={t.calls.notifications}>
      <strong>{t.calls.notifications}</strong>
      <Notice tone="calm" test_id="notifications-none">
        {props.why}
      </Notice>
    </section>
  );
}

function why_there_are_none(t: Texts, what: Permission): string | null {
  if (what === "denied") return t.calls.denied;
  return what === "unsupported" ? t.calls.unsupported : null;
}
