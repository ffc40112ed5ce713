/** What is wrong, and in which line. */
export interface Finding {
  readonly line: number;
  readonly message: string;
}

const MOST_LISTED = 1000;
const LONGEST_MESSAGE = 500;

/** All that is wrong with a file: the first thousand findings in words, the others counted. */
export class Findings {
  readonly listed: Finding[] = [];
  total = 0;

  add(line: number, message: string): void {
    this.total++;
    if (this.listed.length >= MOST_LISTED) return;
    const short = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
    this.listed.push({ line, message: short });
  }
}
