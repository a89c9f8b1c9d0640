// A link to a file in memory, for as long as it is shown.
import { useEffect, useState } from "preact/hooks";

export function useObjectUrl(file: Blob | null): string | null {
  const [made, set_made] = useState<{ file: Blob; url: string } | null>(null);
  useEffect(() => {
    if (file === null) return;
    const url = URL.createObjectURL(file);
    set_made({ file, url });
    return () => URL.revokeObjectURL(url);
  }, [file]);
  // Never the link of another file: that one is gone.
  return made !== null && made.file === file ? made.url : null;
}
