// Says quietly that the server has a newer version of the page; until it is taken, this one goes on as it is.
import { useState } from "preact/hooks";
import { newer_version } from "../state/shell";
import { texts } from "../texts/texts";
import { CrossMark } from "../ui/icons";
import { focus_heading } from "./focus_keeper";

export function VersionNews() {
  const t = texts.value;
  const [later, set_later] = useState(false);
  if (!newer_version.value || later) return null;
  return (
    <div class="banner banner-calm" role="status" data-testid="version-news">
      <span>{t.shell.newer}</span>
      <button
        type="button"
        class="banner-action"
        onClick={() => location.reload()}
        data-testid="version-news-renew"
      >
        {t.shell.renew}
      </button>
      <button
        type="button"
        class="banner-close"
        aria-label={t.shell.later}
        onClick={() => {
          set_later(true);
          // The button goes with the banner.
          focus_heading();
        }}
        data-testid="version-news-later"
      >
        <CrossMark />
      </button>
    </div>
  );
}
