// The terms of use and the privacy notice, in full.
import type { Agreement } from "../api/session";
import { navigate } from "../routes";
import { client_settings } from "../state/client_settings";
import { session } from "../state/session";
import { documents_en } from "../texts/documents_en";
import { documents_ko } from "../texts/documents_ko";
import { language } from "../texts/language";
import { texts } from "../texts/texts";
import { IconButton } from "../ui/elements";
import { BackIcon } from "../ui/icons";
import { GuestFrame } from "./guest_frame";
import "./document.css";

const documents = { ko: documents_ko, en: documents_en };

/** In the frame of whoever reads it. */
export function DocumentPage(props: { which: Agreement }) {
  const t = texts.value;
  if (session.value.name === "in")
    return (
      <main id="main" class="document-page">
        <p class="document-back">
          <IconButton label={t.app.back} on_press={() => navigate({ name: "me" })}>
            <BackIcon />
          </IconButton>
        </p>
        <Document which={props.which} />
      </main>
    );
  return (
    <GuestFrame>
      <Document which={props.which} />
    </GuestFrame>
  );
}

function Document(props: { which: Agreement }) {
  const t = texts.value;
  const settings = client_settings.value;
  const text = documents[language.value][props.which];
  const version = props.which === "terms" ? settings.terms_version : settings.privacy_version;
  return (
    <article class="document" data-testid={`document-${props.which}`}>
      <h1>{text.title}</h1>
      <p class="small">{t.documents.version(version)}</p>
      <p class="lead">{text.lead}</p>
      {text.sections.map((section) => (
        <section key={section.title}>
          <h2>{section.title}</h2>
          {section.words?.map((words) => (
            <p key={words}>{words}</p>
          ))}
          {section.points && (
            <ul>
              {section.points.map((point) => (
                <li key={point}>{point}</li>
              ))}
            </ul>
          )}
        </section>
      ))}
      <p class="document-other">
        {props.which === "terms" ? (
          <a href="/privacy">{t.me.privacy_notice}</a>
        ) : (
          <a href="/terms">{t.me.terms}</a>
        )}
      </p>
    </article>
  );
}
