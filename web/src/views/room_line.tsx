// One line of the history of a room: its bubble, what became of it, and what can be done with it.
import type { Room } from "../protocol/frames";
import { discard_message, try_image_again } from "../state/chat";
import { is_held } from "../state/image_sending";
import { server_now } from "../state/server_clock";
import { clock_time, full_moment, long_day } from "../texts/formats";
import { problem_text, texts } from "../texts/texts";
import { Button } from "../ui/elements";
import { ClockMark, CrossMark, OneTickMark, TwoTicksMark } from "../ui/icons";
import { MessageText } from "./message_text";
import { partner_name } from "./partner";
import type { Matter } from "./room_agreeing";
import type { Line, Mark } from "./room_lines";
import { LinksOff } from "./room_links";
import { HiddenPicture, Picture } from "./room_picture";
import { picture_said } from "./room_picture_adding";
import { NotRetracted, Retract, useRetracting } from "./room_retract";

function bubble_looks(line: Line): string {
  const look = line.retracted ? "bubble-retracted" : line.image ? "bubble-picture" : "";
  return `bubble ${look}`.trimEnd();
}

/** What a line goes by of its room: what else changes of a room does not draw it anew. */
export type LineRoom = Pick<Room, "id" | "open" | "partner">;

export function HistoryLine(props: {
  room: LineRoom;
  line: Line;
  is_chosen: boolean;
  on_choose: (id: string) => void;
  on_retracted: () => void;
  on_ask_for: (matter: Matter) => void;
}) {
  const t = texts.value;
  const { room, line } = props;
  const { is_last } = line;
  const retracting = useRetracting(room.id, line.id, props.on_retracted);
  const place = `${line.is_first ? "line-first" : ""} ${is_last ? "line-last" : ""}`;
  return (
    <>
      {line.starts_day && <Day when={line.when} />}
      {line.starts_news && <NewFromHere />}
      <div class={`line ${line.mine ? "line-mine" : "line-theirs"} ${place}`}>
        {/* biome-ignore lint/a11y: on a phone a tap shows the button inside; a keyboard reaches it without */}
        <div
          class={bubble_looks(line)}
          data-testid="message"
          data-id={line.id}
          data-mine={line.mine}
          data-state={line.retracted ? "retracted" : (line.mark ?? "received")}
          data-chosen={props.is_chosen}
          onClick={() => {
            if (line.retract_until_ms !== null && !matchMedia("(hover: hover)").matches)
              props.on_choose(line.id);
          }}
        >
          {line.retracted ? (
            <p data-testid="message-text">{t.room.retracted}</p>
          ) : line.image ? (
            <PictureOf
              room={room}
              line={line}
              image={line.image}
              on_ask={() => props.on_ask_for("pictures")}
            />
          ) : (
            <MessageText text={line.text} links_off={line.links_off} />
          )}
          {line.links_off && <LinksOff text={line.text} on_press={() => props.on_ask_for("links")} />}
          {line.retract_until_ms !== null && (
            <Retract
              text={line.image ? t.picture.name : line.text}
              until_ms={line.retract_until_ms}
              retracting={retracting}
            />
          )}
        </div>
        <span class="line-side">
          {line.mark && (is_last || line.mark === "sending" || line.mark === "refused") && (
            <StateMark mark={line.mark} />
          )}
          {is_last && line.mark !== "refused" && (
            <time dateTime={new Date(line.when).toISOString()}>{clock_time(line.when)}</time>
          )}
        </span>
      </div>
      {line.refused !== null && <Refused room={room} line={line} code={line.refused} />}
      {retracting.problem && !line.retracted && <NotRetracted problem={retracting.problem} />}
    </>
  );
}

function Day(props: { when: string | number }) {
  return (
    <p class="day">
      <span>{long_day(props.when)}</span>
    </p>
  );
}

function NewFromHere() {
  const t = texts.value;
  return (
    <p class="new-from-here" data-testid="new-from-here">
      <span>{t.room.new_from_here}</span>
    </p>
  );
}

function StateMark(props: { mark: Mark }) {
  const t = texts.value;
  const words: Record<Mark, string> = {
    sending: t.room.state_sending,
    sent: t.room.state_sent,
    stored: t.room.state_stored,
    read: t.room.state_read,
    refused: t.room.state_refused,
  };
  return (
    <span
      class={`mark mark-${props.mark}`}
      role="img"
      aria-label={words[props.mark]}
      title={words[props.mark]}
    >
      {props.mark === "sending" && <ClockMark />}
      {props.mark === "sent" && <OneTickMark />}
      {(props.mark === "stored" || props.mark === "read") && <TwoTicksMark />}
      {props.mark === "refused" && <CrossMark />}
    </span>
  );
}

function PictureOf(props: {
  room: LineRoom;
  line: Line;
  image: NonNullable<Line["image"]>;
  on_ask: () => void;
}) {
  const t = texts.value;
  const { room, line, image, on_ask } = props;
  const when = full_moment(line.when, server_now());
  const words = line.mine ? t.picture.mine(when) : t.picture.theirs(partner_name(t, room.partner), when);
  const { width, height } = image;
  if (line.picture_off) return <HiddenPicture width={width} height={height} words={words} on_ask={on_ask} />;
  const is_placed = line.mark !== "sending" && line.mark !== "refused";
  return (
    <Picture
      room={room.id}
      message={line.id}
      id={is_placed ? (image.id ?? null) : null}
      width={width}
      height={height}
      words={words}
      is_sending={line.mark === "sending"}
    />
  );
}

function Refused(props: { room: LineRoom; line: Line; code: string }) {
  const t = texts.value;
  const { room, line, code } = props;
  const can_try_again = room.open && is_held(line.id);
  // After a reload only the member has the picture itself.
  const must_choose = code === "image_token_invalid" && room.open && !can_try_again;
  const picture_code = must_choose ? "image_not_kept" : code;
  return (
    <p class="refused" role="alert" data-testid="refused">
      {t.room.state_refused} · {line.image ? picture_said(t, picture_code) : problem_text(t, code)}
      {can_try_again && (
        <Button look="plain" on_press={() => try_image_again(room.id, line.id)} test_id="refused-again">
          {t.app.try_again}
        </Button>
      )}
      <Button look="plain" on_press={() => discard_message(room.id, line.id)} test_id="refused-discard">
        {t.room.discard}
      </Button>
    </p>
  );
}
