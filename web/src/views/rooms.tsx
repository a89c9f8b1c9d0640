// The list of rooms, newest first.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { is_image, is_retracted, type Room } from "../protocol/frames";
import { path_of, route } from "../routes";
import { search_for } from "../state/room_search";
import { has_more_rooms, load_more_rooms, room_list, rooms_loaded, UNREAD_SHOWN_MAX } from "../state/rooms";
import { session } from "../state/session";
import { typing_rooms } from "../state/typing";
import { short_moment } from "../texts/formats";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { Badge, Button, Spinner } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { PartnerAvatar, partner_name } from "./partner";
import { RoomSearch } from "./room_search";
import "./rooms.css";

/** As many are seen at a glance. */
const SEARCHED_FROM = 6;

export function RoomList() {
  const t = texts.value;
  const all = room_list.value;
  const now = useNow(60_000);
  const [wanted, set_wanted] = useState("");
  const is_searching = wanted.trim() !== "";
  const is_meant = useMemo(() => search_for(wanted), [wanted]);
  const rooms = is_searching ? all.filter((room) => is_meant(searched_in(t, room))) : all;
  const current = route.value.name === "room" ? route.value.room : null;
  const list = useRowFocusKept();
  return (
    <section class="rooms" aria-label={t.rooms.title}>
      <h1 class="rooms-title">{t.rooms.title}</h1>
      {(all.length >= SEARCHED_FROM || has_more_rooms.value || is_searching) && (
        <RoomSearch wanted={wanted} on_change={set_wanted} found={rooms.length} />
      )}
      {all.length === 0 && rooms_loaded.value && <NoRooms />}
      {all.length === 0 && !rooms_loaded.value && <Spinner />}
      <ul ref={list} class="rooms-list" data-testid="room-list">
        {rooms.map((room) => (
          <RoomRow
            key={room.id}
            room={room}
            is_current={room.id === current}
            is_typing={typing_rooms.value.has(room.id)}
            now={now}
          />
        ))}
      </ul>
      {has_more_rooms.value && !is_searching && <MoreRooms />}
    </section>
  );
}

/** The row with the focus keeps it when the order changes: moved in the page, it loses it. */
function useRowFocusKept() {
  const list = useRef<HTMLUListElement>(null);
  const row = document.activeElement;
  const focused = row instanceof HTMLElement && list.current?.contains(row) ? row : null;
  useLayoutEffect(() => {
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  });
  return list;
}

function searched_in(t: Texts, room: Room): string {
  return `${partner_name(t, room.partner)}\n${preview(t, room)}`;
}

function NoRooms() {
  const t = texts.value;
  return (
    <div class="rooms-empty" data-testid="rooms-empty">
      <p>
        <strong>{t.rooms.empty_title}</strong>
      </p>
      <p class="small">{t.rooms.empty_text}</p>
      <a class="button button-soft" href="/match">
        {t.rooms.find}
      </a>
    </div>
  );
}

function MoreRooms() {
  const t = texts.value;
  const end = useRef<HTMLDivElement>(null);
  const load = () => void load_more_rooms().catch(() => {});
  useEffect(() => {
    const watcher = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) load();
    });
    if (end.current) watcher.observe(end.current);
    return () => watcher.disconnect();
  });
  return (
    <div ref={end} class="rooms-more">
      <Button look="plain" on_press={load}>
        {t.rooms.more}
      </Button>
    </div>
  );
}

function preview(t: Texts, room: Room): string {
  const last = room.last_message;
  if (last === null) return room.open ? t.rooms.just_opened : t.rooms.closed;
  if (is_retracted(last)) return t.room.retracted;
  return is_image(last) ? t.picture.name : last.text;
}

/** The words of the member are marked as theirs, which does not turn the direction of what they wrote. */
function Preview(props: { room: Room }) {
  const t = texts.value;
  const last = props.room.last_message;
  const words = preview(t, props.room);
  const is_said = last !== null && !is_retracted(last);
  const is_mine = is_said && session.value.name === "in" && last.from === session.value.member.id;
  return (
    <>
      {is_mine && t.rooms.mine}
      <bdi>{words}</bdi>
    </>
  );
}

function RoomRow(props: { room: Room; is_current: boolean; is_typing: boolean; now: number }) {
  const t = texts.value;
  const { room, is_typing } = props;
  return (
    <li>
      <a
        class={room.unread > 0 ? "room-row room-row-unread" : "room-row"}
        href={path_of({ name: "room", room: room.id })}
        aria-current={props.is_current ? "page" : undefined}
        data-testid="room-row"
        data-room={room.id}
      >
        <PartnerAvatar room={room} />
        <span class="room-row-name">
          <bdi>{partner_name(t, room.partner)}</bdi>
          {!room.open && !room.partner.withdrawn && <span class="room-row-closed">{t.rooms.closed}</span>}
        </span>
        <time class="room-row-time" dateTime={room.last_message?.sent_at ?? room.opened_at}>
          {short_moment(room.last_message?.sent_at ?? room.opened_at, props.now)}
        </time>
        <span
          class={is_typing ? "room-row-last room-row-typing" : "room-row-last"}
          data-testid="room-last-message"
        >
          {is_typing ? t.rooms.typing : <Preview room={room} />}
        </span>
        <Badge
          count={room.unread}
          max={UNREAD_SHOWN_MAX}
          label={t.nav.unread(room.unread)}
          test_id="room-unread"
        />
      </a>
    </li>
  );
}

/** Beside the list on a wide screen, while no room is open. */
export function NoRoomChosen() {
  const t = texts.value;
  const has_none = room_list.value.length === 0 && rooms_loaded.value;
  const title = has_none ? t.match.title : t.rooms.choose;
  return (
    <section class="no-room" aria-label={title}>
      <h2>{title}</h2>
      <p class="lead">{has_none ? t.landing.lead : t.rooms.choose_text}</p>
      <a class="button button-soft" href="/match">
        {t.rooms.find}
      </a>
    </section>
  );
}
