// Starts the page.
import { render } from "preact";
import { start_routes } from "./routes";
import { load_client_settings } from "./state/client_settings";
import { start_renewal } from "./state/renewal";
import { start_session } from "./state/session";
import { start_shell } from "./state/shell";
import { start_theme } from "./state/theme";
import { start_language } from "./texts/language";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/elements.css";
import { App } from "./views/app";
import { call_when_wanted } from "./views/later_pages";

start_theme();
start_language();
start_routes();
void load_client_settings();
void start_session();
call_when_wanted();

const root = document.getElementById("app");
if (root) render(<App />, root);

start_shell();
start_renewal();
