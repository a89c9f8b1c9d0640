// The terms of use and the privacy notice in English. A change of meaning needs a new version in the settings.
import type { Documents } from "./documents";

export const documents_en: Documents = {
  terms: {
    title: "Terms of use",
    lead: "rand-chat brings you together with one stranger within the distance you choose, to chat one to one. It is open software; the service you are looking at is run by the operator of this address.",
    sections: [
      {
        title: "Who may use it",
        points: [
          "People above the minimum age (19, unless the operator set another), who sign up with their own e-mail address and true birth date.",
          "An account is for one person. It cannot be lent or sold.",
          "Look after your password. If you see a device you do not know, end it under “Devices” and change your password.",
        ],
      },
      {
        title: "How people meet",
        points: [
          "Two people who fit each other’s conditions (distance, and sex, age and language if they chose any) are proposed to each other. When both accept, a room opens.",
          "We cannot promise who it is, or that there is somebody. Nor do we check who the other person is.",
          "Be careful with giving contacts, addresses or money to somebody you have just met.",
        ],
      },
      {
        title: "What is not allowed",
        points: [
          "Harassment, threats, hatred, unwanted sexual words or pictures",
          "Advertising, fraud, asking for money",
          "Sending illegal pictures or anything that violates the rights of others; anything sexual that concerns minors",
          "Pretending to be somebody else, or another age",
          "Breaking the service, or using it in bulk with machines",
        ],
      },
      {
        title: "What you write",
        points: [
          "Messages and pictures belong to whoever wrote or made them. The service only passes them on and stores them.",
          "The messages of a room, with the pictures in them, are stored without an end. When one leaves, the room closes, and the other can read what was said until they leave it, too.",
          "When you withdraw, the messages and pictures you sent stay in the other person’s chat, as from a “withdrawn member”.",
        ],
      },
      {
        title: "When use can end",
        words: [
          "If you break these rules, the operator can suspend or remove your account. Several wrong passwords lock an account; a code sent to its e-mail address unlocks it.",
        ],
      },
      {
        title: "Liability",
        words: [
          "The program is provided as it is, and nobody can promise that it always works. People are responsible for what they say and for whom they meet. Liability that the law demands is not made smaller by these terms.",
        ],
      },
      {
        title: "Changes and leaving",
        points: [
          "When these terms change, you are asked to agree anew at your next log-in. If you do not, you can log out or withdraw.",
          "You can leave at any time under “Me › Withdraw”.",
          "Questions go to whoever runs this service.",
        ],
      },
    ],
  },
  privacy: {
    title: "Privacy notice",
    lead: "What is stored, why, where and for how long, as it is. There is no advertising and no tracking, and nothing is sold.",
    sections: [
      {
        title: "What is stored",
        points: [
          "Account: e-mail, username, a hash of your password (never the password), birth date, sex, when you joined, the language of mails",
          "Profile: nickname, introduction, interests, languages you speak, picture, and whether you share read marks and typing",
          "Consents: which version of the terms and of this notice you agreed to, and when",
          "Log-ins: what the browser of each device calls itself (User-Agent), when it logged in and was last used, and how many wrong passwords were given",
          "Chats: with whom and when you were matched, the messages with their pictures, and how far you have read",
          "Safety: whom you blocked, what you reported, why and how long an account is suspended. With a report, the newest messages of that chat with their pictures and the profile of whom it is about are copied as evidence.",
        ],
      },
      {
        title: "Your place",
        points: [
          "The browser only sends a place rounded to about 1 km.",
          "The server only uses it after it was snapped to the centre of a grid cell of about 5 km. What came is neither stored nor logged.",
          "The cell is erased after 30 minutes; while you are looking for somebody, it is kept until the search ends.",
          "Others only see a range such as “within 10 km”. You can also pick a city instead.",
        ],
      },
      {
        title: "What others see",
        points: [
          "In a proposal: nickname, picture, sex (if you say it), age range, distance range and the interests you share",
          "In a room: nickname, picture, messages with the pictures you send, whether you look at it now, read marks and typing. Read marks and typing can be switched off.",
          "They are not told that you blocked or reported them.",
          "Never: your e-mail, username, birth date and introduction",
        ],
      },
      {
        title: "For how long",
        points: [
          "Account and profile: until you withdraw",
          "Matching: with whom a proposal came to nothing, for 7 days; how many you declined in a row, for 10 minutes",
          "Messages and the pictures in them: without an end; after you withdraw, in the other person’s chat as from a “withdrawn member”",
          "Retracted messages: what they said or showed is erased at once, only their place stays. If they were reported before, they stay in the copy.",
          "Blocks: until you lift them or withdraw",
          "Reports and their copies: a year after the decision, also when somebody leaves or withdraws",
          "Suspensions: until you withdraw",
          "Log-ins: one that is not used ends after 14 days. Ended ones disappear from the list of devices.",
          "Whom you look for (distance, sex, age, language): until the search ends. Nobody else sees it.",
          "Codes sent by mail: only as a hash, 3 minutes",
          "Whom you passed on: up to 7 days, so that you are not proposed to each other again at once",
          "Network addresses, to stop requests that come too often: only as a hash, from minutes to an hour",
        ],
      },
      {
        title: "Pictures",
        words: [
          "A picture is drawn anew before it is stored. Hidden details such as where and with what it was taken are gone then. A picture that is changed, removed or retracted is erased, and one that was chosen for a chat but never sent within two days. Pictures only open through signed links that end after a while.",
        ],
      },
      {
        title: "Where",
        words: [
          "On the servers of whoever runs this service, and in the database and picture storage they chose. Mails go through the mail server they chose. Nothing is passed on to others. Messages are stored without encryption, so the operator is able to read them.",
          "Backups that the operator makes can hold erased data until the backup is gone, and a server in front of this one may keep a log of accesses.",
        ],
      },
      {
        title: "What your browser keeps",
        points: [
          "One cookie that keeps you logged in. Scripts cannot read it, and it ends after 14 days.",
          "Language, appearance, whom you look for (distance, sex, age, language), whether your place came from the device or which city you picked (not the place itself), whether sound and notifications are on, messages that could not be sent yet (of a picture only the permission to send it), messages you have begun to write (until the tab is closed), and the chats in which you turned on links or pictures",
          "The files that the pages are made of, so that they open without a network",
        ],
      },
      {
        title: "What you can do",
        points: [
          "See and change it: under “Me”, at any time",
          "Take it with you: under “Me › Download my data”, everything in one file",
          "Erase it: under “Me › Withdraw”. Account, profile, picture and log-ins are erased at once; only the messages and pictures you sent, without your name, and the copies in reports about you stay.",
          "When this notice changes, you are asked to agree anew at your next log-in. Anything else: ask the operator.",
        ],
      },
    ],
  },
};
