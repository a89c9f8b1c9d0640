// The first page: says in one look what this is.
import { client_settings } from "../state/client_settings";
import { session } from "../state/session";
import { texts } from "../texts/texts";
import { Rings } from "../ui/elements";
import { PairIcon, RingsIcon, ShieldIcon } from "../ui/icons";
import { GuestFrame } from "./guest_frame";
import "./guest.css";

export function Landing() {
  const t = texts.value;
  return (
    <GuestFrame>
      {session.value.name === "out" && session.value.because === "withdrawn" && <Farewell />}
      <div class="landing" data-testid="landing">
        <section class="landing-words">
          <h1>{t.landing.headline}</h1>
          <p class="lead">{t.landing.lead}</p>
          <div class="landing-actions">
            <a class="button button-strong" href="/sign-up" data-testid="landing-sign-up">
              {t.landing.sign_up}
            </a>
            <a class="button button-soft" href="/log-in" data-testid="landing-log-in">
              {t.landing.log_in}
            </a>
          </div>
          <p class="small">{t.landing.adults(client_settings.value.minimum_age)}</p>
        </section>
        <LandingPicture />
        <ul class="landing-points">
          <li>
            <RingsIcon />
            <strong>{t.landing.distance_title}</strong>
            <span>{t.landing.distance_text}</span>
          </li>
          <li>
            <PairIcon />
            <strong>{t.landing.both_title}</strong>
            <span>{t.landing.both_text}</span>
          </li>
          <li>
            <ShieldIcon />
            <strong>{t.landing.place_title}</strong>
            <span>{t.landing.place_text}</span>
          </li>
        </ul>
        <p class="small landing-documents">
          <a href="/terms">{t.me.terms}</a> · <a href="/privacy">{t.me.privacy_notice}</a>
        </p>
      </div>
    </GuestFrame>
  );
}

function Farewell() {
  const t = texts.value;
  return (
    <p class="notice notice-calm farewell" role="status" data-testid="farewell">
      <strong>{t.withdraw.farewell_title}</strong> {t.withdraw.farewell}
    </p>
  );
}

function LandingPicture() {
  const t = texts.value;
  return (
    <div class="landing-picture" aria-hidden="true">
      <Rings lit={3} all={5} alive />
      <span class="landing-pill">{t.landing.sample_distance}</span>
      <span class="landing-bubble landing-bubble-one">{t.landing.sample_one}</span>
      <span class="landing-bubble landing-bubble-two">{t.landing.sample_two}</span>
    </div>
  );
}
