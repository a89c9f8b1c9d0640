// What the connection is doing, for whoever wants to show it.
import { computed, signal } from "@preact/signals";
import type { ConnectionState } from "../protocol/socket";

export const connection = signal<ConnectionState>({ name: "idle" });

/** It was ready at least once since the log-in. */
export const was_ready = signal(false);

export const is_ready = computed(() => connection.value.name === "ready");
