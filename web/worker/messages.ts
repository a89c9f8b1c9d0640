// What the service worker tells the pages.

export type FromWorker =
  /** It has the files of the version whose first script this is, and has taken over. */
  | { type: "version"; start: string }
  /** A notification was tapped: this is the page behind it. */
  | { type: "open"; path: string };
