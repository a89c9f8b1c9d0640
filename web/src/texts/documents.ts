// The shape of a text that is read in full before it is agreed to.

export interface DocumentText {
  title: string;
  lead: string;
  sections: { title: string; words?: string[]; points?: string[] }[];
}

export interface Documents {
  terms: DocumentText;
  privacy: DocumentText;
}
