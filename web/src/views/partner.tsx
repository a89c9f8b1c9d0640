// How a partner is called and looks; one who has withdrawn has neither name nor picture.
import type { Partner, Room } from "../protocol/frames";
import { renew_links } from "../state/rooms";
import type { Texts } from "../texts/ko";
import { Avatar } from "../ui/elements";

export function partner_name(t: Texts, partner: Partner): string {
  return partner.withdrawn ? t.room.withdrawn : partner.nickname;
}

export function PartnerAvatar(props: { room: Room; size?: "large" }) {
  const { id, partner } = props.room;
  const size = props.size ? { size: props.size } : {};
  return (
    <Avatar
      {...size}
      name={partner.withdrawn ? "" : partner.nickname}
      image={partner.image}
      on_broken={() => renew_links(id)}
    />
  );
}
