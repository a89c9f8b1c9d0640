// What stands around every page of a member: menu, list beside the room, proposal above everything.
import { route } from "../routes";
import { match } from "../state/match";
import { UNREAD_SHOWN_MAX, unread_total } from "../state/rooms";
import { session } from "../state/session";
import { texts } from "../texts/texts";
import { Avatar, Badge } from "../ui/elements";
import { BubbleIcon, Logo, PersonIcon, RingsIcon } from "../ui/icons";
import { ConnectionBanner } from "./connection_banner";
import { DocumentPage, MeSection } from "./later_pages";
import { Match } from "./match";
import { Me } from "./me";
import { NotFound } from "./not_found";
import { ProposalDialog } from "./proposal";
import { ReportNews } from "./report_news";
import { RoomView } from "./room";
import { NoRoomChosen, RoomList } from "./rooms";
import { VersionNews } from "./version_news";
import "./member_pages.css";

export function MemberPages() {
  const page = route.value.name;
  return (
    <div class={`member member-on-${page}`}>
      <Menu />
      {/* One element, so that it stays as it is from page to page. */}
      <div class="member-list" {...(page === "rooms" && { id: "main", role: "main" })}>
        <RoomList />
      </div>
      <div class="member-page">
        <ConnectionBanner />
        <ReportNews />
        <VersionNews />
        <Page />
      </div>
      {match.value.name === "proposed" && <ProposalDialog phase={match.value} />}
    </div>
  );
}

function Page() {
  const page = route.value;
  switch (page.name) {
    case "match":
      return <Match />;
    case "rooms":
      return <NoRoomChosen />;
    case "room":
      return <RoomView key={page.room} id={page.room} />;
    case "me":
      return <Me />;
    case "me_section":
      return <MeSection key={page.section} section={page.section} />;
    case "terms":
    case "privacy":
      return <DocumentPage which={page.name} />;
    case "not_found":
      return <NotFound />;
    default:
      return null;
  }
}

function Menu() {
  const t = texts.value;
  const page = route.value.name;
  const { nickname, image } =
    session.value.name === "in" ? session.value.member : { nickname: "", image: null };
  const looking = match.value.name === "waiting" || match.value.name === "joining";
  const current = (is: boolean) => (is ? "page" : undefined);
  return (
    <nav class="menu" aria-label={t.nav.label}>
      <span class="menu-logo">
        <Logo />
      </span>
      <a class="menu-item" href="/match" aria-current={current(page === "match")} data-testid="menu-match">
        <RingsIcon />
        <span>{looking ? t.match.looking : t.nav.match}</span>
        {looking && <span class="menu-dot" aria-hidden="true" />}
      </a>
      <a
        class="menu-item"
        href="/rooms"
        aria-current={current(page === "rooms" || page === "room")}
        data-testid="menu-rooms"
      >
        <BubbleIcon />
        <span>{t.nav.rooms}</span>
        <Badge
          count={unread_total.value}
          max={UNREAD_SHOWN_MAX}
          label={t.nav.unread(unread_total.value)}
          test_id="unread-total"
        />
      </a>
      <a
        class="menu-item"
        href="/me"
        aria-current={current(page === "me" || page === "me_section")}
        data-testid="menu-me"
      >
        {image ? <Avatar name={nickname} image={image.small} /> : <PersonIcon />}
        <span>{t.nav.me}</span>
      </a>
    </nav>
  );
}
