// What was said in a room, oldest above; scrolling up loads what is older.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { is_image, is_retracted, type Room } from "../protocol/frames";
import { links_agreed, pictures_agreed } from "../state/agreed";
import { discard_message, try_image_again } from "../state/chat";
import { is_held } from "../state/image_sending";
import { first_of_partner } from "../state/links";
import { load_older, log_of } from "../state/messages";
import { retract_within_ms } from "../state/retracting";
import type { RoomLog, Written } from "../state/room_log";
import { server_now } from "../state/server_clock";
import { session } from "../state/session";
import { typing_rooms } from "../state/typing";
import { clock_time, full_moment, long_day, same_day } from "../texts/formats";
import { problem_text, texts } from "../texts/texts";
import { Button } from "../ui/elements";
import { ClockMark, CrossMark, DownIcon, OneTickMark, TwoTicksMark } from "../ui/icons";
import { PartnerAvatar, partner_name } from "./partner";
import { AgreeDialog, type Matter } from "./room_agreeing";
import { LinksOff, WithLinks } from "./room_links";
import { HiddenPicture, Picture } from "./room_picture";
import { picture_said } from "./room_picture_adding";
import { NotRetracted, Retract, useRetracting } from "./room_retract";

type Mark = "sending" | "sent" | "stored" | "read" | "refused";

interface Line {
  id: string;
  text: string;
  image: NonNullable<Written["image"]> | null;
  when: string | number;
  mine: boolean;
  mark: Mark | null;
  refused: string | null;
  retracted: boolean;
  /** The end of the time in which it can be taken back; null when it cannot be. */
  retract_until_ms: number | null;
  /** Its links cannot be followed yet. */
  links_off: boolean;
  /** Its picture is not shown yet. */
  picture_off: boolean;
}

const plain = {
  image: null,
  mark: null,
  refused: null,
  retracted: false,
  retract_until_ms: null,
  links_off: false,
  picture_off: false,
};

/** Messages of one writer this close together stand as one group. */
const GROUP_MS = 3 * 60_000;
const NEAR_BOTTOM_PX = 80;

function lines_of(log: RoomLog, me: string, room: Room): Line[] {
  const within_ms = retract_within_ms.value;
  const strange = links_agreed.is_on(room.id) ? new Set() : first_of_partner(log.messages, me);
  const picture_off = !pictures_agreed.is_on(room.id);
  const placed = log.messages.map((message): Line => {
    const mine = message.from === me;
    const mark = room.partner_read_seq >= message.seq ? "read" : message.stored ? "stored" : "sent";
    const image = is_image(message) ? message.image : null;
    const shown = { ...plain, id: message.id, text: message.text, image, when: message.sent_at, mine };
    if (is_retracted(message)) return { ...shown, retracted: true };
    if (!mine) return { ...shown, links_off: strange.has(message.id), picture_off };
    const can_retract = room.open && within_ms !== null;
    return { ...shown, mark, retract_until_ms: can_retract ? Date.parse(message.sent_at) + within_ms : null };
  });
  const unsent = log.unsent.map(
    (one): Line => ({
      ...plain,
      id: one.cid,
      text: one.text,
      image: one.image ?? null,
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
  const [asks_for, set_asks_for] = useState<Matter | null>(null);
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

  const agreed = [links_agreed, pictures_agreed].filter((one) => one.is_on(room.id)).length;
  const agreed_before = useRef(agreed);
  useEffect(() => {
    // The button that asked for it is gone, and the focus should not be lost with it.
    if (agreed > agreed_before.current) scroller.current?.focus({ preventScroll: true });
    agreed_before.current = agreed;
  }, [agreed]);

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
              on_ask_for={set_asks_for}
            />
          ))}
          {typing_rooms.value.has(room.id) && <TypingBubble nickname={partner_name(t, room.partner)} />}
        </div>
      </div>
      <div class="for-listeners" role="status" data-testid="retracted-by-me">
        {retracted_by_me > 0 && <p key={retracted_by_me}>{t.room.retracted_by_me}</p>}
      </div>
      {asks_for && <AgreeDialog matter={asks_for} room={room.id} on_close={() => set_asks_for(null)} />}
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

function bubble_looks(line: Line): string {
  const look = line.retracted ? "bubble-retracted" : line.image ? "bubble-picture" : "";
  return `bubble ${look}`.trimEnd();
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
  on_ask_for: (matter: Matter) => void;
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
          class={bubble_looks(line)}
          data-testid="message"
          data-id={line.id}
          data-mine={line.mine}
          data-state={line.retracted ? "retracted" : (line.mark ?? "received")}
          data-chosen={props.is_chosen}
          onClick={() => {
            if (line.retract_until_ms !== null && !matchMedia("(hover: hover)").matches) props.on_choose();
          }}
        >
          {line.image ? (
            <PictureOf
              room={room}
              line={line}
              image={line.image}
              on_ask={() => props.on_ask_for("pictures")}
            />
          ) : (
            <p dir="auto" data-testid="message-text">
              {line.retracted ? t.room.retracted : <WithLinks text={line.text} links_off={line.links_off} />}
            </p>
          )}
          {line.links_off && <LinksOff text={line.text} on_press={() => props.on_ask_for("links")} />}
          {line.retract_until_ms !== null && (
            <Retract
              text={line.image ? t.picture.name : line.text}
              until_ms={line.retract_until_ms}
              retracting={retracting}
            />
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
      {line.refused !== null && <Refused room={room} line={line} code={line.refused} />}
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

function PictureOf(props: { room: Room; line: Line; image: NonNullable<Line["image"]>; on_ask: () => void }) {
  const t = texts.value;
  const { room, line, image, on_ask } = props;
  const when = full_moment(line.when, server_now());
  const words = line.mine ? t.picture.mine(when) : t.picture.theirs(partner_name(t, room.partner), when);
  const { width, height } = image;
  if (line.picture_off) return <HiddenPicture width={width} height={height} words={words} on_ask={on_ask} />;
  const is_placed = line.mark !== "sending" && line.mark !== "refused";
  return (
    <Picture
      room={room.id}
      message={line.id}
      id={is_placed ? (image.id ?? null) : null}
      width={width}
      height={height}
      words={words}
      is_sending={line.mark === "sending"}
    />
  );
}

function Refused(props: { room: Room; line: Line; code: string }) {
  const t = texts.value;
  const { room, line, code } = props;
  const can_try_again = room.open && is_held(line.id);
  return (
    <p class="refused" role="alert" data-testid="refused">
      {t.room.state_refused} · {line.image ? picture_said(t, code) : problem_text(t, code)}
      {can_try_again && (
        <Button look="plain" on_press={() => try_image_again(room.id, line.id)} test_id="refused-again">
          {t.app.try_again}
        </Button>
      )}
      <Button look="plain" on_press={() => discard_message(room.id, line.id)} test_id="refused-discard">
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
