// Written from docs/openapi.json by `npm run generate`. Do not edit.
export interface paths {
    "/api/v1/auth/email-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a code to an address. The answer does not tell whether the address has an account. The code is good in the
         *     browser that asked (by its device cookie).
         */
        post: operations["send_email_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/email-proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Proves an address with its code. */
        post: operations["prove_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password-reset-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends the code for a new password to the address of an account. The old password works on. */
        post: operations["send_reset_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password-reset-proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turns the code for a new password into a proof. */
        post: operations["prove_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets a new password: unlocks the account and ends every log-in of it. */
        post: operations["set_new_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchanges the refresh cookie for fresh tokens. */
        post: operations["renew_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Logs in. Who is refused does not learn whether there is such an account. */
        post: operations["log_in_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Logs out: ends the session of the refresh cookie, and its sockets. */
        delete: operations["log_out_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/unlock-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends the code that unlocks an account to its address. */
        post: operations["send_unlock_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/unlocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unlocks an account with the code sent to its address. */
        post: operations["unlock_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/username-reminders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends the username of an address to that address. */
        post: operations["send_username"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/client-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the browser client must know of the settings. */
        get: operations["client_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file. The link is all it takes; it expires. With files on S3 links lead there instead. */
        get: operations["show_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/match/proposals/{proposal}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts or declines a proposal. */
        post: operations["answer_proposal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/match/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own place in the queue, and what to expect. */
        get: operations["show_ticket"];
        /** Asks to be matched, or changes the conditions. The place in the queue is kept. */
        put: operations["put_ticket"];
        post?: never;
        /** Leaves the queue. */
        delete: operations["delete_ticket"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs up and logs in. */
        post: operations["make_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own account. */
        get: operations["show_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes the own profile and privacy switches. */
        patch: operations["change_me"];
        trace?: never;
    };
    "/api/v1/members/me/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom one has blocked, newest first. */
        get: operations["list_my_blocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/blocks/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Blocks somebody with whom one shares or shared a room. An open room of the two closes; they are not matched any more. */
        put: operations["put_block"];
        post?: never;
        /** Lifts a block. It reopens nothing. */
        delete: operations["delete_block"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Agrees to terms and a privacy notice that have changed. */
        put: operations["agree_anew"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Moves the account to another address with the code sent there. The old address is told. */
        put: operations["change_my_email"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/email-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a code to another address, to which the account is to move. */
        post: operations["send_change_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that is stored about the member, as one JSON document. */
        get: operations["export_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Shows another picture. The body is the file: JPEG, PNG or WebP by its contents, at most 5 MiB and 25 megapixels.
         *     What it shows is drawn anew; nothing else of the file is kept.
         */
        put: operations["put_my_image"];
        post?: never;
        /** Shows no picture any more. */
        delete: operations["delete_my_image"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes the own password. Every log-in ends, with its sockets; the page that asks goes on with the new one. */
        put: operations["change_my_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/place": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Says where the member is. Snapped to a cell of about 5 km at once; kept 30 minutes. */
        put: operations["put_place"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own reports, newest first. */
        get: operations["list_my_reports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own log-ins, the last used first. */
        get: operations["list_my_sessions"];
        put?: never;
        post?: never;
        /** Ends the own log-ins, and their sockets. */
        delete: operations["end_my_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of the own log-ins, and its sockets. */
        delete: operations["end_my_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/me/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Withdraws: everything personal is erased at once, every log-in ends, and every room is left. What the member
         *     wrote stays with the partners.
         */
        post: operations["withdraw_me"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own rooms, newest first. */
        get: operations["list_rooms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of the own rooms. */
        get: operations["show_room"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Uploads a picture, to show it in an open room. The body is the file: JPEG, PNG or WebP by its contents, at most 5 MiB
         *     and 25 megapixels. What it shows is drawn anew; nothing else of the file is kept. With the token of the answer the
         *     picture is sent over the socket; what is not sent is deleted after two days.
         */
        post: operations["upload_image"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/images/{image}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Links to a picture that was shown in a room, also in one that is closed, as long as one has not left it. */
        get: operations["show_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leaves a room. It closes; the partner keeps the history. */
        post: operations["leave_room"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of what was said in a room, oldest first. */
        get: operations["show_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rooms/{room}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reports the other member of a room, also of one that is closed, as long as one has not left it. */
        post: operations["report_room"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What a member must have agreed to.
         * @enum {string}
         */
        Agreement: "terms" | "privacy";
        /**
         * @description What a member says to a proposal.
         * @enum {string}
         */
        Answer: "accept" | "decline";
        AnswerForm: {
            answer: components["schemas"]["Answer"];
            /** @description The match token of the proposal. */
            token: string;
        };
        /** @enum {string} */
        AnswerState: "waiting_for_partner" | "accepted" | "declined";
        AnswerView: {
            /** @description The room, once both have accepted. */
            room?: components["schemas"]["RoomId"];
            state: components["schemas"]["AnswerState"];
        };
        /** @description A page of a member's blocks, newest first. */
        BlockPage: {
            /** @description The blocks. */
            blocks: components["schemas"]["BlockView"][];
            /** @description Ask with this for the next page; null on the last. */
            next: string | null;
        };
        /** @description A block as its member sees it. */
        BlockView: {
            /** @description Since when. */
            blocked_at: components["schemas"]["Timestamp"];
            /** @description Who is blocked. */
            member: components["schemas"]["MemberId"];
            /** @description Its nickname; empty once it has withdrawn. */
            nickname: string;
        };
        ChangeCodeForm: {
            /**
             * Format: email
             * @description The new address.
             */
            email: string;
            password: string;
        };
        ChangeEmailForm: {
            /** @description 6 digits. */
            code: string;
            /**
             * Format: email
             * @description The new address.
             */
            email: string;
        };
        /** @description What the browser client must know of the settings. */
        ClientSettings: {
            /** @description `console`: mails are printed where rand-chat runs. */
            mail: components["schemas"]["MailKind"];
            max_distances_km: number[];
            /** Format: int32 */
            minimum_age: number;
            privacy_version: string;
            /** Format: int64 */
            proposal_ms: number;
            terms_version: string;
            text_chars_max: number;
        };
        /**
         * @description Who ended a room, as seen by one of its members.
         * @enum {string}
         */
        Closer: "me" | "partner";
        /** @description A code that is on its way, if there is anybody to send it to. */
        CodeSent: {
            /**
             * Format: int64
             * @description The code is good for so long.
             */
            expires_in_s: number;
            /**
             * Format: int64
             * @description Another may be asked for after so long.
             */
            resend_in_s: number;
        };
        /**
         * @description One of the conditions of a wish.
         * @enum {string}
         */
        Condition: "distance" | "sex" | "age" | "language";
        ConsentForm: {
            privacy_version: string;
            terms_version: string;
        };
        /** @description A log-in on one device. */
        DeviceSession: {
            created_at: components["schemas"]["Timestamp"];
            /** @description Whether it is the one that asks. */
            current: boolean;
            /** @description How the browser described itself (`User-Agent`). */
            device: string;
            id: components["schemas"]["SessionId"];
            last_used_at: components["schemas"]["Timestamp"];
        };
        /** @description The log-ins of a member, the last used first. */
        DeviceSessions: {
            sessions: components["schemas"]["DeviceSession"][];
        };
        EmailCodeForm: {
            /** Format: email */
            email: string;
            /** @description Of the mail. */
            language?: components["schemas"]["Language"];
        };
        EmailProofForm: {
            /** @description 6 digits. */
            code: string;
            /** Format: email */
            email: string;
        };
        /** @description What is wrong with one field of a request. */
        FieldProblem: {
            /** @description A stable name: `length`, `format`, `unknown`, `too_common`, `contains_personal`, `too_young`, `too_many`. */
            code: string;
            /** @description What was expected. */
            detail: string;
            /** @description Which field. */
            field: string;
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
        /**
         * @description A language that this service writes.
         * @enum {string}
         */
        Language: "ko" | "en";
        LogInForm: {
            /** @description Username or e-mail address. */
            login: string;
            password: string;
        };
        /**
         * @description Ways for mail to leave.
         * @enum {string}
         */
        MailKind: "console" | "smtp";
        /** @description A mail that is on its way, if there is anybody to send it to. */
        MailSent: {
            /**
             * Format: int64
             * @description Another may be asked for after so long.
             */
            resend_in_s: number;
        };
        /**
         * Format: uuid
         * @description Names a member.
         */
        MemberId: string;
        /** @description An account as its owner sees it. */
        MemberView: {
            birth_date: string;
            /** @description What has changed since the member agreed. */
            consents_due: components["schemas"]["Agreement"][];
            created_at: components["schemas"]["Timestamp"];
            email: string;
            id: components["schemas"]["MemberId"];
            image: components["schemas"]["PictureView"] | null;
            interests: string[];
            introduction: string;
            /** @description Of mails. */
            language: components["schemas"]["Language"];
            languages: string[];
            nickname: string;
            sex: components["schemas"]["Sex"];
            /** @description Whether read marks are shared; who does not share them does not see those of others. */
            share_read: boolean;
            /** @description Whether it is shared that one is typing; who does not does not see it of others. */
            share_typing: boolean;
            username: string;
        };
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
            prev: components["schemas"]["i64"];
            /** @description Where. */
            room: components["schemas"]["RoomId"];
            /** @description When it got its place. */
            sent_at: components["schemas"]["Timestamp"];
            /** @description Its place. */
            seq: components["schemas"]["i64"];
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
        NamedCodeForm: {
            /** @description Username or e-mail address. */
            login: string;
        };
        NamedProofForm: {
            /** @description 6 digits to unlock, 8 for a new password. */
            code: string;
            /** @description Username or e-mail address, as the code was asked for. */
            login: string;
        };
        /** @description What a member who waits may expect. */
        Outlook: {
            /**
             * Format: int64
             * @description How many wait within reach, rounded down to 1, 2 or 5 times a power of ten; 0: fewer than 10.
             */
            in_reach_at_least: number;
            narrowest: components["schemas"]["Condition"] | null;
            /**
             * Format: int64
             * @description How many seconds it took lately, here and with such conditions, until somebody was found: the median, rounded
             *     up; null: too little is known.
             */
            wait_s: number | null;
        };
        /** @description A page of a room, oldest first. */
        Page: {
            /** @description The messages. */
            messages: components["schemas"]["Message"][];
            /** @description Whether there are more in the direction asked for. */
            more: boolean;
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
        PasswordForm: {
            current_password: string;
            /** @description 8 to 128 characters. */
            new_password: string;
        };
        /** @description Links to a picture. They end: whoever needs it later asks for new ones. */
        PictureView: {
            /** @description All of it, up to 1,024 pixels. */
            large: string;
            /** @description A square of 128 pixels. */
            small: string;
        };
        PlaceForm: {
            /**
             * Format: double
             * @description -90 to 90.
             */
            latitude: number;
            /**
             * Format: double
             * @description -180 to 180.
             */
            longitude: number;
        };
        PlaceKept: {
            /** Format: int64 */
            expires_in_s: number;
        };
        /** @description The body of every error. */
        Problem: {
            /** @description The stable name. */
            code: string;
            /** @description More about this case. */
            detail?: string;
            /** @description What is wrong with which field. */
            fields?: components["schemas"]["FieldProblem"][];
            /** @description With `suspended`: why. */
            reason?: string;
            /**
             * Format: int64
             * @description The same request may work after this pause.
             */
            retry_after_ms?: number;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description For people. */
            title: string;
            /** @description Where the problem is explained. */
            type: string;
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description What is absent stays. */
        ProfileForm: {
            /** @description At most 10, each of 1 to 20 characters. */
            interests?: string[] | null;
            /** @description At most 200 characters. */
            introduction?: string | null;
            language?: components["schemas"]["Language"] | null;
            /** @description ISO 639 codes, at most 5. */
            languages?: string[] | null;
            /** @description 2 to 15 letters or digits. */
            nickname?: string | null;
            /** @description Share read marks, and see those of others. */
            share_read?: boolean | null;
            /** @description Share that one is typing, and see it of others. */
            share_typing?: boolean | null;
        };
        /** @description What a right code was turned into. */
        Proof: {
            /** Format: int64 */
            expires_in_s: number;
            /** @description Goes into the next step, once. */
            proof: string;
        };
        ReportForm: {
            reason: components["schemas"]["ReportReason"];
            /** @description At most 1,000 characters; needed for `other`. */
            text?: string | null;
        };
        /**
         * Format: uuid
         * @description Names a report of one member by another.
         */
        ReportId: string;
        /** @description A page of a member's reports, newest first. */
        ReportPage: {
            /** @description Ask with this for the next page; null on the last. */
            next: string | null;
            /** @description The reports. */
            reports: components["schemas"]["ReportView"][];
        };
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
        ResetForm: {
            /** @description 8 to 128 characters. */
            password: string;
            /** @description From `/auth/password-reset-proofs`. */
            proof: string;
        };
        /**
         * Format: uuid
         * @description Names a room with two members in it.
         */
        RoomId: string;
        /** @description A page of a member's rooms, newest first. */
        RoomPage: {
            /** @description Ask with this for the next page; null on the last. */
            next: string | null;
            /** @description The rooms. */
            rooms: components["schemas"]["RoomView"][];
        };
        /** @description A room as one of its members sees it. */
        RoomView: {
            closed_by: components["schemas"]["Closer"] | null;
            /** @description Which room. */
            id: components["schemas"]["RoomId"];
            last_message: components["schemas"]["Message"] | null;
            /** @description The place of the newest message; 0 if there is none. */
            last_seq: components["schemas"]["i64"];
            /** @description Whether messages may be sent. */
            open: boolean;
            /** @description When it was opened. */
            opened_at: components["schemas"]["Timestamp"];
            /** @description With whom. */
            partner: components["schemas"]["PartnerView"];
            /** @description How far the partner has read. */
            partner_read_seq: components["schemas"]["i64"];
            /** @description How far this member has read. */
            read_seq: components["schemas"]["i64"];
            /**
             * Format: int32
             * @description Messages of the partner after `read_seq`; 100 means "99+".
             */
            unread: number;
        };
        /**
         * Format: uuid
         * @description Names a log-in of a member on one device.
         */
        SessionId: string;
        /** @description A session. The refresh token is in a cookie that pages cannot read. */
        SessionView: {
            /** @description Goes into `Authorization: Bearer`, and into `hello`. */
            access_token: string;
            /** Format: int64 */
            expires_in_s: number;
            member: components["schemas"]["MemberView"];
        };
        /**
         * @description Sex, as the member gave it.
         * @enum {string}
         */
        Sex: "female" | "male" | "undisclosed";
        /** @description Links to a picture. They end; asked again there are new ones. */
        ShownImage: {
            /** @description To the large one. */
            large: string;
            /** @description To the small one. */
            small: string;
        };
        SignUpForm: {
            /** Format: date */
            birth_date: string;
            /** @description At most 10, each of 1 to 20 characters. */
            interests?: string[];
            /** @description Of mails. */
            language?: components["schemas"]["Language"];
            /** @description ISO 639 codes, at most 5. */
            languages?: string[];
            /** @description 2 to 15 letters or digits. */
            nickname: string;
            /** @description 8 to 128 characters. */
            password: string;
            privacy_version: string;
            /** @description From `/auth/email-proofs`. */
            proof: string;
            sex: components["schemas"]["Sex"];
            terms_version: string;
            /** @description 4 to 20 of `a-z 0-9 _`; upper case becomes lower case. */
            username: string;
        };
        TicketForm: {
            /**
             * Format: int32
             * @description How many years old at most.
             */
            age_max?: number | null;
            /**
             * Format: int32
             * @description How many years old at least.
             */
            age_min?: number | null;
            /** @description Which language the other speaks (ISO 639); null is any. */
            language?: string | null;
            /**
             * Format: int32
             * @description How far away a stranger may be: one of the distances of the client settings; null is anywhere.
             */
            max_distance_km?: number | null;
            /**
             * @description Of which sex; null is any.
             * @enum {string|null}
             */
            sex?: "female" | "male" | null;
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
        /** @description A picture that may be shown in a room. */
        UploadedImage: {
            /** @description The picture, as the message will have it. */
            image: components["schemas"]["ImageView"];
            /** @description For `send`, instead of a text: it allows this member to show this picture in this room, for an hour. */
            token: string;
        };
        UsernameForm: {
            /** Format: email */
            email: string;
            /** @description Of the mail, for who has no account; members are written in theirs. */
            language?: components["schemas"]["Language"];
        };
        WaitingView: components["schemas"]["TicketView"] & {
            outlook: components["schemas"]["Outlook"];
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
        WithdrawalForm: {
            password: string;
        };
        /** Format: int64 */
        i64: number;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Agreement = components['schemas']['Agreement'];
export type Answer = components['schemas']['Answer'];
export type AnswerForm = components['schemas']['AnswerForm'];
export type AnswerState = components['schemas']['AnswerState'];
export type AnswerView = components['schemas']['AnswerView'];
export type BlockPage = components['schemas']['BlockPage'];
export type BlockView = components['schemas']['BlockView'];
export type ChangeCodeForm = components['schemas']['ChangeCodeForm'];
export type ChangeEmailForm = components['schemas']['ChangeEmailForm'];
export type ClientSettings = components['schemas']['ClientSettings'];
export type Closer = components['schemas']['Closer'];
export type CodeSent = components['schemas']['CodeSent'];
export type Condition = components['schemas']['Condition'];
export type ConsentForm = components['schemas']['ConsentForm'];
export type DeviceSession = components['schemas']['DeviceSession'];
export type DeviceSessions = components['schemas']['DeviceSessions'];
export type EmailCodeForm = components['schemas']['EmailCodeForm'];
export type EmailProofForm = components['schemas']['EmailProofForm'];
export type FieldProblem = components['schemas']['FieldProblem'];
export type ImageId = components['schemas']['ImageId'];
export type ImageView = components['schemas']['ImageView'];
export type Language = components['schemas']['Language'];
export type LogInForm = components['schemas']['LogInForm'];
export type MailKind = components['schemas']['MailKind'];
export type MailSent = components['schemas']['MailSent'];
export type MemberId = components['schemas']['MemberId'];
export type MemberView = components['schemas']['MemberView'];
export type Message = components['schemas']['Message'];
export type MessageId = components['schemas']['MessageId'];
export type MessageKind = components['schemas']['MessageKind'];
export type NamedCodeForm = components['schemas']['NamedCodeForm'];
export type NamedProofForm = components['schemas']['NamedProofForm'];
export type Outlook = components['schemas']['Outlook'];
export type Page = components['schemas']['Page'];
export type PartnerView = components['schemas']['PartnerView'];
export type PasswordForm = components['schemas']['PasswordForm'];
export type PictureView = components['schemas']['PictureView'];
export type PlaceForm = components['schemas']['PlaceForm'];
export type PlaceKept = components['schemas']['PlaceKept'];
export type Problem = components['schemas']['Problem'];
export type ProfileForm = components['schemas']['ProfileForm'];
export type Proof = components['schemas']['Proof'];
export type ReportForm = components['schemas']['ReportForm'];
export type ReportId = components['schemas']['ReportId'];
export type ReportPage = components['schemas']['ReportPage'];
export type ReportReason = components['schemas']['ReportReason'];
export type ReportState = components['schemas']['ReportState'];
export type ReportView = components['schemas']['ReportView'];
export type ResetForm = components['schemas']['ResetForm'];
export type RoomId = components['schemas']['RoomId'];
export type RoomPage = components['schemas']['RoomPage'];
export type RoomView = components['schemas']['RoomView'];
export type SessionId = components['schemas']['SessionId'];
export type SessionView = components['schemas']['SessionView'];
export type Sex = components['schemas']['Sex'];
export type ShownImage = components['schemas']['ShownImage'];
export type SignUpForm = components['schemas']['SignUpForm'];
export type TicketForm = components['schemas']['TicketForm'];
export type TicketId = components['schemas']['TicketId'];
export type TicketView = components['schemas']['TicketView'];
export type Timestamp = components['schemas']['Timestamp'];
export type UploadedImage = components['schemas']['UploadedImage'];
export type UsernameForm = components['schemas']['UsernameForm'];
export type WaitingView = components['schemas']['WaitingView'];
export type Wish = components['schemas']['Wish'];
export type WithdrawalForm = components['schemas']['WithdrawalForm'];
export type I64 = components['schemas']['i64'];
export type $defs = Record<string, never>;
export interface operations {
    send_email_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailCodeForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeSent"];
                };
            };
        };
    };
    prove_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailProofForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Proof"];
                };
            };
        };
    };
    send_reset_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedCodeForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeSent"];
                };
            };
        };
    };
    prove_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedProofForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Proof"];
                };
            };
        };
    };
    set_new_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetForm"];
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    renew_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    log_in_member: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogInForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    log_out_member: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    send_unlock_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedCodeForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeSent"];
                };
            };
        };
    };
    unlock_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedProofForm"];
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    send_username: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UsernameForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailSent"];
                };
            };
        };
    };
    client_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientSettings"];
                };
            };
        };
    };
    show_file: {
        parameters: {
            query: {
                /** @description When it ends, in seconds since 1970. */
                expires: string;
                /** @description That it is ours, in hexadecimal. */
                signature: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the bytes, with their type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    answer_proposal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerView"];
                };
            };
        };
    };
    show_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingView"];
                };
            };
        };
    };
    put_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TicketView"];
                };
            };
        };
    };
    delete_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    make_member: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUpForm"];
            };
        };
        responses: {
            /** @description as asked for */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    show_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
        };
    };
    change_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
        };
    };
    list_my_blocks: {
        parameters: {
            query?: {
                /** @description Entries of a page, 1 to 100; 20 if absent. */
                limit?: number | null;
                /** @description `next` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockPage"];
                };
            };
        };
    };
    put_block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member: components["schemas"]["MemberId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockView"];
                };
            };
        };
    };
    delete_block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member: components["schemas"]["MemberId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    agree_anew: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
        };
    };
    change_my_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeEmailForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
        };
    };
    send_change_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeCodeForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeSent"];
                };
            };
        };
    };
    export_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    put_my_image: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "image/jpeg": unknown;
                "image/png": unknown;
                "image/webp": unknown;
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
        };
    };
    delete_my_image: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberView"];
                };
            };
        };
    };
    change_my_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
        };
    };
    put_place: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaceForm"];
            };
        };
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaceKept"];
                };
            };
        };
    };
    list_my_reports: {
        parameters: {
            query?: {
                /** @description Entries of a page, 1 to 100; 20 if absent. */
                limit?: number | null;
                /** @description `next` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportPage"];
                };
            };
        };
    };
    list_my_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceSessions"];
                };
            };
        };
    };
    end_my_sessions: {
        parameters: {
            query?: {
                except?: "current";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    end_my_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: components["schemas"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    withdraw_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WithdrawalForm"];
            };
        };
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    list_rooms: {
        parameters: {
            query?: {
                /** @description Rooms of a page, 1 to 100; 20 if absent. */
                limit?: number | null;
                /** @description `next` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomPage"];
                };
            };
        };
    };
    show_room: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomView"];
                };
            };
        };
    };
    upload_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "image/jpeg": unknown;
                "image/png": unknown;
                "image/webp": unknown;
            };
        };
        responses: {
            /** @description as asked for */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedImage"];
                };
            };
        };
    };
    show_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
                image: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownImage"];
                };
            };
        };
    };
    leave_room: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    show_messages: {
        parameters: {
            query?: {
                /** @description Messages of a page, 1 to 100; 50 if absent. */
                limit?: number | null;
                /** @description The newest of those older than this place. */
                before?: components["schemas"]["i64"] | null;
                /** @description The oldest of those newer than this place. Not together with `before`. */
                after?: components["schemas"]["i64"] | null;
            };
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description as asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page"];
                };
            };
        };
    };
    report_room: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportForm"];
            };
        };
        responses: {
            /** @description as asked for */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportView"];
                };
            };
        };
    };
}
