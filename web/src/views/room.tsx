// One room: who it is with, what was said, and writing.
import { useEffect, useState } from "preact/hooks";
import type { Room } from "../protocol/frames";
import { navigate } from "../routes";
import { read_visible_room, visible_room } from "../state/chat";
import { keep_log, load_newest, log_of } from "../state/messages";
import { presences } from "../state/presence";
import { load_room, rooms } from "../state/rooms";
import { typing_rooms } from "../state/typing";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { IconButton, Notice, Spinner } from "../ui/elements";
import { BackIcon } from "../ui/icons";
import { PartnerAvatar, partner_name } from "./partner";
import { Composer } from "./room_composer";
import { History } from "./room_history";
import { RoomMenu } from "./room_menu";
import "./room.css";

type Loading = "loading" | "loaded" | "failed" | "gone";

const RETRY_MS = 3_000;

/** Loads what the room needs, and again until it is there. */
function useRoomLoaded(id: string): Loading {
  const [state, set_state] = useState<Loading>("loading");
  useEffect(() => {
    keep_log(id);
    let alive = true;
    let retry: ReturnType<typeof setTimeout> | undefined;
    async function load() {
      try {
        const exists = rooms.peek().has(id) || (await load_room(id));
        if (exists && !log_of(id).peek().loaded) await load_newest(id);
        if (alive) set_state(exists ? "loaded" : "gone");
        if (alive) read_visible_room();
      } catch {
        if (!alive) return;
        set_state("failed");
        retry = setTimeout(load, RETRY_MS);
      }
    }
    void load();
    return () => {
      alive = false;
      clearTimeout(retry);
    };
  }, [id]);
  return state;
}

export function RoomView(props: { id: string }) {
  const t = texts.value;
  const { id } = props;
  const state = useRoomLoaded(id);
  const room = rooms.value.get(id);

  useEffect(() => {
    visible_room.value = id;
    return () => {
      if (visible_room.peek() === id) visible_room.value = null;
    };
  }, [id]);

  if (room === undefined)
    return (
      <main id="main" class="no-room">
        {state === "loading" || state === "failed" ? (
          <Spinner />
        ) : (
          <h1 data-testid="room-gone">{t.room.gone}</h1>
        )}
        <a class="button button-soft" href="/rooms">
          {t.rooms.title}
        </a>
      </main>
    );

  return (
    <main id="main" class="room" data-testid="room" data-room={id}>
      <RoomHeader room={room} />
      {state === "failed" && <Notice tone="bad">{t.room.load_failed}</Notice>}
      <History room={room} />
      {room.open ? (
        <Composer key={id} room={id} />
      ) : (
        <p class="room-closed" role="status" data-testid="room-closed">
          {closing_words(t, room)}
        </p>
      )}
    </main>
  );
}

function closing_words(t: Texts, { partner, closed_by }: Room): string {
  if (partner.withdrawn) return t.room.closed_by_withdrawn;
  // Whoever leaves a room does not see it any more: this one was blocked.
  if (closed_by === "me") return t.room.closed_by_block;
  return closed_by === "partner" ? t.room.closed_by_partner(partner.nickname) : t.room.closed;
}

function RoomHeader(props: { room: Room }) {
  const t = texts.value;
  const { room } = props;
  const name = partner_name(t, room.partner);
  const is_typing = typing_rooms.value.has(room.id);
  const presence = room.open ? presences.value.get(room.id) : undefined;
  const there = presence === undefined ? t.room.open : t.presence[presence];
  const what = is_typing ? t.rooms.typing : room.open ? there : t.rooms.closed;
  return (
    <header class="room-header">
      <span class="room-back">
        <IconButton label={t.app.back} on_press={() => navigate({ name: "rooms" })} test_id="room-back">
          <BackIcon />
        </IconButton>
      </span>
      <PartnerAvatar room={room} />
      <div class="room-who">
        <h1>
          <bdi data-testid="room-partner">{name}</bdi>
        </h1>
        <p
          class={is_typing ? "room-what room-what-typing" : "room-what"}
          data-presence={presence}
          data-testid="room-state"
        >
          {what}
        </p>
      </div>
      <RoomMenu room={room} />
    </header>
  );
}
