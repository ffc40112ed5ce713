import { SingleBar } from 'cli-progress';

/** A bar on a terminal; anywhere else one line for each finished figure. Both on stderr: stdout has the results. */
export class Progress {
  private bar: SingleBar | undefined;

  begin(title: string, total: number): void {
    if (process.stderr.isTTY) {
      const format = `${title} {bar} {percentage}% {eta_formatted} {label}`;
      this.bar = new SingleBar({ format, hideCursor: false, clearOnComplete: true, etaBuffer: 50 });
      this.bar.start(total, 0, { label: '' });
    } else {
      this.note(`== ${title}`);
    }
  }

  step(label: string, amount = 1): void {
    this.bar?.increment(amount, { label });
  }

  /** Only for logs: on a terminal the bar and the final table say it. */
  line(text: string): void {
    if (!this.bar) this.note(text);
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}
