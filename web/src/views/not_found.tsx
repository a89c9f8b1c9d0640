// An address that leads nowhere.
import { texts } from "../texts/texts";

export function NotFound() {
  const t = texts.value;
  return (
    <main id="main" class="splash">
      <h1>{t.app.not_found}</h1>
      <a class="button button-soft" href="/">
        {t.app.go_home}
      </a>
    </main>
  );
}
