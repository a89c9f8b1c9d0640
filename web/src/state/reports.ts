// What has just been decided about a report, until its member has taken note of it.
import { signal } from "@preact/signals";
import type { Report } from "../protocol/frames";

/** The newest decision that nobody has looked at on this page yet. */
export const decided_report = signal<Report | null>(null);

export function on_report_decided(report: Report): void {
  decided_report.value = report;
}

export function clear_reports(): void {
  decided_report.value = null;
}
