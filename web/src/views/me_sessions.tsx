// Where the member is logged in, and ending that elsewhere.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { end_log_in, end_other_log_ins, get_log_ins, type LogIn } from "../api/sessions";
import { cut_user_agent, device_of } from "../state/device";
import { full_moment } from "../texts/formats";
import type { Texts } from "../texts/ko";
import { problem_said, texts } from "../texts/texts";
import { Button, Dialog, Notice, Spinner } from "../ui/elements";
import { PhoneIcon, ScreenIcon } from "../ui/icons";
import { MeFrame } from "./me_frame";
import { useAction } from "./use_action";

function device_said(t: Texts, user_agent: string): string {
  const { browser, system } = device_of(user_agent);
  if (browser !== null && system !== null) return t.sessions.device(browser, system);
  return browser ?? system ?? (cut_user_agent(user_agent) || t.sessions.unknown);
}

export function MeSessions() {
  const t = texts.value;
  const [log_ins, set_log_ins] = useState<LogIn[] | null>(null);
  const [done, set_done] = useState<"ended" | "ended_others" | null>(null);
  const [asking, set_asking] = useState(false);
  const action = useAction();
  const list = useRef<HTMLUListElement>(null);
  const { run } = action;

  const load = useCallback(async () => set_log_ins((await get_log_ins()).sessions), []);
  useEffect(() => void run(load), []);

  function end(which: LogIn) {
    set_done(null);
    void run(async () => {
      try {
        await end_log_in(which.id);
      } catch (error) {
        // It is gone, which is what was wanted.
        if (!(error instanceof Problem) || error.status !== 404) throw error;
      }
      set_log_ins((all) => all?.filter((one) => one.id !== which.id) ?? null);
      set_done("ended");
      list.current?.focus();
    });
  }

  function end_others() {
    set_asking(false);
    set_done(null);
    void run(async () => {
      await end_other_log_ins();
      set_log_ins((all) => all?.filter((one) => one.current) ?? null);
      set_done("ended_others");
    });
  }

  const others = log_ins?.filter((one) => !one.current).length ?? 0;
  return (
    <MeFrame title={t.me.sessions} test_id="me-page-sessions">
      <p class="lead">{t.sessions.lead}</p>
      {action.problem && (
        <Notice tone="bad" test_id="sessions-problem">
          {problem_said(t, action.problem)}
        </Notice>
      )}
      {log_ins === null && action.problem && (
        <Button look="soft" on_press={() => void run(load)}>
          {t.app.try_again}
        </Button>
      )}
      {log_ins === null && !action.problem && <Spinner />}
      {done && (
        <Notice tone="good" test_id="sessions-done">
          {t.sessions[done]}
        </Notice>
      )}
      {log_ins !== null && (
        <ul ref={list} class="card me-rows" tabIndex={-1} aria-label={t.me.sessions} data-testid="sessions">
          {log_ins.map((one) => (
            <SessionRow key={one.id} log_in={one} busy={action.busy} on_end={() => end(one)} />
          ))}
        </ul>
      )}
      {log_ins !== null && others === 0 && <p class="small">{t.sessions.only_here}</p>}
      {others > 0 && (
        <Button look="soft" wide on_press={() => set_asking(true)} test_id="sessions-end-others">
          {t.sessions.end_others}
        </Button>
      )}
      {asking && (
        <Dialog
          title={t.sessions.end_others_title}
          on_dismiss={() => set_asking(false)}
          test_id="sessions-dialog"
        >
          <p>{t.sessions.end_others_text}</p>
          <div class="dialog-actions">
            <Button look="soft" on_press={() => set_asking(false)}>
              {t.app.cancel}
            </Button>
            <Button look="danger" on_press={end_others} test_id="sessions-end-others-confirm">
              {t.sessions.end}
            </Button>
          </div>
        </Dialog>
      )}
    </MeFrame>
  );
}

function SessionRow(props: { log_in: LogIn; busy: boolean; on_end: () => void }) {
  const t = texts.value;
  const { log_in } = props;
  const name = device_said(t, log_in.device);
  return (
    <li class="session" data-testid="session" data-current={log_in.current}>
      {device_of(log_in.device).is_handheld ? <PhoneIcon /> : <ScreenIcon />}
      <span class="session-words">
        <strong title={log_in.device}>{name}</strong>
        <time class="small" dateTime={log_in.last_used_at}>
          {t.sessions.last_used(full_moment(log_in.last_used_at, Date.now()))}
        </time>
      </span>
      {log_in.current ? (
        <span class="session-here">{t.sessions.here}</span>
      ) : (
        <Button
          look="plain"
          label={t.sessions.end_one(name)}
          disabled={props.busy}
          on_press={props.on_end}
          test_id="session-end"
        >
          {t.sessions.end}
        </Button>
      )}
    </li>
  );
}
