// What was said in a room, oldest above; scrolling up loads what is older.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Room } from "../protocol/frames";
import { links_agreed, pictures_agreed } from "../state/agreed";
import { load_older, log_of, reader_is_at } from "../state/messages";
import { new_after } from "../state/new_after";
import { last_seq, place_of, type RoomLog } from "../state/room_log";
import { session } from "../state/session";
import { typing_rooms } from "../state/typing";
import { texts } from "../texts/texts";
import { Button } from "../ui/elements";
import { DownIcon } from "../ui/icons";
import { cut, pieces_of, type Starts, stretch_of } from "./history_chunks";
import { useHistoryWindow } from "./history_window";
import { PartnerAvatar, partner_name } from "./partner";
import { AgreeDialog, type Matter } from "./room_agreeing";
import { HistoryLine, type LineRoom } from "./room_line";
import { type Line, line_rules, lines_of, unchanged_kept } from "./room_lines";

/** Older messages are asked for this long before the reader is there. */
const ASKED_BEFORE = "1200px";

const ROOM_ABOVE_PX = 16;

export function History(props: { room: Room }) {
  const t = texts.value;
  const { room } = props;
  const [chosen, set_chosen] = useState<string | null>(null);
  const [retracted_by_me, set_retracted_by_me] = useState(0);
  const [asks_for, set_asks_for] = useState<Matter | null>(null);
  const log = log_of(room.id).value;
  const me = session.value.name === "in" ? session.value.member.id : "";
  const starts = useStarts(log.messages);
  const { scroller, lines, is_away, resting, look } = useHistoryWindow(starts);
  const rules = line_rules(log, me, room, new_after(room.id) ?? null);
  const drawn = useDrawnLines(log, starts, resting, rules);
  const line_room = useMemo(
    () => ({ id: room.id, open: room.open, partner: room.partner }),
    [room.id, room.open, room.partner],
  );

  // The box runs from the bottom up, so 0 is the newest end.
  const to_newest = () => scroller.current?.scrollTo({ top: 0 });
  const newest_own = newest_of(log, me);
  useEffect(() => {
    if (newest_own !== null) to_newest();
  }, [newest_own]);

  const missed = useMissed(log, me, room.id, is_away, () => {
    const news = scroller.current?.querySelector('[data-testid="new-from-here"]');
    if (news) show_from(news, scroller.current);
    look();
  });
  useEffect(() => {
    reader_is_at(room.id, is_away ? "older" : "newest");
    return () => reader_is_at(room.id, "newest");
  }, [room.id, is_away]);

  const agreed = [links_agreed, pictures_agreed].filter((one) => one.is_on(room.id)).length;
  const agreed_before = useRef(agreed);
  useEffect(() => {
    // The button that asked for it is gone, and the focus should not be lost with it.
    if (agreed > agreed_before.current) scroller.current?.focus({ preventScroll: true });
    agreed_before.current = agreed;
  }, [agreed]);

  const on_choose = useCallback((id: string) => set_chosen((now) => (now === id ? null : id)), []);
  const on_retracted = useCallback(() => set_retracted_by_me((times) => times + 1), []);

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
        onScroll={look}
      >
        <div ref={lines} class="history-lines">
          {log.loaded && !log.more_before && <Beginning room={room} />}
          {log.more_before && <Older room={room.id} oldest={log.messages[0]?.seq ?? 0} />}
          {pieces_of(starts, resting).map((piece) =>
            "resting" in piece ? (
              <div
                key={`resting ${piece.resting}`}
                data-resting={piece.resting}
                style={{ height: `${piece.height_px}px` }}
              />
            ) : (
              <Chunk
                key={piece.drawn}
                start={piece.drawn}
                lines={drawn.get(piece.drawn) ?? []}
                room={line_room}
                chosen={chosen}
                on_choose={on_choose}
                on_retracted={on_retracted}
                on_ask_for={set_asks_for}
              />
            ),
          )}
          {typing_rooms.value.has(room.id) && <TypingBubble nickname={partner_name(t, room.partner)} />}
        </div>
      </div>
      <div class="for-listeners" role="status" data-testid="retracted-by-me">
        {retracted_by_me > 0 && <p key={retracted_by_me}>{t.room.retracted_by_me}</p>}
      </div>
      {asks_for && <AgreeDialog matter={asks_for} room={room.id} on_close={() => set_asks_for(null)} />}
      {is_away && (
        <button type="button" class="to-newest" onClick={to_newest} data-testid="history-newest">
          <DownIcon /> {missed > 0 ? t.room.missed(missed) : t.room.newest}
        </button>
      )}
    </div>
  );
}

function useStarts(messages: RoomLog["messages"]): Starts {
  const before = useRef<Starts>([]);
  return useMemo(() => {
    before.current = cut(before.current, messages);
    return before.current;
  }, [messages]);
}

/** The lines of the chunks that are drawn, by where these begin. */
function useDrawnLines(
  log: RoomLog,
  starts: Starts,
  resting: ReadonlyMap<number, number>,
  rules: ReturnType<typeof line_rules>,
): ReadonlyMap<number, readonly Line[]> {
  const before = useRef<ReadonlyMap<number, readonly Line[]>>(new Map());
  const drawn = new Map<number, readonly Line[]>();
  for (const [at, start] of starts.entries()) {
    if (resting.has(start)) continue;
    const fresh = lines_of(log, stretch_of(starts, at, log.messages), rules);
    drawn.set(start, unchanged_kept(fresh, before.current.get(start) ?? []));
  }
  before.current = drawn;
  return drawn;
}

function newest_of({ messages, unsent }: RoomLog, me: string): string | null {
  const written = unsent.at(-1);
  if (written) return written.cid;
  const newest = messages.at(-1);
  return newest?.from === me ? newest.id : null;
}

/** How many messages came in that the reader, who is among older ones, has not seen. `open` shows where to begin. */
function useMissed(log: RoomLog, me: string, room: string, is_away: boolean, open: () => void): number {
  const seen = useRef(0);
  /** What was new when it was opened last: once more each time its member comes to look and finds other news. */
  const [opened_at, set_opened_at] = useState<number | null>();
  const from = new_after(room);
  const is_open = opened_at !== undefined;
  useLayoutEffect(() => {
    if (!log.loaded || from === undefined || from === opened_at) return;
    seen.current = from ?? last_seq(log);
    open();
    set_opened_at(from);
  });
  if (is_open && !is_away) seen.current = last_seq(log);
  if (!is_open || !is_away) return 0;
  return log.messages.slice(place_of(log.messages, seen.current + 1)).filter((one) => one.from !== me).length;
}

/** Scrolls up to it when it is above what is shown, and a little further. */
function show_from(element: Element, box: Element | null): void {
  if (box === null) return;
  const above_px = box.getBoundingClientRect().top + ROOM_ABOVE_PX - element.getBoundingClientRect().top;
  if (above_px > 0) box.scrollTop -= above_px;
}

interface ChunkProps {
  start: number;
  lines: readonly Line[];
  room: LineRoom;
  chosen: string | null;
  on_choose: (id: string) => void;
  on_retracted: () => void;
  on_ask_for: (matter: Matter) => void;
}

function Chunk(props: ChunkProps) {
  const { start, lines, room, chosen, on_choose, on_retracted, on_ask_for } = props;
  return (
    <div class="history-chunk" data-chunk={start}>
      {lines.map((line) => (
        <HistoryLine
          key={line.id}
          room={room}
          line={line}
          is_chosen={line.id === chosen}
          on_choose={on_choose}
          on_retracted={on_retracted}
          on_ask_for={on_ask_for}
        />
      ))}
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
    const watcher = new IntersectionObserver(
      (seen) => {
        if (seen.some((one) => one.isIntersecting)) void load();
      },
      { root: top.current?.closest('[role="log"]') ?? null, rootMargin: `${ASKED_BEFORE} 0px 0px` },
    );
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
