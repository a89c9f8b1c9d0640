// Says new messages to who listens instead of looks.
import { last_incoming } from "../state/chat";
import { rooms } from "../state/rooms";
import { texts } from "../texts/texts";
import { partner_name } from "./partner";

export function Announcer() {
  const t = texts.value;
  const message = last_incoming.value;
  const partner = message && rooms.value.get(message.room)?.partner;
  return (
    <div class="for-listeners" aria-live="polite" data-testid="announcer">
      {message && partner ? t.room.said(partner_name(t, partner), message.text) : ""}
    </div>
  );
}
