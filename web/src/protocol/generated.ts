// Written from docs/protocol.schema.json by `npm run generate`. Do not edit.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What a member says to a proposal.
         * @enum {string}
         */
        Answer: "accept" | "decline";
        /**
         * @description Who ended a room, as seen by one of its members.
         * @enum {string}
         */
        Closer: "me" | "partner";
        /**
         * @description How far away the other is, as little exact as may be told.
         * @enum {string}
         */
        DistanceBand: "lt10" | "lt25" | "lt50" | "lt100" | "far";
        /** @description Contents of `match.ended`. */
        Ended: {
            /** @description How. */
            outcome: components["schemas"]["MatchOutcome"];
            /** @description The proposal that ended, if there was one. */
            proposal?: components["schemas"]["ProposalId"];
            /** @description The new room. */
            room?: components["schemas"]["RoomId"];
        };
        /** @description What a page may want. */
        FromPage: {
            /** @description Says who it is; the first frame. */
            d: components["schemas"]["Hello"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "hello";
        } | {
            /** @description Says something in a room. */
            d: components["schemas"]["SendMessage"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "send";
        } | {
            /** @description Has seen everything up to a place. */
            d: components["schemas"]["ReadUpTo"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "read";
        } | {
            /** @description Is writing. */
            d: components["schemas"]["StartTyping"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "typing";
        } | {
            /** @description Takes back what it said. */
            d: components["schemas"]["RetractMessage"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "retract";
        } | {
            /** @description Shows a room to its member, or none. */
            d?: components["schemas"]["LookAt"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "look";
        } | {
            /** @description Asks for what is newer than a place. */
            d: components["schemas"]["SyncRoom"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "sync";
        } | {
            /** @description Shows a proposal to its member. */
            d: components["schemas"]["SeenProposal"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "seen";
        } | {
            /** @description Renews its token. */
            d: components["schemas"]["Renew"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "auth";
        } | {
            /** @description Answers a ping. */
            d?: components["schemas"]["Pong"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "pong";
        };
        /** @description Contents of `hello`. */
        Hello: {
            resume?: components["schemas"]["Resume"] | null;
            /** @description The access token. */
            token: string;
        };
        /**
         * Format: uuid
         * @description Names a picture.
         */
        ImageId: string;
        /** @description A picture in a room, as far as it is known before it is loaded. */
        ImageView: {
            /**
             * Format: int32
             * @description Likewise.
             */
            height: number;
            /** @description Which. */
            id: components["schemas"]["ImageId"];
            /**
             * Format: int32
             * @description Of the large one, in pixels. The small one has the same shape.
             */
            width: number;
        };
        /** @description What a page may send. */
        Limits: {
            /** @description Bytes of a frame. */
            frame_bytes: number;
            /**
             * Format: int32
             * @description Frames in a minute.
             */
            frames_per_minute: number;
            /**
             * Format: int32
             * @description Messages in 10 s.
             */
            messages_per_10s: number;
            /**
             * Format: int64
             * @description How old a message may be to be taken back.
             */
            retract_within_ms: number;
            /** @description Characters of a text. */
            text_chars: number;
        };
        /** @description Contents of `look`. */
        LookAt: {
            room?: components["schemas"]["RoomId"] | null;
        };
        /**
         * @description How a wait or a proposal ended.
         * @enum {string}
         */
        MatchOutcome: "accepted" | "declined" | "not_matched" | "expired" | "missed" | "dropped" | "cancelled";
        /**
         * Format: uuid
         * @description Names a member.
         */
        MemberId: string;
        /** @description Something said in a room. */
        Message: {
            /** @description By whom. */
            from: components["schemas"]["MemberId"];
            /** @description Made by the sender's page (`cid`). */
            id: components["schemas"]["MessageId"];
            /** @description The picture, if it is one. */
            image?: components["schemas"]["ImageView"];
            /** @description What it is. */
            kind: components["schemas"]["MessageKind"];
            /** @description The place of the message before it; 0 for the first. */
            prev: components["schemas"]["Place"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
            /** @description When it got its place. */
            sent_at: components["schemas"]["Timestamp"];
            /** @description Its place. */
            seq: components["schemas"]["Place"];
            /** @description Whether it is committed in the database. */
            stored: boolean;
            /** @description What was said; empty in every other kind than text. */
            text: string;
        };
        /**
         * Format: uuid
         * @description Names a message. The sender's page makes it (`cid`), so a resend carries the same one.
         */
        MessageId: string;
        /**
         * @description What a message is.
         * @enum {string}
         */
        MessageKind: "text" | "image" | "retracted";
        /** @description Contents of `messages`. */
        Messages: {
            /** @description What was asked for. */
            after: components["schemas"]["Place"];
            /** @description False: there is more, ask again after the last one. */
            complete: boolean;
            /** @description In order. */
            messages: components["schemas"]["Message"][];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
        };
        /** @description What is shown of the other before both have accepted. */
        PartnerCard: {
            /** @description Five years of age, like `20-24`. */
            age_band: string;
            /** @description How far away. */
            distance_band: components["schemas"]["DistanceBand"];
            /** @description A link to a small square of the picture, if there is one. It outlives the proposal. */
            image: string | null;
            /** @description Shown name. */
            nickname: string;
            /** @description Sex. */
            sex: components["schemas"]["Sex"];
            /** @description Interests both have. */
            shared_interests: string[];
        };
        /** @description The other member of a room. */
        PartnerView: {
            /** @description Who. */
            id: components["schemas"]["MemberId"];
            /** @description A link to a small square of the picture, if there is one. It ends; the view of the room has a new one. */
            image: string | null;
            /** @description Shown name; empty once the partner has withdrawn. */
            nickname: string;
            /** @description Whether the partner has withdrawn. */
            withdrawn: boolean;
        };
        /** Format: int64 */
        Place: number;
        /** @description Contents of `pong`. */
        Pong: {
            since?: components["schemas"]["Place"] | null;
        };
        /** @description Contents of `presence`. */
        PresenceMark: {
            /** @description Who. */
            member: components["schemas"]["MemberId"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
            /** @description What the member is there. */
            state: components["schemas"]["PresenceState"];
        };
        /**
         * @description What a member is in an open room, as its partner sees it.
         * @enum {string}
         */
        PresenceState: "here" | "away" | "lost";
        /**
         * Format: uuid
         * @description Names an offer of two members to each other.
         */
        ProposalId: string;
        /** @description An offer of a partner. */
        ProposalView: {
            answered: components["schemas"]["Answer"] | null;
            /** @description When it ends. */
            expires_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Milliseconds until it ends, for pages whose clock is wrong.
             */
            expires_in_ms: number;
            /** @description Which proposal. */
            id: components["schemas"]["ProposalId"];
            /** @description Who is offered. */
            partner: components["schemas"]["PartnerCard"];
            /** @description The match token to answer with. */
            token: string;
        };
        /** @description Contents of `read` to a page. */
        ReadMark: {
            /** @description Who. */
            member: components["schemas"]["MemberId"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
            /** @description Up to here. */
            seq: components["schemas"]["Place"];
        };
        /** @description Contents of `read`. */
        ReadUpTo: {
            /** @description Where. */
            room: components["schemas"]["RoomId"];
            /** @description Up to here. */
            seq: components["schemas"]["Place"];
        };
        /** @description Contents of `ready`. */
        Ready: {
            /**
             * Format: int64
             * @description How often a ping comes.
             */
            heartbeat_ms: number;
            /** @description What the page may send. */
            limits: components["schemas"]["Limits"];
            /** @description Who the page is. */
            member: components["schemas"]["MemberId"];
            /** @description The server's clock. */
            now: components["schemas"]["Timestamp"];
            /** @description The proposal that waits for an answer. */
            proposal?: components["schemas"]["ProposalView"];
            /** @description Rooms to load afresh, when too much was missed. */
            reload: components["schemas"]["RoomId"][];
            /** @description Whether what was missed follows. */
            resume: components["schemas"]["ResumeState"];
            /** @description The newest rooms. */
            rooms: components["schemas"]["RoomView"][];
            /** @description The log-in this socket belongs to. */
            session: components["schemas"]["SessionId"];
            /** @description The member's place in the queue. */
            ticket?: components["schemas"]["TicketView"];
            /** @description When a fresh token must have come. */
            token_expires_at: components["schemas"]["Timestamp"];
        };
        /** @description Contents of `err`. */
        Refusal: {
            /** @description A problem code, the same as over HTTP. */
            code: string;
            /** @description More about it. */
            detail?: string;
            /**
             * Format: int64
             * @description Not before this pause.
             */
            retry_after_ms?: number;
            /** @description Whether the same request may work later. */
            retryable: boolean;
        };
        /** @description Contents of `auth`. */
        Renew: {
            /** @description A fresh access token of the same session. */
            token: string;
        };
        /**
         * Format: uuid
         * @description Names a report of one member by another.
         */
        ReportId: string;
        /**
         * @description Why a member reports another.
         * @enum {string}
         */
        ReportReason: "spam" | "harassment" | "sexual" | "hate" | "underage" | "other";
        /**
         * @description What became of a report.
         * @enum {string}
         */
        ReportState: "open" | "acted" | "dismissed";
        /** @description A report as its reporter sees it. */
        ReportView: {
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description When it was decided. */
            decided_at?: components["schemas"]["Timestamp"];
            /** @description Which. */
            id: components["schemas"]["ReportId"];
            /** @description Why. */
            reason: components["schemas"]["ReportReason"];
            /** @description About what was said in this room. */
            room: components["schemas"]["RoomId"];
            /** @description What became of it. */
            state: components["schemas"]["ReportState"];
        };
        /** @description Chosen by the page, and the same in the answer. Without it nothing is answered. */
        RequestId: number;
        /** @description What a page that comes back has already. */
        Resume: {
            /** @description The greatest place of any message it has. */
            since: components["schemas"]["Place"];
        };
        /**
         * @description Whether what was missed follows.
         * @enum {string}
         */
        ResumeState: "fresh" | "complete" | "reload";
        /** @description Contents of `retract`. */
        RetractMessage: {
            /** @description Which message. */
            id: components["schemas"]["MessageId"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
        };
        /**
         * Format: uuid
         * @description Names a room with two members in it.
         */
        RoomId: string;
        /** @description A room as one of its members sees it. */
        RoomView: {
            closed_by: components["schemas"]["Closer"] | null;
            /** @description Which room. */
            id: components["schemas"]["RoomId"];
            last_message: components["schemas"]["Message"] | null;
            /** @description The place of the newest message; 0 if there is none. */
            last_seq: components["schemas"]["Place"];
            /** @description Whether messages may be sent. */
            open: boolean;
            /** @description When it was opened. */
            opened_at: components["schemas"]["Timestamp"];
            /** @description With whom. */
            partner: components["schemas"]["PartnerView"];
            /** @description How far the partner has read. */
            partner_read_seq: components["schemas"]["Place"];
            /** @description How far this member has read. */
            read_seq: components["schemas"]["Place"];
            /**
             * Format: int32
             * @description Messages of the partner after `read_seq`; 100 means "99+".
             */
            unread: number;
        };
        /** @description Contents of `seen`. */
        SeenProposal: {
            /** @description Which; also one that is over, to say that the page is there. */
            proposal: components["schemas"]["ProposalId"];
        };
        /** @description Contents of `send`. */
        SendMessage: {
            /** @description Whether it was sent before, whatever came of it. */
            again?: boolean;
            /** @description Made once, the same on every resend. */
            cid: components["schemas"]["MessageId"];
            /** @description What, if it is a picture: the token that its upload was answered with. */
            image?: string;
            /** @description Where. */
            room: components["schemas"]["RoomId"];
            /** @description What, if it is a text. Exactly one of this and `image` is there. */
            text?: string;
        };
        /** @description Contents of `sent`. */
        Sent: {
            /** @description Which message. */
            cid: components["schemas"]["MessageId"];
            /** @description The place before it. */
            prev: components["schemas"]["Place"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
            /** @description When it got its place. */
            sent_at: components["schemas"]["Timestamp"];
            /** @description Its place. */
            seq: components["schemas"]["Place"];
            /** @description Whether it is committed already (a repeat). */
            stored: boolean;
        };
        /**
         * Format: uuid
         * @description Names a log-in of a member on one device.
         */
        SessionId: string;
        /**
         * @description Sex, as the member gave it.
         * @enum {string}
         */
        Sex: "female" | "male" | "undisclosed";
        /** @description Contents of `typing` from a page. */
        StartTyping: {
            /** @description Where. */
            room: components["schemas"]["RoomId"];
        };
        /**
         * @description Contents of `stored`. By id and not up to a place: a log that forgot a message may have given a
         *     later place to another one, whose being stored says nothing about the first.
         */
        Stored: {
            /** @description What is committed. */
            ids: components["schemas"]["MessageId"][];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
        };
        /** @description Contents of `sync`. */
        SyncRoom: {
            /** @description What is newer than this place. */
            after: components["schemas"]["Place"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
        };
        /**
         * Format: uuid
         * @description Names a member's wish to be matched.
         */
        TicketId: string;
        /** @description A member's place in the queue. */
        TicketView: components["schemas"]["Wish"] & {
            /** @description Which ticket. */
            id: components["schemas"]["TicketId"];
            /**
             * Format: int64
             * @description Milliseconds during which nobody is looked for, because the member declined several in a row.
             */
            paused_ms?: number;
            /** @description Since when the member waits. */
            since: components["schemas"]["Timestamp"];
        };
        /** Format: date-time */
        Timestamp: string;
        /** @description What the gateway may say. */
        ToPage: {
            /** @description Answer to `hello`. */
            d: components["schemas"]["Ready"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "ready";
        } | {
            /** @description Answer to `send`: the message has its place. */
            d: components["schemas"]["Sent"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "sent";
        } | {
            /** @description Answer to `sync`. */
            d: components["schemas"]["Messages"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "messages";
        } | {
            /** @description Answer to everything else. */
            d: Record<string, never>;
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "ok";
        } | {
            /** @description The request was refused. */
            d: components["schemas"]["Refusal"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "err";
        } | {
            /** @description Somebody said something. */
            d: components["schemas"]["Message"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "message";
        } | {
            /** @description Messages are committed. */
            d: components["schemas"]["Stored"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "stored";
        } | {
            /** @description A message was taken back. */
            d: {
                /** @description Which message. */
                id: components["schemas"]["MessageId"];
                /** @description Where. */
                room: components["schemas"]["RoomId"];
            };
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "retracted";
        } | {
            /** @description A member has read up to a place. */
            d: components["schemas"]["ReadMark"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "read";
        } | {
            /** @description A member is writing. */
            d: components["schemas"]["TypingMark"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "typing";
        } | {
            /** @description Answer to `look`, and what has changed since: whether the partner looks at the room. */
            d: components["schemas"]["PresenceMark"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "presence";
        } | {
            /** @description There is a new room. */
            d: {
                /** @description The room. */
                room: components["schemas"]["RoomView"];
            };
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "room.opened";
        } | {
            /** @description A room takes no more messages. */
            d: {
                /** @description By whom. */
                by: components["schemas"]["Closer"];
                /** @description Which room. */
                room: components["schemas"]["RoomId"];
            };
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "room.closed";
        } | {
            /** @description The member waits. */
            d: components["schemas"]["Waiting"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "match.waiting";
        } | {
            /** @description Somebody was found. */
            d: components["schemas"]["ProposalView"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "match.proposed";
        } | {
            /** @description A wait or a proposal ended. */
            d: components["schemas"]["Ended"];
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "match.ended";
        } | {
            /** @description A report of the member was decided. */
            d: {
                /** @description As it is now. */
                report: components["schemas"]["ReportView"];
            };
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "report.decided";
        } | {
            /** @description Are you there? */
            d: Record<string, never>;
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "ping";
        } | {
            /** @description This node is leaving. */
            d: {
                /**
                 * Format: int64
                 * @description Reconnect after this pause.
                 */
                reconnect_in_ms: number;
            };
            id?: components["schemas"]["RequestId"];
            /** @enum {string} */
            t: "goaway";
        };
        /** @description Contents of `typing` to a page. */
        TypingMark: {
            /** @description Who. */
            member: components["schemas"]["MemberId"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
        };
        /**
         * @description Why a member is told that it waits.
         * @enum {string}
         */
        WaitNotice: "long_wait" | "partner_gone" | "paused";
        /** @description Contents of `match.waiting`. */
        Waiting: {
            /** @description Why this is told now. */
            notice?: components["schemas"]["WaitNotice"];
            /** @description The place in the queue. */
            ticket: components["schemas"]["TicketView"];
        };
        /** @description Whom a member wishes to meet. Every condition is a hard one; what is null does not count. */
        Wish: {
            /**
             * Format: int32
             * @description How many years old at most.
             */
            age_max: number | null;
            /**
             * Format: int32
             * @description How many years old at least.
             */
            age_min: number | null;
            /** @description Which language the other speaks (ISO 639). */
            language: string | null;
            /**
             * Format: int32
             * @description How far away a stranger may be; null is anywhere.
             */
            max_distance_km: number | null;
            /**
             * @description Of which sex; null is any.
             * @enum {string|null}
             */
            sex: "female" | "male" | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Answer = components['schemas']['Answer'];
export type Closer = components['schemas']['Closer'];
export type DistanceBand = components['schemas']['DistanceBand'];
export type Ended = components['schemas']['Ended'];
export type FromPage = components['schemas']['FromPage'];
export type Hello = components['schemas']['Hello'];
export type ImageId = components['schemas']['ImageId'];
export type ImageView = components['schemas']['ImageView'];
export type Limits = components['schemas']['Limits'];
export type LookAt = components['schemas']['LookAt'];
export type MatchOutcome = components['schemas']['MatchOutcome'];
export type MemberId = components['schemas']['MemberId'];
export type Message = components['schemas']['Message'];
export type MessageId = components['schemas']['MessageId'];
export type MessageKind = components['schemas']['MessageKind'];
export type Messages = components['schemas']['Messages'];
export type PartnerCard = components['schemas']['PartnerCard'];
export type PartnerView = components['schemas']['PartnerView'];
export type Place = components['schemas']['Place'];
export type Pong = components['schemas']['Pong'];
export type PresenceMark = components['schemas']['PresenceMark'];
export type PresenceState = components['schemas']['PresenceState'];
export type ProposalId = components['schemas']['ProposalId'];
export type ProposalView = components['schemas']['ProposalView'];
export type ReadMark = components['schemas']['ReadMark'];
export type ReadUpTo = components['schemas']['ReadUpTo'];
export type Ready = components['schemas']['Ready'];
export type Refusal = components['schemas']['Refusal'];
export type Renew = components['schemas']['Renew'];
export type ReportId = components['schemas']['ReportId'];
export type ReportReason = components['schemas']['ReportReason'];
export type ReportState = components['schemas']['ReportState'];
export type ReportView = components['schemas']['ReportView'];
export type RequestId = components['schemas']['RequestId'];
export type Resume = components['schemas']['Resume'];
export type ResumeState = components['schemas']['ResumeState'];
export type RetractMessage = components['schemas']['RetractMessage'];
export type RoomId = components['schemas']['RoomId'];
export type RoomView = components['schemas']['RoomView'];
export type SeenProposal = components['schemas']['SeenProposal'];
export type SendMessage = components['schemas']['SendMessage'];
export type Sent = components['schemas']['Sent'];
export type SessionId = components['schemas']['SessionId'];
export type Sex = components['schemas']['Sex'];
export type StartTyping = components['schemas']['StartTyping'];
export type Stored = components['schemas']['Stored'];
export type SyncRoom = components['schemas']['SyncRoom'];
export type TicketId = components['schemas']['TicketId'];
export type TicketView = components['schemas']['TicketView'];
export type Timestamp = components['schemas']['Timestamp'];
export type ToPage = components['schemas']['ToPage'];
export type TypingMark = components['schemas']['TypingMark'];
export type WaitNotice = components['schemas']['WaitNotice'];
export type Waiting = components['schemas']['Waiting'];
export type Wish = components['schemas']['Wish'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
