// The pages that few visits need: their code is fetched when it is wanted.
import { lazily } from "./lazily";

export const Agreeing = lazily(async () => (await import("./agreeing")).Agreeing);
export const DocumentPage = lazily(async () => (await import("./document")).DocumentPage);
export const MeSection = lazily(async () => (await import("./me_section")).MeSection);
