/** An error, with its line number. */
export interface Finding {
  readonly line: number;
  readonly message: string;
}

const MAX_LISTED = 1000;
const MAX_MESSAGE_LENGTH = 500;

/** The errors of a file: the first thousand are listed, the others counted. */
export class Findings {
  readonly listed: Finding[] = [];
  total = 0;

  add(line: number, message: string): void {
    this.total++;
    if (this.listed.length >= MAX_LISTED) return;
    const short = message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
    this.listed.push({ line, message: short });
  }
}
