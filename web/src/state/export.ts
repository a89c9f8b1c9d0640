// Saves all that is stored about the member as a file of this device.
import { get_export } from "../api/member";

const FILE_NAME = "rand-chat-export.json";
/** Some browsers read the file only after the click is over. */
const KEEP_MS = 60_000;

export async function save_export(): Promise<void> {
  const url = URL.createObjectURL(await get_export());
  const link = document.createElement("a");
  link.href = url;
  link.download = FILE_NAME;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
