// Says what the connection is doing whenever it is not simply there.
import { connect_again } from "../state/chat";
import { connection, was_ready } from "../state/connection";
import { texts } from "../texts/texts";
import { useLasting } from "../ui/ticking";

const WORTH_A_WORD_MS = 700;

export function ConnectionBanner() {
  const t = texts.value;
  const state = connection.value;
  const is_coming = state.name === "connecting" || state.name === "pausing";
  const is_slow = useLasting(is_coming, WORTH_A_WORD_MS);
  if (is_coming && !is_slow) return null;
  switch (state.name) {
    case "ready":
    case "idle":
      return null;
    case "offline":
      return <Banner tone="bad" text={t.connection.offline} />;
    case "connecting":
      return (
        <Banner tone="calm" text={was_ready.value ? t.connection.reconnecting : t.connection.connecting} />
      );
    case "pausing":
      return (
        <Banner
          tone="calm"
          text={was_ready.value ? t.connection.reconnecting : t.connection.connecting}
          action={t.connection.now}
          on_action={connect_again}
        />
      );
    case "stopped":
      return <Stopped reason={state.reason} />;
  }
}

function Stopped(props: { reason: string }) {
  const t = texts.value;
  switch (props.reason) {
    case "too_many_pages":
      return (
        <Banner
          tone="bad"
          text={t.connection.too_many_pages}
          action={t.connection.use_here}
          on_action={connect_again}
        />
      );
    case "outdated":
      return (
        <Banner
          tone="bad"
          text={t.connection.outdated}
          action={t.connection.reload}
          on_action={() => location.reload()}
        />
      );
    default:
      return (
        <Banner
          tone="bad"
          text={t.connection.not_understood}
          action={t.app.try_again}
          on_action={connect_again}
        />
      );
  }
}

function Banner(props: { tone: "calm" | "bad"; text: string; action?: string; on_action?: () => void }) {
  return (
    <div class={`banner banner-${props.tone}`} role="status" data-testid="connection-banner">
      <span>{props.text}</span>
      {props.action && (
        <button type="button" class="banner-action" onClick={props.on_action}>
          {props.action}
        </button>
      )}
    </div>
  );
}
