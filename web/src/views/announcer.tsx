// Says new messages to who listens instead of looks.
import { last_incoming } from "../state/chat";
import { rooms } from "../state/rooms";
import { texts } from "../texts/texts";

export function Announcer() {
  const t = texts.value;
  const message = last_incoming.value;
  const nickname = message ? rooms.value.get(message.room)?.partner.nickname : undefined;
  return (
    <div class="for-listeners" aria-live="polite" data-testid="announcer">
      {message && nickname ? t.room.said(nickname, message.text) : ""}
    </div>
  );
}
