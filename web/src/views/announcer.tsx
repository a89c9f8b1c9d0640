// Says new messages to who listens instead of looks.
import { is_image, type Message, type Partner } from "../protocol/frames";
import { last_incoming } from "../state/chat";
import { rooms } from "../state/rooms";
import type { Texts } from "../texts/ko";
import { texts } from "../texts/texts";
import { partner_name } from "./partner";

export function Announcer() {
  const t = texts.value;
  const message = last_incoming.value;
  const partner = message && rooms.value.get(message.room)?.partner;
  return (
    <div class="for-listeners" aria-live="polite" data-testid="announcer">
      {message && partner ? said(t, partner, message) : ""}
    </div>
  );
}

function said(t: Texts, partner: Partner, message: Message): string {
  const name = partner_name(t, partner);
  return is_image(message) ? t.picture.said(name) : t.room.said(name, message.text);
}
