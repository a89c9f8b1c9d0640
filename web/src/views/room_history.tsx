// What was said in a room, oldest above; scrolling up loads what is older.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { is_retracted, type Room } from "../protocol/frames";
import { first_of_partner, links_are_on } from "../state/links";
import { change_log, load_older, log_of } from "../state/messages";
import { retract_within_ms } from "../state/retracting";
import type { RoomLog } from "../state/room_log";
import { session } from "../state/session";
import { typing_rooms } from "../state/typing";
import { clock_time, long_day, same_day } from "../texts/formats";
import { problem_text, texts } from "../texts/texts";
import { Button } from "../ui/elements";
import { ClockMark, CrossMark, DownIcon, OneTickMark, TwoTicksMark } from "../ui/icons";
import { PartnerAvatar, partner_name } from "./partner";
import { LinksDialog, LinksOff, WithLinks } from "./room_links";
import { NotRetracted, Retract, useRetracting } from "./room_retract";

type Mark = "sending" | "sent" | "stored" | "read" | "refused";

interface Line {
  id: string;
  text: string;
  when: string | number;
  mine: boolean;
  mark: Mark | null;
  refused: string | null;
  retracted: boolean;
  /** The end of the time in which it can be taken back; null when it cannot be. */
  retract_until_ms: number | null;
  /** Its links cannot be followed yet. */
  links_off: boolean;
}

const plain = { mark: null, refused: null, retracted: false, retract_until_ms: null, links_off: false };

/** Messages of one writer this close together stand as one group. */
const GROUP_MS = 3 * 60_000;
const NEAR_BOTTOM_PX = 80;

function lines_of(log: RoomLog, me: string, room: Room): Line[] {
  const within_ms = retract_within_ms.value;
  const strange = links_are_on(room.id) ? new Set() : first_of_partner(log.messages, me);
  const placed = log.messages.map((message): Line => {
    const mine = message.from === me;
    const mark = room.partner_read_seq >= message.seq ? "read" : message.stored ? "stored" : "sent";
    const shown = { ...plain, id: message.id, text: message.text, when: message.sent_at, mine };
    if (is_retracted(message)) return { ...shown, retracted: true };
    if (!mine) return { ...shown, links_off: strange.has(message.id) };
    const can_retract = room.open && within_ms !== null;
    return { ...shown, mark, retract_until_ms: can_retract ? Date.parse(message.sent_at) + within_ms : null };
  });
  const unsent = log.unsent.map(
    (one): Line => ({
      ...plain,
      id: one.cid,
      text: one.text,
      when: one.written_at,
      mine: true,
      mark: one.refused === null ? "sending" : "refused",
      refused: one.refused,
    }),
  );
  return [...placed, ...unsent];
}

export function History(props: { room: Room }) {
  const t = texts.value;
  const { room } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [away, set_away] = useState(false);
  const [chosen, set_chosen] = useState<string | null>(null);
  const [retracted_by_me, set_retracted_by_me] = useState(0);
  const [asks_for_links, set_asks_for_links] = useState(false);
  const log = log_of(room.id).value;
  const me = session.value.name === "in" ? session.value.member.id : "";
  const lines = lines_of(log, me, room);
  const newest = lines.at(-1);
  const newest_own = newest?.mine ? newest.id : null;

  // The box runs from the bottom up, so 0 is the newest end.
  const to_newest = () => scroller.current?.scrollTo({ top: 0 });
  useEffect(() => {
    if (newest_own !== null) to_newest();
  }, [newest_own]);

  const links_on = links_are_on(room.id);
  const links_were_on = useRef(links_on);
  useEffect(() => {
    // The button that asked for it is gone, and the focus should not be lost with it.
    if (links_on && !links_were_on.current) scroller.current?.focus({ preventScroll: true });
    links_were_on.current = links_on;
  }, [links_on]);

  return (
    <div class="history">
      <div
        ref={scroller}
        class="history-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t.room.history}
        data-testid="history"
        onScroll={(event) => set_away(Math.abs(event.currentTarget.scrollTop) > NEAR_BOTTOM_PX)}
      >
        <div class="history-lines">
          {log.loaded && !log.more_before && <Beginning room={room} />}
          {log.more_before && <Older room={room.id} oldest={log.messages[0]?.seq ?? 0} />}
          {lines.map((line, at) => (
            <HistoryLine
              key={line.id}
              room={room}
              line={line}
              before={lines[at - 1]}
              after={lines[at + 1]}
              is_chosen={line.id === chosen}
              on_choose={() => set_chosen(line.id === chosen ? null : line.id)}
              on_retracted={() => set_retracted_by_me((times) => times + 1)}
              on_ask_for_links={() => set_asks_for_links(true)}
            />
          ))}
          {typing_rooms.value.has(room.id) && <TypingBubble nickname={partner_name(t, room.partner)} />}
        </div>
      </div>
      <div class="for-listeners" role="status" data-testid="retracted-by-me">
        {retracted_by_me > 0 && <p key={retracted_by_me}>{t.room.retracted_by_me}</p>}
      </div>
      {asks_for_links && <LinksDialog room={room.id} on_close={() => set_asks_for_links(false)} />}
      {away && (
        <button type="button" class="to-newest" onClick={to_newest}>
          <DownIcon /> {t.room.newest}
        </button>
      )}
    </div>
  );
}

function Beginning(props: { room: Room }) {
  const t = texts.value;
  const { partner } = props.room;
  return (
    <div class="beginning">
      <PartnerAvatar room={props.room} size="large" />
      <p>
        <strong>{partner.withdrawn ? t.room.withdrawn : t.room.beginning(partner.nickname)}</strong>
      </p>
      {props.room.open && <p class="small">{t.room.beginning_text}</p>}
    </div>
  );
}

function Older(props: { room: string; oldest: number }) {
  const t = texts.value;
  const { room, oldest } = props;
  const top = useRef<HTMLDivElement>(null);
  const [busy, set_busy] = useState(false);
  const load = useCallback(async () => {
    set_busy(true);
    await load_older(room).catch(() => {});
    set_busy(false);
  }, [room]);
  useEffect(() => {
    const watcher = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) void load();
    });
    // Watched anew after each page: a watcher only speaks when something changes.
    if (oldest > 0 && top.current) watcher.observe(top.current);
    return () => watcher.disconnect();
  }, [load, oldest]);
  return (
    <div ref={top} class="older">
      <Button look="plain" busy={busy} on_press={() => void load()} test_id="history-older">
        {t.room.older}
      </Button>
    </div>
  );
}

function belongs_together(a: Line | undefined, b: Line | undefined): boolean {
  if (!a || !b || a.mine !== b.mine || !same_day(a.when, b.when)) return false;
  return new Date(b.when).getTime() - new Date(a.when).getTime() < GROUP_MS;
}

function HistoryLine(props: {
  room: Room;
  line: Line;
  before: Line | undefined;
  after: Line | undefined;
  is_chosen: boolean;
  on_choose: () => void;
  on_retracted: () => void;
  on_ask_for_links: () => void;
}) {
  const t = texts.value;
  const { room, line, before, after } = props;
  const retracting = useRetracting(room.id, line.id, props.on_retracted);
  const is_first = !belongs_together(before, line);
  const is_last = !belongs_together(line, after);
  const place = `${is_first ? "line-first" : ""} ${is_last ? "line-last" : ""}`;
  return (
    <>
      {(!before || !same_day(before.when, line.when)) && <Day when={line.when} />}
      <div class={`line ${line.mine ? "line-mine" : "line-theirs"} ${place}`}>
        {/* biome-ignore lint/a11y: on a phone a tap shows the button inside; a keyboard reaches it without */}
        <div
          class={line.retracted ? "bubble bubble-retracted" : "bubble"}
          data-testid="message"
          data-id={line.id}
          data-mine={line.mine}
          data-state={line.retracted ? "retracted" : (line.mark ?? "received")}
          data-chosen={props.is_chosen}
          onClick={() => {
            if (line.retract_until_ms !== null && !matchMedia("(hover: hover)").matches) props.on_choose();
          }}
        >
          <p dir="auto" data-testid="message-text">
            {line.retracted ? t.room.retracted : <WithLinks text={line.text} links_off={line.links_off} />}
          </p>
          {line.links_off && <LinksOff text={line.text} on_press={props.on_ask_for_links} />}
          {line.retract_until_ms !== null && (
            <Retract text={line.text} until_ms={line.retract_until_ms} retracting={retracting} />
          )}
        </div>
        <span class="line-side">
          {line.mark && (is_last || line.mark === "sending" || line.mark === "refused") && (
            <StateMark mark={line.mark} />
          )}
          {is_last && line.mark !== "refused" && (
            <time dateTime={new Date(line.when).toISOString()}>{clock_time(line.when)}</time>
          )}
        </span>
      </div>
      {line.refused !== null && <Refused room={room.id} cid={line.id} code={line.refused} />}
      {retracting.problem && !line.retracted && <NotRetracted problem={retracting.problem} />}
    </>
  );
}

function Day(props: { when: string | number }) {
  return (
    <p class="day">
      <span>{long_day(props.when)}</span>
    </p>
  );
}

function StateMark(props: { mark: Mark }) {
  const t = texts.value;
  const words: Record<Mark, string> = {
    sending: t.room.state_sending,
    sent: t.room.state_sent,
    stored: t.room.state_stored,
    read: t.room.state_read,
    refused: t.room.state_refused,
  };
  return (
    <span
      class={`mark mark-${props.mark}`}
      role="img"
      aria-label={words[props.mark]}
      title={words[props.mark]}
    >
      {props.mark === "sending" && <ClockMark />}
      {props.mark === "sent" && <OneTickMark />}
      {(props.mark === "stored" || props.mark === "read") && <TwoTicksMark />}
      {props.mark === "refused" && <CrossMark />}
    </span>
  );
}

function Refused(props: { room: string; cid: string; code: string }) {
  const t = texts.value;
  return (
    <p class="refused" role="alert">
      {t.room.state_refused} · {problem_text(t, props.code)}
      <Button look="plain" on_press={() => change_log(props.room, { type: "discarded", cid: props.cid })}>
        {t.room.discard}
      </Button>
    </p>
  );
}

function TypingBubble(props: { nickname: string }) {
  const t = texts.value;
  return (
    <div class="line line-theirs line-first line-last" data-testid="typing">
      <div class="bubble bubble-typing" role="img" aria-label={t.room.typing(props.nickname)}>
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}
