// Says quietly that the server has a newer version of the page; until it is taken, this one goes on as it is.
import { useState } from "preact/hooks";
import { newer_version } from "../state/shell";
import { texts } from "../texts/texts";
import { NewsBanner } from "./news_banner";

export function VersionNews() {
  const t = texts.value;
  const [later, set_later] = useState(false);
  if (!newer_version.value || later) return null;
  return (
    <NewsBanner close_label={t.shell.later} on_close={() => set_later(true)} test_id="version-news">
      <span>{t.shell.newer}</span>
      <button
        type="button"
        class="banner-action"
        onClick={() => location.reload()}
        data-testid="version-news-renew"
      >
        {t.shell.renew}
      </button>
    </NewsBanner>
  );
}
