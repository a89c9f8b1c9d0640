// The list of rooms, newest first.
import { useEffect, useRef } from "preact/hooks";
import { is_image, is_retracted, type Room } from "../protocol/frames";
import { path_of, route } from "../routes";
import { has_more_rooms, load_more_rooms, room_list, rooms_loaded, UNREAD_SHOWN_MAX } from "../state/rooms";
import { session } from "../state/session";
import { typing_rooms } from "../state/typing";
import { short_moment } from "../texts/formats";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { Badge, Button, Spinner } from "../ui/elements";
import { useNow } from "../ui/ticking";
import { PartnerAvatar, partner_name } from "./partner";
import "./rooms.css";

export function RoomList() {
  const t = texts.value;
  const rooms = room_list.value;
  const now = useNow(60_000);
  return (
    <section class="rooms" aria-label={t.rooms.title}>
      <h1 class="rooms-title">{t.rooms.title}</h1>
      {rooms.length === 0 && rooms_loaded.value && <NoRooms />}
      {rooms.length === 0 && !rooms_loaded.value && <Spinner />}
      <ul class="rooms-list" data-testid="room-list">
        {rooms.map((room) => (
          <RoomRow key={room.id} room={room} now={now} />
        ))}
      </ul>
      {has_more_rooms.value && <MoreRooms />}
    </section>
  );
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
  if (room.last_message && is_retracted(room.last_message)) return t.room.retracted;
  const last = room.last_message;
  if (last === null) return room.open ? t.rooms.just_opened : t.rooms.closed;
  const words = is_image(last) ? t.picture.name : last.text;
  const is_mine = session.value.name === "in" && last.from === session.value.member.id;
  return is_mine ? t.rooms.mine(words) : words;
}

function RoomRow(props: { room: Room; now: number }) {
  const t = texts.value;
  const { room } = props;
  const is_current = route.value.name === "room" && route.value.room === room.id;
  const is_typing = typing_rooms.value.has(room.id);
  return (
    <li>
      <a
        class={room.unread > 0 ? "room-row room-row-unread" : "room-row"}
        href={path_of({ name: "room", room: room.id })}
        aria-current={is_current ? "page" : undefined}
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
        <span class={is_typing ? "room-row-last room-row-typing" : "room-row-last"} dir="auto">
          {is_typing ? t.rooms.typing : preview(t, room)}
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
  return (
    <section class="no-room">
      <h2>{has_none ? t.match.title : t.rooms.choose}</h2>
      <p class="lead">{has_none ? t.landing.lead : t.rooms.choose_text}</p>
      <a class="button button-soft" href="/match">
        {t.rooms.find}
      </a>
    </section>
  );
}
