// Uploads to play in tests: holds what was begun to be sent and answers what the test says.

export interface FakeUpload {
  what: string;
  file: Blob;
  headers: Record<string, string>;
  aborted: boolean;
  has_left: (part: number) => void;
  answer: (status: number, body: unknown) => void;
  break_off: () => void;
}

/** `Request` stands in for XMLHttpRequest. */
export function fake_uploads() {
  const uploads: FakeUpload[] = [];
  class Request {
    upload: { onprogress?: (event: object) => void } = {};
    onload?: () => void;
    onerror?: () => void;
    onabort?: () => void;
    responseText = "";
    status = 0;
    #what = "";
    #headers: Record<string, string> = {};
    #begun: FakeUpload | undefined;

    open(method: string, path: string): void {
      this.#what = `${method} ${path.replace("/api/v1", "")}`;
    }

    setRequestHeader(name: string, value: string): void {
      this.#headers[name] = value;
    }

    send(file: Blob): void {
      this.#begun = {
        what: this.#what,
        file,
        headers: this.#headers,
        aborted: false,
        has_left: (part) =>
          this.upload.onprogress?.({ lengthComputable: true, loaded: part * 100, total: 100 }),
        answer: (status, body) => {
          this.status = status;
          this.responseText = JSON.stringify(body);
          this.onload?.();
        },
        break_off: () => this.onerror?.(),
      };
      uploads.push(this.#begun);
    }

    abort(): void {
      if (this.#begun) this.#begun.aborted = true;
      this.onabort?.();
    }
  }
  return {
    uploads,
    Request,
    newest(): FakeUpload {
      const upload = uploads.at(-1);
      if (!upload) throw new Error("nothing sent yet");
      return upload;
    },
  };
}
