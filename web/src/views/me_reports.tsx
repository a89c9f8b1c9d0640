// What the member has reported, and what came of it.
import { useEffect } from "preact/hooks";
import { get_reports } from "../api/safety";
import type { Report } from "../protocol/frames";
import { path_of } from "../routes";
import { decided_report } from "../state/reports";
import { rooms } from "../state/rooms";
import { full_moment } from "../texts/formats";
import { texts } from "../texts/texts";
import { MeFrame } from "./me_frame";
import { MeList } from "./me_list";
import { partner_name } from "./partner";
import { usePages } from "./use_pages";

export function MeReports() {
  const t = texts.value;
  const pages = usePages(async (cursor) => {
    const { reports, next } = await get_reports(cursor);
    return { rows: reports, next };
  });
  const news = decided_report.value;
  const { change } = pages;
  useEffect(() => {
    if (news) change((rows) => rows.map((one) => (one.id === news.id ? news : one)));
  }, [news]);

  return (
    <MeFrame title={t.me.reports} test_id="me-page-reports">
      <p class="lead">{t.report.list_lead}</p>
      <MeList pages={pages} label={t.me.reports} none={t.report.none} test_id="reports">
        {(report) => <ReportRow key={report.id} report={report} />}
      </MeList>
    </MeFrame>
  );
}

function ReportRow(props: { report: Report }) {
  const t = texts.value;
  const { report } = props;
  const room = rooms.value.get(report.room);
  const now = Date.now();
  return (
    <li class="report" data-testid="report" data-id={report.id} data-state={report.state}>
      <span class="report-words">
        <strong>{t.report_reason[report.reason]}</strong>
        {room && (
          <a href={path_of({ name: "room", room: room.id })} title={t.report.show_room}>
            <bdi>{partner_name(t, room.partner)}</bdi>
          </a>
        )}
      </span>
      <span class={`report-state report-${report.state}`}>{t.report_state[report.state]}</span>
      <time class="small" dateTime={report.decided_at ?? report.created_at}>
        {report.decided_at
          ? t.report.decided(full_moment(report.decided_at, now))
          : t.report.made(full_moment(report.created_at, now))}
      </time>
    </li>
  );
}
