// Says on every page that a report was decided, until its member has taken note.
import { decided_report } from "../state/reports";
import { texts } from "../texts/texts";
import { NewsBanner } from "./news_banner";

export function ReportNews() {
  const t = texts.value;
  const report = decided_report.value;
  if (report === null) return null;
  const take_note = () => {
    decided_report.value = null;
  };
  return (
    <NewsBanner close_label={t.report.close} on_close={take_note} test_id="report-news">
      <span>
        {t.report.news} <strong>{t.report_state[report.state]}</strong>
      </span>
      <a class="banner-action" href="/me/reports" onClick={take_note} data-testid="report-news-show">
        {t.report.show}
      </a>
    </NewsBanner>
  );
}
