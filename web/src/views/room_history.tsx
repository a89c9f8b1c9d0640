// What was said in a room, oldest above; scrolling up loads what is older.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Room } from "../protocol/frames";
import { links_agreed, pictures_agreed } from "../state/agreed";
import { load_older, log_of } from "../state/messages";
import { session } from "../state/session";
import { typing_rooms } from "../state/typing";
import { texts } from "../texts/texts";
import { Button } from "../ui/elements";
import { DownIcon } from "../ui/icons";
import { PartnerAvatar, partner_name } from "./partner";
import { AgreeDialog, type Matter } from "./room_agreeing";
import { HistoryLine } from "./room_line";
import { lines_of } from "./room_lines";

const NEAR_BOTTOM_PX = 80;

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
